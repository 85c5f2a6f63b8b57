// Typed errors between a Worker's own entrypoints: a failure there is the same failure here. The body says which; the
// status is 500 for all, since nobody but `rethrown` reads it.

import { type ErrorCode, SparsedgeError } from '../core/errors.ts';

/** A failure as a response that only `rethrown` reads. */
export function failureResponse(error: unknown): Response {
  const { code, message, details } =
    error instanceof SparsedgeError
      ? error
      : { code: 'unavailable' as const, message: `an entrypoint failed: ${String(error)}`, details: {} };
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
