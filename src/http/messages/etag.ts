// Validators (RFC 9110, 8.8): an answer that a client has kept need not travel again.

/**
 * The ETag of an answer, from what it says. A weak one: what an answer cost differs from one time to the next, and is
 * no part of what it means.
 */
export async function etagOf(answer: object): Promise<string> {
  const said = JSON.stringify({ ...answer, cost: undefined, rerank: meaningOf(answer) });
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(said)));
  return `W/"${Array.from(digest.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')}"`;
}

/** A reranker's report without the time that it took. */
function meaningOf(answer: { rerank?: object | undefined }): object | undefined {
  return answer.rerank && { ...answer.rerank, milliseconds: undefined };
}

/** Whether an If-None-Match names the ETag, or any. */
export function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  const bare = etag.replace(/^W\//, '');
  return [...header.matchAll(/(?:W\/)?("[^"]*")/g)].some(([, tag]) => tag === bare);
}
