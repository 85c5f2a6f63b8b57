// `sparsedge words`: texts as the words that models are trained on, by the code that indexes and queries are made with.

import { Command } from 'commander';
import { eachStemmedWord, markedStem } from '../../../src/core/analyzer/stems.ts';
import { searchableText } from '../../../src/core/document.ts';
import { newReport } from '../../stages/read/lines/report.ts';
import { type ReadOptions, readDocuments } from '../../stages/read/read.ts';
import { counted } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { checkWritable, writeNamed } from '../../work/files.ts';
import { jsonOption } from '../options/json-output.ts';
import { type ReadingOptions, readingOf, readingOptions } from '../options/reading.ts';

interface Options extends ReadingOptions {
  readonly out: string;
  readonly json?: true;
}

/** Characters that are written at once: lines by themselves are slow. */
const CHUNK = 1 << 16;

/** The command. */
export function wordsCommand(): Command {
  const command = new Command('words')
    .description(
      'Writes JSON lines {"_id", "words"}: the words of each title and text in order, stemmed, with one ' +
        'space between them. Function words, which models read but which are not terms, begin with "_".',
    )
    .argument('<input>', 'The texts: a file, a folder, or - for standard input.')
    .requiredOption('-o, --out <file>', 'The file to write.');
  for (const option of readingOptions()) command.addOption(option);
  return command
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  sparsedge words scifact/ -o documents.jsonl
  sparsedge words scifact/queries.jsonl -o queries.jsonl

Exit codes: 0 written; 1 the file cannot be written; 2 the input or an option is
wrong.`,
    )
    .action(async (input: string, options: Options) => {
      const { out, json } = options;
      const report = newReport();
      const reading = { ...readingOf(input, options), report };
      checkWritable(out);
      await writeNamed(out, wordLines(reading));
      if (json) printJson({ file: out, texts: report.read });
      else print(`Wrote the words of ${counted(report.read, 'text')} to ${out}.`);
    });
}

async function* wordLines(reading: ReadOptions): AsyncGenerator<string> {
  let lines = '';
  for await (const document of readDocuments(reading)) {
    const words: string[] = [];
    eachStemmedWord(searchableText(document), (word) => words.push(markedStem(word)));
    lines += `${JSON.stringify({ _id: document.id, words: words.join(' ') })}\n`;
    if (lines.length < CHUNK) continue;
    yield lines;
    lines = '';
  }
  yield lines;
}
