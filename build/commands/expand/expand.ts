// `sparsedge expand`: predicts, for each document, queries that it answers; a build then lets it be found by them.

import { statSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Document } from '../../../src/core/document.ts';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { aligned, checkWritable, EXPANSIONS, writeExpansions } from '../../stages/expand/expansion-file.ts';
import type { Expansion } from '../../stages/expand/import-formats.ts';
import { type ImportReport, importPredictions } from '../../stages/expand/import-queries.ts';
import { type ExpandJob, expandCorpus } from '../../stages/expand/predict/expand-corpus.ts';
import type { Expander } from '../../stages/expand/predict/expander.ts';
import { LLAMA_DEVICES, type LlamaDevice } from '../../stages/expand/predict/llama.ts';
import { isPriced, type Prices } from '../../stages/expand/predict/money.ts';
import type { KeptPrediction } from '../../stages/expand/predict/prediction-journal.ts';
import { PRESETS, type Preset, type PresetName } from '../../stages/expand/predict/prompt.ts';
import { newReport } from '../../stages/read/lines/report.ts';
import { readDocuments } from '../../stages/read/read.ts';
import { counted } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { type Part, parsePart, partPath, writeMarker } from '../../work/parts.ts';
import { fieldsFrom } from '../options/building.ts';
import { decimal, jsonOption, type ReadingOptions, readingOptions, whole } from '../options/values.ts';
import { expandProgress } from './expand-progress.ts';
import { estimateLines, estimateOf, expandLines, expandTotals } from './expand-summary.ts';

interface Options extends ReadingOptions {
  readonly out: string;
  readonly import?: readonly string[];
  readonly server: string;
  readonly model?: string;
  readonly gguf?: string;
  readonly adapter?: string;
  readonly device?: LlamaDevice;
  readonly preset: PresetName;
  readonly queries?: number;
  readonly maxCharacters?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly maxTokens?: number;
  readonly concurrency?: number;
  readonly attempts: number;
  readonly timeout: number;
  readonly retryFailed?: true;
  readonly part?: Part;
  readonly priceIn?: number;
  readonly priceOut?: number;
  readonly priceHour?: number;
  readonly dryRun?: number;
  readonly budget?: number;
  readonly json?: true;
}

const CALLS_AT_ONCE = 64;
const DOCUMENTS_AT_ONCE = 8;

export function expandCommand(): Command {
  const command = new Command('expand')
    .summary('predict queries that documents answer, with a language model')
    .description(
      'Asks a language model for queries that each document answers, and writes them as JSON lines {doc_id, queries}, for ' +
        '`sparsedge build --expansions`. The model is behind any server that speaks OpenAI’s interface: vLLM, SGLang, ' +
        'llama.cpp, Ollama, Workers AI; or it is a GGUF file and runs here, with node-llama-cpp. Stopped at any moment and run again, the same command goes on and asks for ' +
        'nothing twice: what is done is in a journal beside the output.',
    )
    .argument('<input>', 'a file or a folder of documents')
    .requiredOption('-o, --out <file>', 'where the expansions go; with --part, a folder');
  for (const option of [...modelOptions(), ...jobOptions(), ...readingOptions(), jsonOption()])
    command.addOption(option);
  return command.addHelpText('after', MORE).action(async (input: string, options: Options) => {
    if (input === '-') {
      throw new SparsedgeError(
        'bad-input',
        'documents are read more than once here, which standard input cannot be: give a file',
      );
    }
    if (options.import) await takeOver(input, options.import, options);
    else await predict(input, options);
  });
}

function modelOptions(): Option[] {
  return [
    new Option('--server <url>', 'of the server, with /v1').default('http://127.0.0.1:8000/v1'),
    new Option('--model <name>', 'the model, or the LoRA adapter, as the server calls it'),
    new Option(
      '--gguf <file>',
      'instead of a server: a model to run in this process, where node-llama-cpp is installed',
    ).conflicts(['server', 'model', 'attempts', 'timeout']),
    new Option('--adapter <file>', 'of --gguf: a LoRA adapter, GGUF too'),
    new Option('--device <device>', 'of --gguf: where it runs (default: the best there is)').choices(
      LLAMA_DEVICES,
    ),
    new Option('--preset <preset>', 'how the model is asked')
      .choices(Object.keys(PRESETS))
      .default('instruct'),
    new Option('--queries <n>', "queries of a document (default: the preset's)").argParser(whole(1, 1000)),
    new Option(
      '--max-characters <n>',
      "of a document that are shown to the model; the rest is cut off (default: the preset's)",
    ).argParser(whole(100)),
    new Option('--temperature <t>', "of sampling (default: the preset's)").argParser(decimal),
    new Option('--top-p <p>', "of sampling (default: the preset's)").argParser(decimal),
    new Option('--top-k <k>', "of sampling; 0 for servers that refuse it (default: the preset's)").argParser(
      whole(0),
    ),
    new Option('--max-tokens <n>', "of one answer (default: the preset's)").argParser(whole(1)),
    new Option(
      '--concurrency <n>',
      'calls at once, at most; as many as the server takes are made (default: 64; with --gguf 8 documents)',
    ).argParser(whole(1, 4096)),
    new Option('--attempts <n>', 'how often a document is tried before it is listed as failed')
      .argParser(whole(1, 100))
      .default(6),
    new Option('--timeout <seconds>', 'after which a call is given up').argParser(whole(1)).default(600),
    new Option('--retry-failed', 'ask again about documents that an earlier run listed as failed'),
  ];
}

