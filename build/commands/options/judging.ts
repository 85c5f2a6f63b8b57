// The options that name judged questions: `eval` and `sweep` share them.

import { type Command, Option } from 'commander';

/** Adds the options of JudgedFiles to a command. */
export function judgedOptions(command: Command): Command {
  return command
    .option(
      '--queries <file>',
      "The file of questions: BEIR's queries.jsonl, lines of id<TAB>text, or TREC topics; needs --qrels.",
    )
    .option('--qrels <file>', 'The file of judgments, as BEIR or as TREC has them; needs --queries.')
    .addOption(
      new Option('--beir <folder>', 'A BEIR folder, instead of --queries and --qrels.').conflicts([
        'queries',
        'qrels',
      ]),
    )
    .option('--split <name>', 'Which judgments of the BEIR folder to take.', 'test');
}
