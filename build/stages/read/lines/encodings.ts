// Text in an encoding that its first bytes name or show becomes UTF-8, and lines that end with a carriage return alone
// get a line feed in its place, before anyone looks for lines. What cannot be decoded becomes a byte that UTF-8 never
// has, so that the line on which it stands is found malformed, and no other.

import { SparsedgeError } from '../../../../src/core/errors.ts';
import { openSource, peek, type Source } from './input-source.ts';

const LF = 10;
const CR = 13;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const INVALID = Buffer.from([0xff]);
const HEAD_BYTES = 64 * 1024;

/** Opens `input`, a path or `-` for standard input, as text: see `asText`. */
export async function openText(input: string): Promise<Source> {
  return asText(await openSource(input));
}

/**
 * The same bytes as text: UTF-8 without a byte-order mark, with line feeds where lines end.
 *
 * @throws SparsedgeError `bad-input` for UTF-32
 */
export async function asText(source: Source): Promise<Source> {
  if (isUtf32(source.head)) {
    const file = source.name;
    throw new SparsedgeError('bad-input', `${file}: ${IS_UTF32}`, { file, reason: IS_UTF32 });
  }
  const utf16 = utf16Of(source.head);
  const decoded = utf16 === undefined ? source.chunks : utf8Of(source.chunks, utf16);
  let { head, chunks } = await peek(decoded, HEAD_BYTES, BYTE_ORDER_MARK);
  if (head.includes(CR) && !head.includes(LF)) {
    head = withLineFeeds(head);
    chunks = mapped(chunks, withLineFeeds);
  }
  return { ...source, head, chunks };
}

/** What is said of UTF-32, which nobody writes on purpose. */
export const IS_UTF32 = 'it is UTF-32, which is not read: save it as UTF-8';

/** What is said of UTF-16 without a byte-order mark. */
export const IS_GUESSED = 'read as UTF-16, which its zero bytes show';

/** Whether bytes begin with a byte-order mark of UTF-16. */
export function hasMark(head: Buffer): boolean {
  return (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
}

/** The order of bytes in UTF-16: what a byte-order mark says, else what zero bytes show. */
export function utf16Of(head: Buffer): 'little' | 'big' | undefined {
  if (hasMark(head)) return head[0] === 0xff ? 'little' : 'big';
  const [first, second, third, fourth] = zeroBytes(head);
  const [even, odd] = [first + third, second + fourth];
  // Text has no zero bytes in other encodings but by mistake, and in UTF-16 one for each sign of ASCII.
  const enough = Math.max(Math.min(head.length, LOOKED_AT) / 40, Math.min(head.length / 4, FEW_ZEROS));
  if (odd > enough && odd > 4 * even) return 'little';
  return even > enough && even > 4 * odd ? 'big' : undefined;
}

/** Whether bytes are UTF-32, by its byte-order mark or by the zero bytes of every character. */
export function isUtf32(head: Buffer): boolean {
  if (UTF32_MARKS.some((mark) => mark.equals(head.subarray(0, 4)))) return true;
  const [first, second, third, fourth] = zeroBytes(head);
  const characters = Math.floor(Math.min(head.length, LOOKED_AT) / 4);
  const most = characters * 0.9;
  const isLittle = fourth === characters && third > most;
  return (
    characters > 0 &&
    (isLittle || (first === characters && second > most)) &&
    first + fourth < 1.5 * characters
  );
}

const UTF32_MARKS = [Buffer.from([0xff, 0xfe, 0, 0]), Buffer.from([0, 0, 0xfe, 0xff])];
const LOOKED_AT = 4096;
const FEW_ZEROS = 3;

/** How many of the first bytes are zero at each place within four. */
function zeroBytes(head: Buffer): [number, number, number, number] {
  const zeros: [number, number, number, number] = [0, 0, 0, 0];
  const end = Math.min(head.length, LOOKED_AT);
  for (let at = head.indexOf(0); at !== -1 && at < end; at = head.indexOf(0, at + 1)) zeros[at & 3]++;
  return zeros;
}

/** UTF-16 as UTF-8; half of a surrogate pair becomes a byte that is not valid. */
async function* utf8Of(chunks: AsyncIterable<Buffer>, order: 'little' | 'big'): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([rest, chunk]);
    const end = endOfUnits(bytes, order);
    yield transcoded(bytes.subarray(0, end), order);
    rest = bytes.subarray(end);
  }
  if (rest.length > 0) yield Buffer.concat([transcoded(rest.subarray(0, rest.length & ~1), order), INVALID]);
}

/** Up to the last whole unit; the first half of a surrogate pair waits for the second. */
function endOfUnits(bytes: Buffer, order: 'little' | 'big'): number {
  const end = bytes.length & ~1;
  if (end === 0) return 0;
  const high = bytes[order === 'little' ? end - 1 : end - 2];
  return high >= 0xd8 && high <= 0xdb ? end - 2 : end;
}

function transcoded(units: Buffer, order: 'little' | 'big'): Buffer {
  const text = (order === 'little' ? units : Buffer.from(units).swap16()).toString('utf16le');
  if (!/\p{Cs}/u.test(text)) return Buffer.from(text);
  const parts = text.split(/\p{Cs}/u).map((part) => Buffer.from(part));
  return Buffer.concat(parts.flatMap((part, i) => (i === 0 ? [part] : [INVALID, part])));
}

function withLineFeeds(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let at = copy.indexOf(CR); at !== -1; at = copy.indexOf(CR, at + 1)) copy[at] = LF;
  return copy;
}

async function* mapped(
  chunks: AsyncIterable<Buffer>,
  map: (chunk: Buffer) => Buffer,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield map(chunk);
}
