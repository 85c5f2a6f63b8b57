// The options of `sparsedge expand predict`: the model, how it is asked, and how far the job may go.

import { Option } from 'commander';
import { LLAMA_DEVICES, type LlamaDevice } from '../../stages/expand/predict/llama.ts';
import type { Prices } from '../../stages/expand/predict/money.ts';
import { PRESETS, type Preset, type PresetName } from '../../stages/expand/predict/prompt.ts';
import type { Part } from '../../work/parts.ts';
import type { ReadingOptions } from '../options/reading.ts';
import { amount, decimal, parsePart, whole } from '../options/values.ts';

/** The options, parsed. */
export interface PredictOptions extends ReadingOptions {
  readonly out: string;
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

/** Calls of a server at once, unless the option says otherwise. */
export const CALLS_AT_ONCE = 64;
/** Documents at once of a model in this process, unless the option says otherwise. */
export const DOCUMENTS_AT_ONCE = 8;

/** The options that name the model and where it runs. */
export function modelOptions(): Option[] {
  return [
    new Option('--server <url>', "The URL of the server's OpenAI interface, with /v1.").default(
      'http://127.0.0.1:8000/v1',
    ),
    new Option('--model <name>', 'The name that the server has for the model or the LoRA adapter.'),
    new Option(
      '--gguf <file>',
      'Run this GGUF model in this process instead of asking a server; needs node-llama-cpp.',
    ).conflicts(['server', 'model', 'attempts', 'timeout']),
    new Option('--adapter <file>', 'A LoRA adapter for the model of --gguf, a GGUF file as well.'),
    new Option(
      '--device <device>',
      'The device that runs the model of --gguf. The default is the fastest one available.',
    ).choices(LLAMA_DEVICES),
    new Option(
      '--concurrency <n>',
      `The most calls at once; fewer are made if the server refuses so many. The default is ` +
        `${CALLS_AT_ONCE}, or with ` +
        `--gguf ${DOCUMENTS_AT_ONCE} documents at once.`,
    ).argParser(whole(1, 4096)),
    new Option('--attempts <n>', 'How many times a document is tried before it is listed as failed.')
      .argParser(whole(1, 100))
      .default(6),
    new Option('--timeout <seconds>', 'The seconds after which a call is abandoned.')
      .argParser(whole(1))
      .default(600),
  ];
}

/** The options that say how the model is asked. */
export function presetOptions(): Option[] {
  return [
    new Option('--preset <preset>', 'The prompt and the sampling, which the next options change.')
      .choices(Object.keys(PRESETS))
      .default('instruct'),
    new Option(
      '--queries <n>',
      "How many queries are predicted for each document. The default is the preset's.",
    ).argParser(whole(1, 1000)),
    new Option(
      '--max-characters <n>',
      "How many characters of a document the model reads; the rest is cut off. The default is the preset's.",
    ).argParser(whole(100)),
    new Option('--temperature <t>', "The temperature of sampling. The default is the preset's.").argParser(
      decimal,
    ),
    new Option(
      '--top-p <p>',
      "Sample from the likeliest tokens that together have this probability. The default is the preset's.",
    ).argParser(decimal),
    new Option(
      '--top-k <k>',
      'Sample from this many of the likeliest tokens; 0 leaves it out, for servers that refuse it. ' +
        "The default is the preset's.",
    ).argParser(whole(0)),
    new Option('--max-tokens <n>', "The most tokens of one answer. The default is the preset's.").argParser(
      whole(1),
    ),
  ];
}

/** The options that say what is expanded and what it may cost. */
export function jobOptions(): Option[] {
  return [
    new Option(
      '--part <i/n>',
      'Expand only part i of n, from 1/n to n/n: every n-th document. The output is then a folder of parts.',
    ).argParser(parsePart),
    new Option('--retry-failed', 'Ask again about documents that an earlier run listed as failed.'),
    new Option('--price-in <price>', 'The price of a million tokens read, in any currency.').argParser(
      amount,
    ),
    new Option('--price-out <price>', 'The price of a million tokens written.').argParser(amount),
    new Option('--price-hour <price>', 'The price of an hour of the machine.').argParser(amount),
    new Option(
      '--dry-run <n>',
      'Expand only a sample of n documents and estimate what all would take. A later run keeps the sample.',
    ).argParser(whole(2)),
    new Option(
      '--budget <amount>',
      'Stop before this output, earlier runs included, has cost more than this amount; needs a price.',
    ).argParser(amount),
  ];
}

/** The prices that the options name. */
export function pricesOf({ priceIn, priceOut, priceHour }: PredictOptions): Prices {
  return { input: priceIn, output: priceOut, hour: priceHour };
}

/** The preset, with what the options change of it. */
export function presetOf(options: PredictOptions): Preset {
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
