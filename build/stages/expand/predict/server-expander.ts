// Queries from a server that speaks OpenAI's interface: vLLM, SGLang, TGI, llama.cpp's, Ollama, Workers AI. Retries are
// ours and not the client's, because whether to wait is decided for all calls together.

import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI from 'openai';
import { SparsedgeError } from '../../../../src/core/errors.ts';
import type { Answer } from './answers/parse.ts';
import { type Asked, askAbout, presetKey } from './ask-model.ts';
import { addUsage, type Expander, NO_USAGE } from './expander.ts';
import type { Preset } from './prompt.ts';
import { readCompletion } from './read-completion.ts';
import { type CallForm, formAfter, messagesOf, otherForms, parametersOf, USUAL } from './server/call-form.ts';
import { faultOf, type Refused, refusedAlways } from './server/fault.ts';
import { Pace } from './server/pace.ts';
import { fetchWithWords, isTooLong } from './server/server-words.ts';

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

/** A call, and what was tried of it. */
interface Tried {
  sequences: number;
  form: CallForm;
  /** Forms that are left to try. */
  others: CallForm[] | undefined;
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
  #form = USUAL;
  /** Calls that were refused since one was answered, before any was: infinitely many. */
  #refused = Number.POSITIVE_INFINITY;

  constructor(options: ServerOptions) {
    const { url, apiKey = 'none', timeout } = options;
    this.#options = options;
    this.#client = new OpenAI({
      baseURL: url,
      apiKey,
      maxRetries: 0,
      timeout: timeout * 1000,
      logLevel: 'off',
      fetch: fetchWithWords,
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
    const tried: Tried = { sequences: count, form: this.#form, others: undefined };
    for (let [failures, busy] = [0, 0]; ; ) {
      const began = await this.#pace.begin(signal);
      try {
        const asked = await this.#call(text, tried.sequences, tried.form, signal);
        this.#pace.answered(began);
        this.#answered(tried.form);
        // Refused with several sequences and answered with one: it was their number.
        if (tried.sequences < count) this.#together = tried.sequences;
        return asked;
      } catch (error) {
        const fault = faultOf(error, this.#options);
        if (fault.kind === 'busy') this.#pace.refused(began, fault.retryAfter);
        else this.#pace.failed();
        signal.throwIfAborted();
        if (fault.kind === 'hopeless') throw fault.error;
        if (fault.kind === 'refused') {
          if (await this.#otherwise(tried, fault, signal)) continue;
          return { answers: [], usage: NO_USAGE, failure: { reason: fault.reason, ofServer: false } };
        }
        if (fault.kind === 'busy' && !fault.timedOut) {
          this.#checkPatience(began, fault.reason);
          busy++;
          if (fault.retryAfter === 0) await sleep(pauseAfter(busy), undefined, { signal });
          continue;
        }
        failures++;
        if (failures >= this.#options.attempts)
          return { answers: [], usage: NO_USAGE, failure: { reason: fault.reason, ofServer: true } };
        await sleep(pauseAfter(failures), undefined, { signal });
      }
    }
  }

  /**
   * Finds another way to ask what was refused: in the form that the server's words ask for, for one answer, or, where
   * nothing was ever answered, in the forms that servers are known to take.
   *
   * @returns whether there is one
   * @throws SparsedgeError `unavailable` where everything is refused, and not this document
   */
  async #otherwise(tried: Tried, { words, reason }: Refused, signal: AbortSignal): Promise<boolean> {
    const form = formAfter(tried.form, `${words.message} ${words.param ?? ''}`);
    if (form !== undefined) {
      tried.form = form;
      return true;
    }
    if (tried.sequences > 1) {
      tried.sequences = 1;
      return true;
    }
    if (this.#refused >= REFUSED_IN_A_ROW && !isTooLong(words)) {
      tried.others ??= otherForms(tried.form);
      const next = tried.others.shift();
      if (next !== undefined) {
        tried.form = next;
        return true;
      }
      await this.#checkSystem(reason, signal);
    }
    this.#refused++;
    return false;
  }

  #answered(form: CallForm): void {
    this.#lastAnswer = performance.now();
    this.#form = form;
    this.#refused = 0;
  }

  /**
   * Asks about a text to which nobody can object: what is refused again is not refused for its document.
   *
   * @throws SparsedgeError `unavailable`, with what the server said of the document
   */
  async #checkSystem(reason: string, signal: AbortSignal): Promise<void> {
    for (const form of [this.#form, ...otherForms(this.#form)]) {
      try {
        await this.#call(HARMLESS, 1, form, signal);
        this.#answered(form);
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (faultOf(error, this.#options).kind !== 'refused') return;
      }
    }
    throw refusedAlways(this.#options, reason);
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

  async #call(text: string, count: number, form: CallForm, signal: AbortSignal): Promise<Asked> {
    const { model, preset } = this.#options;
    const prompt = preset.prompt(text, preset.perAnswer);
    const asked = { model, ...parametersOf(form, preset.sampling), ...(count > 1 && { n: count }) };
    // Posted as it is: asked for a stream by its methods, the client reads events itself, as chunks.
    const [path, said] =
      preset.endpoint === 'completions'
        ? ['/completions', { prompt }]
        : ['/chat/completions', { messages: messagesOf(form, preset.system, prompt) }];
    return readCompletion(await this.#client.post(path, { body: { ...asked, ...said }, signal }), prompt);
  }
}

/** So many documents in a row that are refused, with none answered between them, may be no fault of theirs. */
const REFUSED_IN_A_ROW = 20;
const HARMLESS = 'The sky is blue.';

/**
 * Twice as long each time, and at random between half of that and all of it, so that calls do not come back together.
 */
function pauseAfter(failures: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
  return longest * (0.5 + Math.random() / 2);
}
