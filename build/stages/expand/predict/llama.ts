// Language models in this process: GGUF files through llama.cpp, by way of node-llama-cpp where someone installed it. A
// prompt is read once for all of a document's answers, and as many documents as there are sequences are worked on in
// one batch. What is drawn by chance begins with a seed of the document's, so that a job that is run again draws the
// same where documents are worked on one by one. Beside others an answer's probabilities come out rounded otherwise (by
// 0.1% of them with eight documents of the small model), and now and then another token is drawn.

import { SparsedgeError } from '../../../../src/core/errors.ts';
import { isNotInstalled } from '../../../work/system-error.ts';
import type { Answer } from './answers/parse.ts';
import type { Asked } from './ask-model.ts';
import type { Sampling } from './prompt.ts';

/** Where a model runs; the best that is there unless one is named. */
export const LLAMA_DEVICES = ['cpu', 'cuda', 'vulkan', 'metal'] as const;
export type LlamaDevice = (typeof LLAMA_DEVICES)[number];

/** Which model, and how much of it. */
export interface LlamaOptions {
  /** A GGUF file. */
  readonly model: string;
  /** A LoRA adapter of it, a GGUF file too. */
  readonly adapter?: string | undefined;
  readonly device?: LlamaDevice | undefined;
  /** Documents that are worked on together, each with memory for `tokens`. */
  readonly sequences: number;
  /** Of a prompt and its longest answer, together; a model that was trained for fewer gets those. */
  readonly tokens: number;
}

/** What a model is to go on with: a text, or a conversation. */
export type LlamaPrompt = string | { readonly system?: string | undefined; readonly user: string };

/** Answers to one prompt. */
interface LlamaRequest {
  readonly prompt: LlamaPrompt;
  readonly answers: number;
  readonly sampling: Sampling;
  readonly seed: number;
}

/** A model, ready. */
export interface Llama {
  /** Of a prompt and its answer, at most. */
  readonly tokens: number;
  /** Answers as soon as a sequence is free. */
  answer(request: LlamaRequest, signal: AbortSignal): Promise<Asked>;
  /** Whether a prompt leaves room for an answer. */
  fits(prompt: LlamaPrompt, maxTokens: number): boolean;
  tokenize(text: string): readonly number[];
  close(): Promise<void>;
}

/** What is used of node-llama-cpp, whose own types are there only where it is. */
interface Binding {
  getLlama(options: object): Promise<Runtime>;
  resolveChatWrapper(model: Model): {
    generateContextState(conversation: object): { contextText: { tokenize(tokenizer: unknown): number[] } };
  };
}

interface Runtime {
  loadModel(options: object): Promise<Model>;
  dispose(): Promise<void>;
}

interface Model {
  readonly size: number;
  readonly trainContextSize: number;
  readonly tokenizer: unknown;
  readonly tokens: { readonly bos: number | null; readonly shouldPrependBosToken: boolean };
  tokenize(text: string): number[];
  detokenize(tokens: readonly number[]): string;
  createContext(options: object): Promise<{ readonly contextSize: number; getSequence(): Sequence }>;
}

interface Sequence {
  /** Tokens that it holds. */
  readonly nextTokenIndex: number;
  adaptStateToTokens(tokens: readonly number[], allowShift: boolean): Promise<void>;
  evaluate(tokens: readonly number[], sampling: object): AsyncIterable<number>;
}

const PACKAGE = 'node-llama-cpp';
/**
 * Bytes below which threads wait for each other more than they work: beside other work, two took minutes for 0.1 s of
 * one.
 */
const SMALL_MODEL = 100e6;

/**
 * Loads a model.
 *
 * @throws SparsedgeError `bad-input` for a file that is no model, an adapter of another one, a device that is not
 *   there, and where node-llama-cpp is not
 */
export async function openLlama(options: LlamaOptions): Promise<Llama> {
  const binding = await loadBinding();
  const runtime = await startRuntime(binding, options.device);
  try {
    const model = await loadModel(runtime, options.model);
    const sequences = await createSequences(model, options);
    return new LoadedLlama({ binding, runtime, model }, contextSizeOf(model, options), sequences);
  } catch (error) {
    await runtime.dispose();
    throw error;
  }
}

async function startRuntime({ getLlama }: Binding, device: LlamaDevice | undefined): Promise<Runtime> {
  const gpu = device === undefined ? 'auto' : device === 'cpu' ? false : device;
  try {
    // Nothing is downloaded or compiled here: what runs is what was installed.
    return await getLlama({
      gpu,
      build: 'never',
      skipDownload: true,
      logLevel: 'error',
      progressLogs: false,
    });
  } catch (cause) {
    throw refused(`the device ${device ?? 'cpu'}`, `${PACKAGE} without it: ${reasonOf(cause)}`, cause);
  }
}

async function loadModel(runtime: Runtime, path: string): Promise<Model> {
  try {
    return await runtime.loadModel({ modelPath: path });
  } catch (cause) {
    throw refused(`a GGUF model in ${path}`, reasonOf(cause), cause);
  }
}