function jobOptions(): Option[] {
  const price = (text: string) => {
    const value = decimal(text);
    if (value >= 0) return value;
    throw new InvalidArgumentError('It must not be negative.');
  };
  return [
    new Option('--part <i/n>', 'expand only one of n parts, from 1/n to n/n').argParser(parsePart),
    new Option('--price-in <price>', 'of a million tokens read').argParser(price),
    new Option('--price-out <price>', 'of a million tokens written').argParser(price),
    new Option('--price-hour <price>', 'of an hour of the machine').argParser(price),
    new Option(
      '--dry-run <n>',
      'expand n documents and say what all would take; nothing is paid twice',
    ).argParser(whole(2)),
    new Option('--budget <amount>', 'stop before this output has cost more, earlier runs included').argParser(
      price,
    ),
    new Option('--import <files...>', 'take queries that were predicted elsewhere instead').conflicts([
      'model',
      'part',
      'dryRun',
      'budget',
    ]),
  ];
}

async function predict(input: string, options: Options): Promise<void> {
  const { out, part, dryRun, json } = options;
  const prices: Prices = { input: options.priceIn, output: options.priceOut, hour: options.priceHour };
  if (options.budget !== undefined && !isPriced(prices))
    throw new SparsedgeError(
      'bad-input',
      '--budget needs a price: --price-in and --price-out, or --price-hour',
    );
  const whole = part === undefined ? { part: 1, of: 1 } : part;
  const path = part === undefined ? out : partPath(out, part) + EXPANSIONS;
  checkWritable(path);
  const progress = expandProgress(process.stderr, prices);
  const expander = await expanderOf(options);
  const job: ExpandJob = {
    documents: () => documentsOf(input, options),
    expander,
    journalPath: `${path}.journal`,
    part: whole,
    sample: dryRun,
    retryFailed: options.retryFailed,
    budget: options.budget,
    prices,
    watch: progress.at,
  };
  const run = await expandCorpus(job).finally(async () => {
    progress.end();
    await expander.close?.();
  });
  try {
    const totals = expandTotals(run, prices);
    if (dryRun !== undefined) {
      const estimate = estimateOf(run, prices);
      if (json) printJson({ estimate, ...totals });
      else print(...estimateLines(estimate, isPriced(prices)), ...expandLines(totals, isPriced(prices)));
      return;
    }
    if (run.stopped) process.exitCode = 1;
    else {
      await writeExpansions(path, expansionsOf(run.predictions()));
      if (part) writeMarker(out, { ...part, documents: run.documents, expander: expander.key });
    }
    const { done } = run.position;
    if (json) printJson({ ...(run.stopped ? { left: run.ofPart - done } : { file: path }), ...totals });
    else print(outcome(run.stopped, path, done, run.ofPart), ...expandLines(totals, isPriced(prices)));
  } finally {
    run.journal.close();
  }
}

/** @throws SparsedgeError `bad-input` for a model that is not named, or that does not run here */
async function expanderOf(options: Options): Promise<Expander & { close?(): Promise<void> }> {
  const { gguf, adapter, device, server, model, concurrency, attempts, timeout } = options;
  const preset = presetOf(options);
  // Here and not above: what they load would slow every other command down.
  if (gguf !== undefined) {
    const { localExpander } = await import('../../stages/expand/predict/local-expander.ts');
    return localExpander({
      model: gguf,
      adapter,
      device,
      preset,
      concurrency: concurrency ?? DOCUMENTS_AT_ONCE,
    });
  }
  const stray = adapter === undefined ? device && '--device' : '--adapter';
  if (stray !== undefined)
    throw new SparsedgeError('bad-input', `${stray} is of --gguf; a server has its own`);
  if (model === undefined) {
    throw new SparsedgeError(
      'bad-input',
      '--model is missing: the name of the model on the server; or --gguf, a model to run here',
    );
  }
  const { serverExpander } = await import('../../stages/expand/predict/server-expander.ts');
  return serverExpander({
    url: checkedUrl(server),
    apiKey: process.env.OPENAI_API_KEY,
    model,
    preset,
    concurrency: concurrency ?? CALLS_AT_ONCE,
    attempts,
    timeout,
  });
}

