// Why a call came to nothing, and what that means for it and for all others.

import { APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai';
import { SparsedgeError } from '../../../../../src/core/errors.ts';
import {
  isAboutCall,
  isAboutModel,
  isExhausted,
  isTooLong,
  type ServerWords,
  wordsIn,
} from './server-words.ts';

/** Which server was asked for which model. */
interface Asked {
  readonly url: string;
  readonly model: string;
}

/** An answer that is none: the server said that all was well, and sent something else. */
export class Rubbish extends Error {
  /** What it says of itself, if it does. */
  readonly words: ServerWords | undefined;

  constructor(message: string, words?: ServerWords) {
    super(message);
    this.words = words;
  }
}

/** Why a call came to nothing, and what that means. */
export type Fault =
  /** Later, and fewer at once. */
  | { readonly kind: 'busy'; readonly reason: string; readonly retryAfter: number; readonly timedOut?: true }
  /** Again. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** This document, this form of a call, or this many sequences will never be taken. */
  | Refused
  /** No call will ever succeed. */
  | { readonly kind: 'hopeless'; readonly error: SparsedgeError };

/** A call that is not taken, with the server's words. */
export interface Refused {
  readonly kind: 'refused';
  readonly reason: string;
  readonly words: ServerWords;
}

const TOO_BUSY = new Set([429, 503, 529]);
const NEVER = new Set([401, 403, 404, 405]);

/** What an error of a call means. */
export function faultOf(error: unknown, options: Asked): Fault {
  const { url } = options;
  if (error instanceof Rubbish) return faultOfRubbish(error, options);
  if (error instanceof APIUserAbortError) return { kind: 'failed', reason: 'stopped' };
  if (error instanceof APIConnectionTimeoutError)
    return { kind: 'busy', reason: 'no answer in time', retryAfter: 0, timedOut: true };
  if (error instanceof SyntaxError) return { kind: 'failed', reason: 'an answer that is not JSON' };
  // The client passes on as it is what fetch throws when a connection ends within an answer.
  if (!(error instanceof APIError)) return { kind: 'failed', reason: 'an answer that broke off' };
  const { status, headers } = error as APIError;
  if (status === undefined) return { kind: 'failed', reason: `no connection to ${url}: ${reasonOf(error)}` };
  const words = wordsIn(error.error) ?? { message: error.message };
  return faultOfStatus(status, words, oneLine(error.message), retryAfterOf(headers), options);
}

/** An error in the body of an answer that is well by its status: gateways put their servers' there. */
function faultOfRubbish({ message: reason, words }: Rubbish, options: Asked): Fault {
  const code = Number(words?.code);
  if (words !== undefined && (isExhausted(words) || (code >= 400 && code < 500)))
    return faultOfStatus(code >= 400 ? code : 402, words, reason, 0, options);
  return { kind: 'failed', reason };
}

function faultOfStatus(
  status: number,
  words: ServerWords,
  reason: string,
  retryAfter: number,
  options: Asked,
): Fault {
  const { url, model } = options;
  if (status === 402 || (status < 500 && isExhausted(words))) {
    const message = `${url} wants to be paid: ${reason.replace(/\.$/, '')}. What is done is kept; run the same command again`;
    return { kind: 'hopeless', error: new SparsedgeError('unavailable', message, { url, model, status }) };
  }
  if (TOO_BUSY.has(status)) return { kind: 'busy', reason, retryAfter };
  if (NEVER.has(status)) {
    const message = `${url} will not answer for the model ${model}: ${reason}`;
    return { kind: 'hopeless', error: new SparsedgeError('bad-input', message, { url, model, status }) };
  }
  if ((status >= 500 && !isAboutCall(words)) || status === 408 || status === 409)
    return { kind: 'failed', reason };
  if (isAboutModel(words)) return { kind: 'hopeless', error: refusedAlways(options, reason) };
  const advice = '; --max-characters shortens documents, --max-tokens answers';
  return { kind: 'refused', reason: isTooLong(words) ? reason + advice : reason, words };
}

/** What went wrong at the bottom: the client and fetch wrap it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string') return code;
  return error.cause === undefined ? oneLine(error.message) : reasonOf(error.cause);
}

/** What a server says, on one line and not too long. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 200);
}

/** Milliseconds that the server wants to be left alone: seconds, or a date. */
function retryAfterOf(headers: Headers | undefined): number {
  const said = headers?.get('retry-after')?.trim();
  if (!said) return 0;
  const milliseconds = /^\d+(\.\d+)?$/.test(said) ? Number(said) * 1000 : Date.parse(said) - Date.now();
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : 0;
}

/** An error for a server that takes no call. */
export function refusedAlways({ url, model }: Asked, reason: string): SparsedgeError {
  return new SparsedgeError(
    'unavailable',
    `${url} refuses every call for the model ${model}: ${reason.replace(/\.$/, '')}. What is done is kept; run the same command again`,
    { url, model, reason },
  );
}