function contextSizeOf({ trainContextSize }: Model, { tokens }: LlamaOptions): number {
  return Math.min(tokens, trainContextSize);
}

/** Sequences that share a context, each with memory for its tokens. */
async function createSequences(model: Model, options: LlamaOptions): Promise<Sequence[]> {
  const { model: path, adapter, sequences } = options;
  const contextSize = contextSizeOf(model, options);
  const lora = adapter !== undefined && { lora: { adapters: [{ filePath: adapter }] } };
  const threads = model.size < SMALL_MODEL && { threads: 1 };
  const context = await model
    .createContext({ sequences, contextSize, ...threads, ...lora })
    .catch((cause) => {
      const what = adapter === undefined ? '' : ` with the adapter ${adapter}`;
      const memory = `memory for ${sequences} × ${contextSize} tokens of ${path}${what}`;
      throw refused(memory, reasonOf(cause), cause);
    });
  return Array.from({ length: sequences }, () => context.getSequence());
}

interface Loaded {
  readonly binding: Binding;
  readonly runtime: Runtime;
  readonly model: Model;
}

/** A model in memory, and the sequences that documents take turns with. */
class LoadedLlama implements Llama {
  readonly tokens: number;
  readonly #loaded: Loaded;
  readonly #free: Sequence[];
  readonly #waiting: ((sequence: Sequence) => void)[] = [];

  constructor(loaded: Loaded, tokens: number, sequences: Sequence[]) {
    this.#loaded = loaded;
    this.tokens = tokens;
    this.#free = sequences;
  }

  async answer(request: LlamaRequest, signal: AbortSignal): Promise<Asked> {
    const sequence = this.#free.pop() ?? (await new Promise<Sequence>((take) => this.#waiting.push(take)));
    try {
      const prompt = this.#promptTokens(request.prompt);
      return await answered(request, prompt, this.#loaded.model, sequence, signal);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(sequence);
      else this.#free.push(sequence);
    }
  }

  fits(prompt: LlamaPrompt, maxTokens: number): boolean {
    return this.#promptTokens(prompt).length + maxTokens <= this.tokens;
  }

  tokenize(text: string): readonly number[] {
    return this.#loaded.model.tokenize(text);
  }

  close(): Promise<void> {
    return this.#loaded.runtime.dispose();
  }

  #promptTokens(prompt: LlamaPrompt): number[] {
    return promptTokens(prompt, this.#loaded.model, this.#loaded.binding);
  }
}

/** @throws SparsedgeError `bad-input` where the package is not installed */
async function loadBinding(): Promise<Binding> {
  // Not a literal: the compiler would look for a package that need not be there.
  const name: string = PACKAGE;
  try {
    return (await import(name)) as Binding;
  } catch (cause) {
    if (!isNotInstalled(cause)) throw cause;
    throw refused(
      `${PACKAGE} for a model in this process`,
      `none: npm install --no-save -P ${PACKAGE}`,
      cause,
    );
  }
}

function promptTokens(prompt: LlamaPrompt, model: Model, { resolveChatWrapper }: Binding): number[] {
  if (typeof prompt === 'string') {
    const { bos, shouldPrependBosToken } = model.tokens;
    return [...(shouldPrependBosToken && bos !== null ? [bos] : []), ...model.tokenize(prompt)];
  }
  const { system, user } = prompt;
  const chatHistory = [
    ...(system === undefined ? [] : [{ type: 'system', text: system }]),
    { type: 'user', text: user },
    { type: 'model', response: [] },
  ];
  const { contextText } = resolveChatWrapper(model).generateContextState({ chatHistory });
  return contextText.tokenize(model.tokenizer);
}

async function answered(
  { answers: wanted, sampling, seed }: LlamaRequest,
  prompt: readonly number[],
  model: Model,
  sequence: Sequence,
  signal: AbortSignal,
): Promise<Asked> {
  const { maxTokens, temperature, topK, topP } = sampling;
  const answers: Answer[] = [];
  let output = 0;
  while (answers.length < wanted) {
    // The prompt stays from one answer to the next, but for its last token: that is read again, for what may follow it.
    await sequence.adaptStateToTokens(prompt.slice(0, -1), false);
    const unread = prompt.slice(sequence.nextTokenIndex);
    const drawn = { temperature, topK, topP, seed: (seed + answers.length) >>> 0 };
    const written: number[] = [];
    for await (const token of sequence.evaluate(unread, drawn)) {
      signal.throwIfAborted();
      written.push(token);
      if (written.length === maxTokens) break;
    }
    answers.push({ text: model.detokenize(written), cutOff: written.length === maxTokens });
    output += written.length;
  }
  return { answers, usage: { input: prompt.length, output } };
}

function refused(expected: string, found: string, cause: unknown): SparsedgeError {
  return new SparsedgeError(
    'bad-input',
    `expected ${expected}; found ${found}`,
    { expected, found },
    { cause },
  );
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
