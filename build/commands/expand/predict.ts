// `sparsedge expand predict`: asks a language model which queries each document answers.

import { Command } from 'commander';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { EXPANSIONS, writeExpansions } from '../../stages/expand/expansion-file.ts';
import type { Expansion } from '../../stages/expand/import-formats.ts';
import { type ExpandRun, expandCorpus } from '../../stages/expand/predict/expand-corpus.ts';
import { isPriced } from '../../stages/expand/predict/money.ts';
import type { KeptPrediction } from '../../stages/expand/predict/prediction-journal.ts';
import { newReport } from '../../stages/read/lines/report.ts';
import { readDocuments } from '../../stages/read/read.ts';
import { counted } from '../../terminal/layout.ts';
import { endAsFailed, print, printJson } from '../../terminal/outcome.ts';
import { StatusLine } from '../../terminal/progress.ts';
import { checkWritable } from '../../work/files.ts';
import { lockFile, whileLocked } from '../../work/lock.ts';
import { partPath, writeMarker } from '../../work/parts.ts';
import { jsonOption } from '../options/json-output.ts';
import { mustBeRereadable, readingOf, readingOptions } from '../options/reading.ts';
import { LOG_MS, progressLine, TERMINAL_MS } from './expand-progress.ts';
import { estimateLines, estimateOf, expandLines, expandTotals } from './expand-summary.ts';
import { openExpander } from './open-expander.ts';
import { jobOptions, modelOptions, type PredictOptions, presetOptions, pricesOf } from './predict-options.ts';

/** The command. */
export function predictCommand(): Command {
  const command = new Command('predict')
    .summary('ask a language model which queries each document answers')
    .description(
      'Asks a language model which queries each document answers. The model is behind any server that ' +
        'has the OpenAI interface (vLLM, SGLang, llama.cpp, Ollama, Workers AI), or it is a GGUF file that ' +
        'node-llama-cpp runs here. Answers are kept in a journal beside the output: a command that was ' +
        'stopped continues when it is run again, and asks nothing twice.',
    )
    .argument('<input>', 'The documents, in a file or a folder.')
    .requiredOption('-o, --out <file>', 'The file of expansions; with --part, the folder of parts.');
  for (const option of [...readingOptions(), jsonOption()]) command.addOption(option);
  command.optionsGroup('The model:');
  for (const option of modelOptions()) command.addOption(option);
  command.optionsGroup('How the model is asked:');
  for (const option of presetOptions()) command.addOption(option);
  command.optionsGroup('What is expanded, and what it may cost:');
  for (const option of jobOptions()) command.addOption(option);
  return command
    .optionsGroup('Options:')
    .addHelpText('after', MORE)
    .action(async (input: string, options: PredictOptions) => {
      mustBeRereadable(input);
      await predict(input, options);
    });
}

async function predict(input: string, options: PredictOptions): Promise<void> {
  if (options.budget !== undefined && !isPriced(pricesOf(options))) {
    throw new SparsedgeError(
      'bad-input',
      '--budget needs a price: give --price-in and --price-out, or --price-hour',
    );
  }
  const { out, part } = options;
  const path = part === undefined ? out : partPath(out, part) + EXPANSIONS;
  checkWritable(path);
  await whileLocked(lockFile(path, 'an expansion'), () => predictLocked(input, path, options));
}

async function predictLocked(input: string, path: string, options: PredictOptions): Promise<void> {
  const { out, part } = options;
  const { run, expander } = await askAll(input, path, options);
  try {
    if (options.dryRun !== undefined) return reportSample(run, options);
    if (!run.stopped) {
      await writeExpansions(path, expansionsOf(run.predictions()));
      if (part) writeMarker(out, { ...part, documents: run.documents, expander });
    }
    reportRun(run, path, options);
  } finally {
    run.journal.close();
  }
}

/** Asks about all documents that the journal does not have. The expander is named by its key. */
async function askAll(
  input: string,
  path: string,
  options: PredictOptions,
): Promise<{ run: ExpandRun; expander: string }> {
  const prices = pricesOf(options);
  const { part = { part: 1, of: 1 }, dryRun, retryFailed, budget } = options;
  const { stderr } = process;
  const pause = stderr.isTTY ? TERMINAL_MS : LOG_MS;
  const status = new StatusLine(stderr, pause, pause);
  const expander = await openExpander(options);
  try {
    const run = await expandCorpus({
      documents: () => readDocuments({ ...readingOf(input, options), report: newReport() }),
      expander,
      journalPath: `${path}.journal`,
      part,
      sample: dryRun,
      retryFailed,
      budget,
      prices,
      watch: (position) => status.show(() => progressLine(position, prices)),
    });
    return { run, expander: expander.key };
  } finally {
    status.clear();
    await expander.close?.();
  }
}

function* expansionsOf(predictions: Iterable<KeptPrediction>): Generator<Expansion> {
  for (const { id, queries, failure } of predictions)
    yield { id, queries, ...(failure && { failed: failure.reason }) };
}

function reportSample(run: ExpandRun, options: PredictOptions): void {
  const prices = pricesOf(options);
  const totals = expandTotals(run, prices);
  const estimate = estimateOf(run, prices);
  if (options.json) printJson({ estimate, ...totals });
  else print(...estimateLines(estimate, isPriced(prices)), ...expandLines(totals, isPriced(prices)));
}

function reportRun(run: ExpandRun, path: string, options: PredictOptions): void {
  const { stopped, ofPart, position } = run;
  const prices = pricesOf(options);
  const totals = expandTotals(run, prices);
  if (stopped) endAsFailed();
  if (options.json) {
    printJson({ ...(stopped ? { left: ofPart - position.done } : { file: path }), ...totals });
    return;
  }
  const outcome = stopped
    ? `The budget ended the run after ${position.done} of ${counted(ofPart, 'document')}. ` +
      'With a larger budget, the same command continues.'
    : `Wrote ${path}.`;
  print(outcome, ...expandLines(totals, isPriced(prices)));
}

const MORE = `
Presets: instruct asks a model that follows instructions for lists of ten queries;
instruct-one asks it for one query an answer; llama2-doc2query has the published
prompt and sampling of Llama 2 doc2query, for the completions endpoint of a
server that has its adapter; doc2query-small is for models that
models/train/expansion makes. Documents are cut by characters, since only the
server knows the model's tokens; the prompt after the document is never cut.
The key for the server, if it wants one, is read from OPENAI_API_KEY.

Examples:
  sparsedge expand docs/ --model my-instruct-model -o docs.expansions.jsonl
  sparsedge expand docs/ --model my-instruct-model -o docs.expansions.jsonl \\
    --dry-run 100 --price-in 0.05 --price-out 0.40
  sparsedge expand corpus.jsonl --model doc2query --preset llama2-doc2query \\
    --part 3/7 -o parts --price-hour 1.99 --budget 20
  sparsedge expand corpus.jsonl --gguf model.gguf --preset doc2query-small \\
    -o expansions.jsonl
  sparsedge build docs/ --expansions docs.expansions.jsonl

Exit codes: 0 each document is expanded, or listed with the reason why not; 1 it
failed or the budget ended it, and the same command continues; 2 the input, the
server's address, the model's name or an option is wrong.`;
