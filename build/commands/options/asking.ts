// The options that say how an index is asked: `search` and `eval` share them.

import { type Command, Option } from 'commander';
import { RRF_DEPTH, RRF_K } from '../../../src/query/fuse.ts';
import { MAX_RERANKED } from '../../../src/query/rerank/rerank.ts';
import { MAX_K } from '../../../src/query/search/search.ts';
import { whole } from './values.ts';

/** Adds the options of AskOptions to a command. */
export function askOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--space <name>',
        'The space to search. The default is the first one of the index.',
      ).conflicts(['spaces', 'fusion']),
    )
    .option(
      '--spaces <weights>',
      'Search several spaces at once and add up their scores, each times its weight: bm25=1,splade=.7',
    )
    .addOption(
      new Option(
        '--fusion <method>',
        'Search each space by itself and fuse the ranks by reciprocal rank fusion (rrf). Without ' +
          '--spaces, all spaces are searched.',
      ).choices(['rrf']),
    )
    .option('--rrf-k <n>', `The constant k of the fusion. The default is ${RRF_K}.`, whole(0, 10_000))
    .option(
      '--rrf-depth <n>',
      `How many hits of each space are fused. The default is ${RRF_DEPTH}.`,
      whole(1, MAX_K),
    )
    .addOption(
      new Option(
        '--feedback <method>',
        'Add to the question what its ten best documents say most, and ask again: relevance feedback by RM3 (rm3).',
      )
        .choices(['rm3'])
        .conflicts('fusion'),
    )
    .option(
      '--no-group',
      'Find sections, each by itself. In an index of pages, hits are pages, by what all of their sections say.',
    )
    .option(
      '--model <folder>',
      'The model folder, for a space whose queries need a model. The default is the model beside the index.',
    )
    .option('--rerank <n>', 'Rerank this many of the best hits; needs --reranker.', whole(1, MAX_RERANKED))
    .option('--reranker <folder>', 'The folder of the cross-encoder that reranks; needs --rerank.');
}