function outcome(stopped: boolean, path: string, done: number, total: number): string {
  return stopped
    ? `Stopped by the budget after ${done} of ${counted(total, 'document')}; the same command with a larger one goes on.`
    : `Wrote ${path}.`;
}

function* expansionsOf(predictions: Iterable<KeptPrediction>): Generator<Expansion> {
  for (const { id, queries, failure } of predictions)
    yield { id, queries, ...(failure && { failed: failure.reason }) };
}

async function takeOver(input: string, paths: readonly string[], options: Options): Promise<void> {
  checkWritable(options.out);
  const [first] = paths;
  const documents = documentsOf(input, options);
  const report = isFolder(first!)
    ? await joinParts(documents, first!, options.out)
    : await importPredictions(documents, paths, options.out);
  if (options.json) printJson({ file: options.out, ...report });
  else {
    print(
      `Wrote ${options.out}: ${counted(report.queries, 'query')} for ${counted(report.expanded, 'document')} of ${counted(report.documents, 'document')}.`,
      ...(report.unknown > 0
        ? [`${counted(report.unknown, 'record')} passed over: of documents that are not in ${input}.`]
        : []),
    );
  }
}

async function joinParts(
  documents: AsyncIterable<Document>,
  folder: string,
  out: string,
): Promise<ImportReport> {
  const report: ImportReport = { documents: 0, expanded: 0, queries: 0, unknown: 0 };
  const joined = async function* () {
    for await (const [, expansion] of aligned(documents, ({ id }) => id, folder)) {
      report.documents++;
      report.queries += expansion.queries.length;
      if (expansion.queries.length > 0) report.expanded++;
      yield expansion;
    }
  };
  await writeExpansions(out, joined());
  return report;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function documentsOf(input: string, options: Options): AsyncGenerator<Document> {
  const { format, field = [], skipBad } = options;
  return readDocuments({ input, format, fields: fieldsFrom(field), skipBad, report: newReport() });
}

function presetOf(options: Options): Preset {
  const preset: Preset = PRESETS[options.preset];
  const { temperature, topP, topK, maxTokens } = options;
  const { sampling } = preset;
  const queries = options.queries ?? preset.queries;
  return {
    ...preset,
    queries,
    perAnswer: Math.min(preset.perAnswer, queries),
    documentCharacters: options.maxCharacters ?? preset.documentCharacters,
    sampling: {
      temperature: temperature ?? sampling.temperature,
      topP: topP ?? sampling.topP,
      topK: topK ?? sampling.topK,
      maxTokens: maxTokens ?? sampling.maxTokens,
    },
  };
}

/** @throws SparsedgeError `bad-input` */
function checkedUrl(text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text;
  throw new SparsedgeError('bad-input', `--server ${text}: expected a URL such as http://127.0.0.1:8000/v1`);
}

const MORE = `
Presets: instruct asks models that follow instructions for lists of ten queries;
instruct-one asks them for one query an answer; llama2-doc2query is the published
prompt and sampling of Llama 2 doc2query, for the completions endpoint of a
server that has its adapter; doc2query-small is for models that
models/train/expansion makes. Documents are cut by characters, since only the
server has the model's tokens; what follows them in the prompt is never cut.
The server's key, if it wants one, is taken from OPENAI_API_KEY.

What can be imported: JSON lines {doc_id, queries} (DeeperImpact's, and this
command's own), {id, predicted_queries}, and Vespa's updates, in any order; text
files of doc2query with one line a document, in the order of the documents, each
file one more query of it; and a folder of all parts, which become one file.

Examples:
  sparsedge expand docs/ --model my-instruct-model -o docs.expansions.jsonl
  sparsedge expand docs/ --model my-instruct-model -o docs.expansions.jsonl
    --dry-run 100 --price-in 0.05 --price-out 0.40
  sparsedge expand corpus.jsonl --model doc2query --preset llama2-doc2query
    --part 3/7 -o parts --price-hour 1.99 --budget 20
  sparsedge expand corpus.jsonl --gguf model.gguf --preset doc2query-small
    -o expansions.jsonl
  sparsedge expand corpus.jsonl --import queries.jsonl.gz -o expansions.jsonl
  sparsedge build docs/ --expansions docs.expansions.jsonl

Exit codes: 0 each document is expanded, or listed with the reason why not;
1 it failed or the budget ended it, and the same command goes on; 2 the input,
the server's address, the model's name or an option is wrong.`;
