// The options that name judged questions: `eval` and `sweep` share them.

import { type Command, Option } from 'commander';

/** Adds the options of JudgedFiles to a command. */
export function judgedOptions(command: Command): Command {
  return command
    .option(
      '--queries <file>',
      "The file of questions: BEIR's queries.jsonl or other JSON, lines of an id and a text, a table with a header, " +
        'or topics of TREC, CLEF or NTCIR; needs --qrels. JSON of {id, vector: {term: weight}} is asked as it is encoded.',
    )
    .option('--qrels <file>', 'The file of judgments, as BEIR or as TREC has them; needs --queries.')
    .addOption(
      new Option('--beir <folder>', 'A BEIR folder, instead of --queries and --qrels.').conflicts([
        'queries',
        'qrels',
      ]),
    )
    .option('--split <name>', 'Which judgments of the BEIR folder to take.', 'test')
    .addOption(
      new Option(
        '--own <what>',
        'What is done with a hit that has the id of its question and is not judged relevant: keep it or leave it out. ' +
          'The default is leave-out with --beir, as BEIR does it, and keep without.',
      ).choices(['keep', 'leave-out']),
    );
}
