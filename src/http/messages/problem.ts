// Failures → RFC 9457 problem details: the only place that knows status codes. What a caller sees is the code, a
// sentence and plain facts; causes and stacks stay in the log.

import { type ErrorCode, SparsedgeError } from '../../core/errors.ts';

/** Codes of problems that only HTTP knows. */
type RequestCode =
  | 'method-not-allowed'
  | 'slow-request'
  | 'too-large'
  | 'unsupported-media-type'
  | 'internal';
/** Everything that the `code` of a problem can be. */
export type ProblemCode = ErrorCode | RequestCode;

interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

/** Every code and what it is over HTTP. */
export const PROBLEMS: Readonly<Record<ProblemCode, ProblemKind>> = {
  'bad-query': { status: 400, title: 'The request cannot be answered as asked' },
  'not-found': { status: 404, title: 'There is no such thing' },
  unauthorized: { status: 401, title: 'A key is needed' },
  forbidden: { status: 403, title: 'The key is not for this' },
  'cursor-expired': { status: 410, title: 'What the cursor goes on with is gone' },
  'method-not-allowed': { status: 405, title: 'The resource has no such method' },
  'slow-request': { status: 408, title: 'The request did not come in time' },
  'too-large': { status: 413, title: 'The request is too large' },
  'unsupported-media-type': { status: 415, title: 'The body is not in a form that is taken' },
  'too-many-requests': { status: 429, title: 'There were too many requests' },
  // Requests fail as `bad-query`, so bad input is the operator's: a setting, or an index that asks for what is not
  // here.
  'bad-input': { status: 500, title: 'The service is not configured' },
  corrupt: { status: 500, title: 'The index is damaged' },
  'format-too-old': { status: 500, title: 'The index is in an older format' },
  'format-too-new': { status: 500, title: 'The index is in a newer format' },
  'model-mismatch': { status: 500, title: 'The index belongs to another model' },
  internal: { status: 500, title: 'The service failed' },
  unavailable: { status: 503, title: 'The index cannot be reached' },
  overloaded: { status: 503, title: 'The service is busy' },
  'over-budget': { status: 503, title: 'What may be spent in a day is spent' },
};

/** A problem as a response. */
export function problem(
  code: ProblemCode,
  detail: string,
  facts: Readonly<Record<string, string | number | boolean>> = {},
  headers: Readonly<Record<string, string>> = {},
): Response {
  const { status, title } = PROBLEMS[code];
  // The facts come first, so that none of them can pass for a standard member.
  const body = { ...facts, type: `urn:sparsedge:problem:${code}`, title, status, detail, code };
  return Response.json(body, {
    status,
    headers: {
      ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
      ...((status === 503 || status === 429) && { 'Retry-After': String(facts.retryAfter ?? 1) }),
      ...headers,
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
    },
  });
}

/** Any error as a response. Those that are not the caller's doing are logged. */
export function problemOf(error: unknown, request?: string): Response {
  const known = error instanceof SparsedgeError;
  // Whoever set a limit knows it, and refusals come as fast as requests do: they are counted.
  const isExpected = known && (error.code === 'over-budget' || error.code === 'overloaded');
  if (!isExpected && (!known || PROBLEMS[error.code].status >= 500)) logFailure(error, request);
  return known
    ? problem(error.code, error.message, error.details)
    : problem('internal', 'the request failed for a reason that has been logged');
}

/**
 * Records a failure for the operator, as one object whose members the platform's logs can be searched by.
 *
 * @param request what the request is called, as its answer's X-Request-Id says
 */
export function logFailure(error: unknown, request?: string): void {
  const { message, code, details } = saidOf(error);
  const causes: string[] = [];
  // Whoever makes a cause may make a circle of them.
  for (
    let at = error;
    at instanceof Error && at.cause !== undefined && causes.length < MOST_CAUSES;
    at = at.cause
  )
    causes.push(saidOf(at.cause).message);
  const stack = error instanceof Error ? error.stack : undefined;
  // biome-ignore lint/suspicious/noConsole: the console is a Worker's log.
  console.error({ level: 'error', message, code, request, details, causes, stack });
}

const MOST_CAUSES = 8;

function saidOf(
  error: unknown,
): Pick<SparsedgeError, 'message'> & Partial<Pick<SparsedgeError, 'code' | 'details'>> {
  if (error instanceof SparsedgeError) return error;
  return { message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
}
