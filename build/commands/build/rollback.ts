// `sparsedge rollback`: makes the generation before the current one current again.

import { Command } from 'commander';
import { mustHoldIndex } from '../../index/open-folder.ts';
import { rollBack } from '../../index/publish.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { lockFolder, whileLocked } from '../../work/lock.ts';
import { jsonOption } from '../options/json-output.ts';

/** The command. */
export function rollbackCommand(): Command {
  return new Command('rollback')
    .summary('make the generation before the current one current again')
    .description(
      'Makes the generation before the current one of an index current again. Run once more, it goes forward again.',
    )
    .argument('<folder>', 'The index folder.')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Example:
  sparsedge rollback shards/scifact

Exit codes: 0 it is done; 1 there is no generation before, or it is damaged;
2 there is no index in the folder.`,
    )
    .action(async (folder: string, { json }: { readonly json?: true }) => {
      mustHoldIndex(folder);
      const build = await whileLocked(lockFolder(folder, 'a rollback'), () => rollBack(folder));
      if (json) printJson({ folder, build });
      else print(`Build ${build} is the current one of ${folder}.`);
    });
}
