// `sparsedge generations`: what a bucket holds.

import { Command } from 'commander';
import { table } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { jsonOption } from '../options/json-output.ts';
import { ABOUT_BUCKETS, endpointOption } from '../options/storing.ts';
import { generationsIn } from '../remote/remote-prune.ts';
import { openStore, type StoreOptions } from '../remote/remote-store.ts';

interface Options extends StoreOptions {
  readonly json?: true;
}

const STATES = {
  current: 'is searched',
  before: 'was searched before',
  other: 'is not searched, as far as the bucket remembers',
};

/** The command. */
export function generationsCommand(): Command {
  return new Command('generations')
    .description('Lists the generations of an index in a bucket, the latest upload first.')
    .argument('<bucket>', 'Where the index is, such as r2://bucket/prefix.')
    .addOption(endpointOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Example:
  sparsedge generations r2://search/manual

${ABOUT_BUCKETS}

Exit codes: 0 they are listed; 1 the store refused; 2 no such bucket can be named.`,
    )
    .action(async (bucket: string, { json, endpoint }: Options) => {
      const generations = await generationsIn(openStore(bucket, { endpoint }));
      const shown = generations.map((each) => ({ ...each, uploaded: new Date(each.uploaded).toISOString() }));
      if (json) return printJson({ bucket, generations: shown });
      if (shown.length === 0) return print(`${bucket} has no generation of an index.`);
      print(...table(shown.map(({ build, uploaded, state }) => [build, uploaded, STATES[state]])));
    });
}
