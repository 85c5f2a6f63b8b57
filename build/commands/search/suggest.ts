// `sparsedge suggest`: what somebody who is typing may mean, by an index in a folder.

import { Command } from 'commander';
import { readRules } from '../../../src/query/language/rules/index-rules.ts';
import { MOST_SUGGESTIONS, suggest } from '../../../src/query/language/suggestions.ts';
import { localIndex } from '../../../src/query/local-index.ts';
import { openFolder } from '../../index/open-folder.ts';
import { counted, size, visible } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { jsonOption } from '../options/json-output.ts';
import { whole } from '../options/values.ts';

/** The command. */
export function suggestCommand(): Command {
  return new Command('suggest')
    .description(
      "Says what somebody who is typing may mean: queries of the index's rules, titles and headings that begin so, the " +
        'last word completed, and where there is nothing of these, the words that are near. It reads no document.',
    )
    .argument('<folder>', 'The index folder.')
    .argument('<text...>', 'What has been typed, in one or several words.')
    .option('-k <n>', 'How many suggestions to show.', whole(1, MOST_SUGGESTIONS), 5)
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Example:
  sparsedge suggest shards/scifact vitam

Exit codes: 0 answered, even without a suggestion; 1 the index is damaged or
cannot be read; 2 there is no index in the folder.`,
    )
    .action(async (folder: string, typed: readonly string[], options: Options) => {
      const index = await openFolder(folder);
      const encode = () => Promise.reject(new Error('nothing is encoded for suggestions'));
      const rules = await readRules(index.source, index.manifest);
      const local = localIndex({ index, clock: () => performance.now() }, encode, rules);
      const query = typed.join(' ');
      const { suggestions, cost } = await suggest(query, options.k, local);
      const reads = cost.postingReads + cost.documentReads;
      if (options.json) return printJson({ query, suggestions, cost: { ...cost, reads } });
      const lines = suggestions.map(({ text, kind }) => `${visible(text)}  (${kind})`);
      print(
        ...(lines.length > 0 ? lines : [`There is nothing to suggest for "${visible(query)}".`]),
        '',
        `${counted(reads, 'read')}, ${size(cost.bytes)}, ${counted(cost.rounds, 'round')}.`,
      );
    });
}

interface Options {
  readonly k: number;
  readonly json?: true;
}
