// The body of a request as text, whatever it is coded in, and never more of it than is taken.

import { SparsedgeError } from '../../core/errors.ts';
import { problem } from './problem.ts';

type Format = 'gzip' | 'deflate';

/** Content codings (RFC 9110, 8.4.1) that are taken, by the names that they go by. */
const CODINGS: ReadonlyMap<string, Format> = new Map([
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
]);
const ACCEPTED = 'gzip, deflate';
/** The longest that a body is waited for: the longest that is taken comes in that time at 26 KB a second. */
const BODY_MS = 10_000;
/** Nobody codes a body twice; a bomb is coded many times. */
const MOST_CODINGS = 2;

/**
 * Reads a body.
 *
 * @param most bytes that it may have, before and after it is decoded
 * @param withinMs how long it may take
 * @returns its text; or what to answer where it is too long or too slow, or coded in another way
 * @throws SparsedgeError `bad-query` for one that breaks off, is not what its coding says, or is not UTF-8
 */
export async function readBody(
  request: Request,
  most: number,
  withinMs = BODY_MS,
): Promise<string | Response> {
  const codings = codingsOf(request.headers.get('content-encoding'));
  const formats = codings.map((coding) => CODINGS.get(coding));
  if (formats.length > MOST_CODINGS || formats.includes(undefined)) {
    return problem(
      'unsupported-media-type',
      `the body is coded in ${codings.join(', ')}; ${ACCEPTED} and no coding are taken`,
      {},
      { 'Accept-Encoding': ACCEPTED },
    );
  }
  const length = Number(request.headers.get('content-length') ?? 0);
  const reading = length > most ? undefined : readAtMost(request.body, most).catch(brokenOff);
  const read = await inTime(reading, withinMs);
  if (read === 'late') return problem('slow-request', `the body did not come within ${withinMs} ms`);
  let bytes = read;
  // The coding that was applied last is named last.
  for (const format of formats.reverse()) bytes = bytes && (await decode(bytes, format!, most));
  if (bytes === undefined) return problem('too-large', `the body has more than ${most} bytes`);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw new SparsedgeError('bad-query', 'the body is not UTF-8');
  }
}

/** A body that ends too soon, or is framed wrongly, is its sender's doing. */
function brokenOff(cause: unknown): never {
  throw new SparsedgeError('bad-query', 'the body broke off before its end', {}, { cause });
}

/** What is read, or that it did not come in time: its stream ends with the request. */
async function inTime<T>(
  reading: Promise<T> | undefined,
  milliseconds: number,
): Promise<T | undefined | 'late'> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), milliseconds);
  });
  return Promise.race([reading, late]).finally(() => clearTimeout(timer));
}

function codingsOf(header: string | null): string[] {
  const names = (header ?? '').split(',').map((name) => name.trim().toLowerCase());
  return names.filter((name) => name !== '' && name !== 'identity');
}

async function decode(bytes: Uint8Array, format: Format, most: number) {
  const coded = new Response(bytes as Uint8Array<ArrayBuffer>).body!;
  try {
    return await readAtMost(coded.pipeThrough(new DecompressionStream(format)), most);
  } catch {
    throw new SparsedgeError('bad-query', `the body is not in ${format}, as Content-Encoding says`);
  }
}

/** All bytes of a stream; nothing if there are more than that many. */
async function readAtMost(
  stream: ReadableStream<Uint8Array> | null,
  most: number,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream ?? []) {
    length += chunk.length;
    // Leaving the loop cancels the stream.
    if (length > most) return undefined;
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
