// Every failure that a caller can act on is a SparsedgeError with a stable code. src/http/messages/problem.ts maps
// codes to statuses of HTTP, and build/terminal/outcome.ts maps them to exit codes.

/** Stable names of the ways in which an operation can fail. Callers may switch on them; they are never reworded. */
export type ErrorCode =
  /** A record, file, option or configuration that does not say what it must say. */
  | 'bad-input'
  /** A query that cannot be answered as asked. */
  | 'bad-query'
  /** A cursor of a generation that is not searched any more. */
  | 'cursor-expired'
  /** Stored bytes are not what the index says they are. */
  | 'corrupt'
  /** The index was written in an older or a newer format than this code reads. */
  | 'format-too-old'
  | 'format-too-new'
  /** A document, term or object that does not exist. */
  | 'not-found'
  /** The model named by the index is not the model at hand. */
  | 'model-mismatch'
  /** Storage did not answer. */
  | 'unavailable'
  /** More is asked at once than there is memory for. */
  | 'overloaded'
  /** What may be spent in a day is spent. */
  | 'over-budget'
  /** Whoever asks has given no key, or none that is valid. */
  | 'unauthorized'
  /** The key that was given is not for this. */
  | 'forbidden'
  /** More was asked in a while than is allowed. */
  | 'too-many-requests';

/** An error with a stable code, a sentence for people, and the facts behind it. */
export class SparsedgeError extends Error {
  readonly code: ErrorCode;
  /** What was expected, what was found and where: plain values, safe to show. */
  readonly details: Readonly<Record<string, string | number | boolean>>;

  constructor(
    code: ErrorCode,
    message: string,
    details: Readonly<Record<string, string | number | boolean>> = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'SparsedgeError';
    this.code = code;
    this.details = details;
  }
}

/** Bytes read from `where` are not what was written there. */
export function corrupt(where: string, expected: string | number, found: string | number): SparsedgeError {
  return new SparsedgeError('corrupt', `${where}: expected ${expected}, found ${found}`, {
    where,
    expected,
    found,
  });
}

/** A query that cannot be answered as asked. */
export function badQuery(message: string, details: Record<string, string> = {}): SparsedgeError {
  return new SparsedgeError('bad-query', message, details);
}

/** The name of a warning that says what a person should know though nothing failed: see process.emitWarning in Node. */
export const NOTICE = 'SparsedgeNotice';
