// `sparsedge prune`: removes generations that nobody needs any more.

import { Command } from 'commander';
import { mustHoldIndex } from '../../index/open-folder.ts';
import { prune } from '../../index/publish.ts';
import { counted } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { lockFolder, whileLocked } from '../../work/lock.ts';
import { jsonOption } from '../options/json-output.ts';
import { ABOUT_BUCKETS, endpointOption, mustBeForFolder } from '../options/storing.ts';
import { whole } from '../options/values.ts';
import { pruneIn } from '../remote/remote-prune.ts';
import { isRemote, openStore, type StoreOptions } from '../remote/remote-store.ts';

interface Options extends StoreOptions {
  readonly json?: true;
  readonly grace?: number | undefined;
}

/** Far longer than a Worker goes on with a generation: GENERATION_SECONDS is 30 unless it is set. */
const GRACE_MINUTES = 60;

/** The command. */
export function pruneCommand(): Command {
  return new Command('prune')
    .description(
      'Removes every generation of an index but the current one, and with them the way back. A build keeps the generation before it, and removes older ones itself.',
    )
    .argument('<index>', 'The index folder, or where it is in a bucket.')
    .option(
      '--grace <minutes>',
      'In a bucket, what was current or was uploaded within so many minutes stays: a Worker may still read it, or somebody publishes it. By default, that is an hour.',
      whole(0),
    )
    .addOption(endpointOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  sparsedge prune shards/scifact
  sparsedge prune r2://search/manual --grace 1440

${ABOUT_BUCKETS}

In a folder, only objects that a removed generation names, and no other one, are
removed. In a bucket, so is what was uploaded and never published. Whatever else
is there stays.

Exit codes: 0 it is done; 1 it failed; 2 there is no index in the folder.`,
    )
    .action(async (folder: string, { json, grace, endpoint }: Options) => {
      const { removed, ...more } = isRemote(folder)
        ? await pruneIn(openStore(folder, { endpoint }), (grace ?? GRACE_MINUTES) * 60_000)
        : { removed: await pruneHere(folder, { grace, endpoint }) };
      if (json) printJson({ folder, removed, ...more });
      else print(`Removed ${counted(removed.length, 'generation')} of ${folder}.`);
    });
}

function pruneHere(folder: string, options: Omit<Options, 'json'>): Promise<string[]> {
  mustBeForFolder(folder, options);
  mustHoldIndex(folder);
  return whileLocked(lockFolder(folder, 'a pruning'), () => prune(folder, true));
}
