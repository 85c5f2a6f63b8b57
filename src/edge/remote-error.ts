// Typed errors between a Worker's own entrypoints: a failure there is the same failure here. The body says which; the
// status is 500 for all, since nobody but `rethrown` reads it.

import { type ErrorCode, SparsedgeError } from '../core/errors.ts';

/** Records a failure for the operator. */
export type Log = (error: unknown) => void;

/**
 * A failure as a response that only `rethrown` reads.
 *
 * @param log gets what the response does not carry: errors of no type of ours, and causes
 */
export function failureResponse(error: unknown, log: Log): Response {
  const known = error instanceof SparsedgeError;
  if (!known || error.cause !== undefined) log(error);
  const { code, message, details } = known
    ? error
    : { code: 'unavailable', message: 'an entrypoint failed for a reason that has been logged', details: {} };
  return Response.json({ code, message, details }, { status: 500, headers: { 'Cache-Control': 'no-store' } });
}

/** The failure that a response carries. */
export async function rethrown(response: Response): Promise<SparsedgeError> {
  const text = await response.text();
  try {
    const { code, message, details } = JSON.parse(text) as {
      code: ErrorCode;
      message: string;
      details: Record<string, string>;
    };
    return new SparsedgeError(code, message, details);
  } catch (cause) {
    return new SparsedgeError('unavailable', `an entrypoint answered ${response.status}`, {}, { cause });
  }
}
