// `sparsedge prune`: removes generations that nobody needs any more.

import { Command } from 'commander';
import { mustHoldIndex } from '../../index/open-folder.ts';
import { prune } from '../../index/publish.ts';
import { counted } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { lockFolder, whileLocked } from '../../work/lock.ts';
import { jsonOption } from '../options/json-output.ts';

/** The command. */
export function pruneCommand(): Command {
  return new Command('prune')
    .summary('remove the generation before the current one')
    .description(
      'Removes every generation of an index but the current one, and with them the way back. A build keeps the generation before it, and removes older ones itself.',
    )
    .argument('<folder>', 'The index folder.')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Example:
  sparsedge prune shards/scifact

Only objects that a removed generation names, and no other one, are removed:
whatever else is in the folder stays.

Exit codes: 0 it is done; 1 it failed; 2 there is no index in the folder.`,
    )
    .action(async (folder: string, { json }: { readonly json?: true }) => {
      mustHoldIndex(folder);
      const removed = await whileLocked(lockFolder(folder, 'a pruning'), () => prune(folder, true));
      if (json) printJson({ folder, removed });
      else print(`Removed ${counted(removed.length, 'generation')} of ${folder}.`);
    });
}
