// Queries from a server that speaks OpenAI's interface: vLLM, SGLang, TGI, llama.cpp's, Ollama, Workers AI. Retries are
// ours and not the client's, because whether to wait is decided for all calls together.

import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI, { APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai';
import { SparsedgeError } from '../../../../src/core/errors.ts';
import { type Asked, askAbout, presetKey } from './ask-model.ts';
import { addUsage, type Expander, NO_USAGE } from './expander.ts';
import { Pace } from './pace.ts';
import type { Answer } from './parse.ts';
import type { Preset } from './prompt.ts';

/** Which server, and how it is asked. */
export interface ServerOptions {
  /** Up to and with `/v1`. */
  readonly url: string;
  /** Sent as a bearer token; servers of one's own want none. */
  readonly apiKey?: string | undefined;
  /** A name the server knows: of a model, or of a LoRA adapter. */
  readonly model: string;
  readonly preset: Preset;
  /** Calls at once, at most. */
  readonly concurrency: number;
  /** How often a document is tried before it is listed as failed. */
  readonly attempts: number;
  /** After how many seconds a call is given up. */
  readonly timeout: number;
}

/** Calls that come to nothing wait about this long, then twice as long, and so on. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A server that is too busy for every call for so long is not going to be less so. */
const PATIENCE_MS = 15 * 60_000;
const CHARACTERS_PER_TOKEN = 4;

/** An expander that asks a server. */
export function serverExpander(options: ServerOptions): Expander {
  const { preset, model, concurrency, attempts } = options;
  const calls = new Calls(options);
  return {
    key: JSON.stringify([model, ...presetKey(preset)]),
    concurrency,
    expand: (document, signal) => askAbout(document, preset, (text) => calls.ask(text, signal), attempts),
  };
}

/** Makes calls at the server's pace, each of them until it is answered or given up. */
class Calls {
  readonly #options: ServerOptions;
  readonly #client: OpenAI;
  readonly #pace: Pace;
  readonly #known = new WeakSet<AbortSignal>();
  /** Answers that one call can bring: as many as asked for, until the server shows otherwise. */
  #together = Number.POSITIVE_INFINITY;
  #lastAnswer = performance.now();

  constructor(options: ServerOptions) {
    const { url, apiKey = 'none', timeout } = options;
    this.#options = options;
    this.#client = new OpenAI({
      baseURL: url,
      apiKey,
      maxRetries: 0,
      timeout: timeout * 1000,
      logLevel: 'off',
    });
    this.#pace = new Pace(options.concurrency);
  }

  /** As many answers as the preset wants, in as few calls as the server allows. */
  async ask(text: string, signal: AbortSignal): Promise<Asked> {
    if (!this.#known.has(signal)) {
      this.#known.add(signal);
      signal.addEventListener('abort', () => this.#pace.wake());
    }
    const { queries, perAnswer } = this.#options.preset;
    const wanted = Math.ceil(queries / perAnswer);
    const answers: Answer[] = [];
    let usage = NO_USAGE;
    while (answers.length < wanted) {
      const count = Math.min(wanted - answers.length, this.#together);
      const asked = await this.#untilAnswered(text, count, signal);
      usage = addUsage(usage, asked.usage);
      if (asked.failure) return { answers: [], usage, failure: asked.failure };
      answers.push(...asked.answers);
      // Ollama and llama.cpp's server answer once, whatever `n` says.
      if (asked.answers.length < count) this.#together = asked.answers.length;
    }
    return { answers: answers.slice(0, wanted), usage };
  }

  async #untilAnswered(text: string, count: number, signal: AbortSignal): Promise<Asked> {
    let sequences = count;
    for (let [failures, refusals] = [0, 0]; ; ) {
      const began = await this.#pace.begin(signal);
      try {
        const asked = await this.#call(text, sequences, signal);
        this.#pace.answered(began);
        this.#lastAnswer = performance.now();
        // Refused with several sequences and answered with one: it was their number.
        if (sequences < count) this.#together = sequences;
        return asked;
      } catch (error) {
        const fault = faultOf(error, this.#options);
        if (fault.kind === 'busy') this.#pace.refused(began, fault.retryAfter);
        else this.#pace.failed();
        signal.throwIfAborted();
        if (fault.kind === 'hopeless') throw fault.error;
        if (fault.kind === 'refused') {
          if (sequences > 1) {
            sequences = 1;
            continue;
          }
          return { answers: [], usage: NO_USAGE, failure: { reason: fault.reason, ofServer: false } };
        }
        if (fault.kind === 'busy' && !fault.timedOut) {
          this.#checkPatience(began, fault.reason);
          refusals++;
          if (fault.retryAfter === 0) await sleep(pauseAfter(refusals), undefined, { signal });
          continue;
        }
        failures++;
        if (failures >= this.#options.attempts)
          return { answers: [], usage: NO_USAGE, failure: { reason: fault.reason, ofServer: true } };
        await sleep(pauseAfter(failures), undefined, { signal });
      }
    }
  }

  /** @throws SparsedgeError `unavailable` when nothing was answered for long */
  #checkPatience(began: number, reason: string): void {
    if (began - this.#lastAnswer < PATIENCE_MS) return;
    const { url } = this.#options;
    throw new SparsedgeError(
      'unavailable',
      `${url} has answered nothing for ${PATIENCE_MS / 60_000} minutes: ${reason}. What is done is kept; run the same command again`,
      { url },
    );
  }

  async #call(text: string, count: number, signal: AbortSignal): Promise<Asked> {
    const { model, preset } = this.#options;
    const { temperature, topP, topK, maxTokens } = preset.sampling;
    const prompt = preset.prompt(text, preset.perAnswer);
    const asked = {
      model,
      temperature,
      top_p: topP,
      max_tokens: maxTokens,
      ...(count > 1 && { n: count }),
      ...(topK > 0 && { top_k: topK }),
    };
    if (preset.endpoint === 'completions') {
      const answer = await this.#client.completions.create({ ...asked, prompt }, { signal });
      return read(answer, prompt, (choice) => choice.text);
    }
    const system = preset.system === undefined ? [] : [{ role: 'system' as const, content: preset.system }];
    const messages = [...system, { role: 'user' as const, content: prompt }];
    const answer = await this.#client.chat.completions.create({ ...asked, messages }, { signal });
    return read(answer, prompt, (choice) => choice.message?.content ?? undefined);
  }
}

interface Completion<Choice> {
  readonly choices: readonly Choice[];
  readonly usage?: OpenAI.CompletionUsage | null;
}

/** An answer that is none: the server said that all was well, and sent something else. */
class Rubbish extends Error {}

/** Reads an answer as if anyone could have written it. */
function read<Choice extends { readonly finish_reason: string | null }>(
  completion: Completion<Choice>,
  prompt: string,
  textOf: (choice: Choice) => unknown,
): Asked {
  const choices: unknown = completion?.choices;
  if (!Array.isArray(choices) || choices.length === 0) throw new Rubbish('an answer without choices');
  const answers = (choices as Choice[]).map((choice): Answer => {
    const text = choice === null || typeof choice !== 'object' ? undefined : textOf(choice);
    if (typeof text !== 'string') throw new Rubbish('a choice without text');
    return { text, cutOff: choice.finish_reason === 'length' };
  });
  const { prompt_tokens: input, completion_tokens: output } = completion.usage ?? {};
  if (Number.isInteger(input) && Number.isInteger(output))
    return { answers, usage: { input: input!, output: output! } };
  const written = answers.reduce((sum, { text }) => sum + text.length, 0);
  return {
    answers,
    usage: { input: tokensOf(prompt.length), output: tokensOf(written), estimated: true },
  };
}

function tokensOf(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}

/** Why a call came to nothing, and what that means. */
type Fault =
  /** Later, and fewer at once. */
  | { readonly kind: 'busy'; readonly reason: string; readonly retryAfter: number; readonly timedOut?: true }
  /** Again. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** This document, or this many sequences, will never be taken. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** No call will ever succeed. */
  | { readonly kind: 'hopeless'; readonly error: SparsedgeError };

const TOO_BUSY = new Set([429, 503, 529]);
const NEVER = new Set([401, 403, 404, 405]);

function faultOf(error: unknown, { url, model }: ServerOptions): Fault {
  if (error instanceof Rubbish) return { kind: 'failed', reason: error.message };
  if (error instanceof APIUserAbortError) return { kind: 'failed', reason: 'stopped' };
  if (error instanceof APIConnectionTimeoutError)
    return { kind: 'busy', reason: 'no answer in time', retryAfter: 0, timedOut: true };
  if (error instanceof SyntaxError) return { kind: 'failed', reason: 'an answer that is not JSON' };
  // The client passes on as it is what fetch throws when a connection ends within an answer.
  if (!(error instanceof APIError)) return { kind: 'failed', reason: 'an answer that broke off' };
  const { status, headers } = error as APIError;
  if (status === undefined) return { kind: 'failed', reason: `no connection to ${url}: ${reasonOf(error)}` };
  if (TOO_BUSY.has(status))
    return { kind: 'busy', reason: oneLine(error.message), retryAfter: retryAfterOf(headers) };
  if (NEVER.has(status)) {
    const message = `${url} will not answer for the model ${model}: ${oneLine(error.message)}`;
    return { kind: 'hopeless', error: new SparsedgeError('bad-input', message, { url, model, status }) };
  }
  if (status >= 500 || status === 408 || status === 409)
    return { kind: 'failed', reason: oneLine(error.message) };
  return { kind: 'refused', reason: oneLine(error.message) };
}

/** What went wrong at the bottom: the client and fetch wrap it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string') return code;
  return error.cause === undefined ? oneLine(error.message) : reasonOf(error.cause);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 200);
}

/** Milliseconds that the server wants to be left alone: seconds, or a date. */
function retryAfterOf(headers: Headers | undefined): number {
  const said = headers?.get('retry-after')?.trim();
  if (!said) return 0;
  const milliseconds = /^\d+(\.\d+)?$/.test(said) ? Number(said) * 1000 : Date.parse(said) - Date.now();
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : 0;
}

/**
 * Twice as long each time, and at random between half of that and all of it, so that calls do not come back together.
 */
function pauseAfter(failures: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
  return longest * (0.5 + Math.random() / 2);
}
