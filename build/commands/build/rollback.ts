// `sparsedge rollback`: makes the generation before the current one current again.

import { Command } from 'commander';
import { mustHoldIndex } from '../../index/open-folder.ts';
import { rollBack } from '../../index/publish.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { lockFolder, whileLocked } from '../../work/lock.ts';
import { jsonOption } from '../options/json-output.ts';
import { ABOUT_BUCKETS, endpointOption, mustBeForFolder } from '../options/storing.ts';
import { rollBackIn } from '../remote/remote-publish.ts';
import { isRemote, openStore, type StoreOptions } from '../remote/remote-store.ts';

interface Options extends StoreOptions {
  readonly json?: true;
}

/** The command. */
export function rollbackCommand(): Command {
  return new Command('rollback')
    .description(
      'Makes the generation before the current one of an index current again. Run once more, it goes forward again.',
    )
    .argument('<index>', 'The index folder, or where it is in a bucket.')
    .addOption(endpointOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  sparsedge rollback shards/scifact
  sparsedge rollback r2://search/manual

${ABOUT_BUCKETS}

Exit codes: 0 it is done; 1 there is no generation before, or it is damaged;
2 there is no index in the folder.`,
    )
    .action(async (folder: string, { json, endpoint }: Options) => {
      const build = isRemote(folder)
        ? await rollBackIn(openStore(folder, { endpoint }))
        : await rollBackHere(folder, endpoint);
      if (json) printJson({ folder, build });
      else print(`Build ${build} is the current one of ${folder}.`);
    });
}

function rollBackHere(folder: string, endpoint: string | undefined): Promise<string> {
  mustBeForFolder(folder, { endpoint });
  mustHoldIndex(folder);
  return whileLocked(lockFolder(folder, 'a rollback'), () => rollBack(folder));
}
