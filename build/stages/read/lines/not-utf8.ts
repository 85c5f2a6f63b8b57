// What is said of bytes that no UTF-8 encoder writes: where the first of them is, and what they may be instead.

import { isUtf8 } from 'node:buffer';

/** What is said of a text of which no more is known. */
export const NOT_UTF8 = 'not valid UTF-8';

/** This much of what stands before a byte is shown. */
const SHOWN = 20;
/** What stands for half of a pair in UTF-16, and in no UTF-8. */
const NO_BYTE = 0xff;

/**
 * What is wrong with a line that is not UTF-8: behind what its first such byte stands, and what that is in Windows-1252
 * if the line may be that.
 *
 * @param all the text that the line is of, if it is known: what is UTF-8 elsewhere is damaged, and no other encoding
 */
export function notUtf8(line: Buffer, all = line): string {
  const at = firstBad(line);
  if (line[at] === NO_BYTE) return NOT_UTF8;
  const before = line
    .toString('utf8', Math.max(0, at - 4 * SHOWN), at)
    .replace(/[\s\p{Cc}\ufffd]+/gu, ' ')
    .slice(-SHOWN)
    .trimStart();
  const byte = line[at].toString(16).toUpperCase();
  const where = `${NOT_UTF8}: byte ${byte} ${before === '' ? 'at the beginning' : `behind ${JSON.stringify(before)}`}`;
  if (/[^\0-\x7f\ufffd]/.test(all.toString('utf8'))) return where;
  // Letters of Windows-1252 stand between those of ASCII; of other alphabets there are more in a row.
  if (/[\x80-\xff]{4}|[\x81\x8d\x8f\x90\x9d]/.test(all.toString('latin1')))
    return `${where}; it seems to be in another encoding: save it as UTF-8`;
  const letter = new TextDecoder('windows-1252').decode(line.subarray(at, at + 1));
  return `${where}, which is ${JSON.stringify(letter)} in Windows-1252: save it as UTF-8`;
}

/** The first byte that is part of no character: all before it are UTF-8. */
function firstBad(bytes: Buffer): number {
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at];
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (at + length > bytes.length || !isUtf8(bytes.subarray(at, at + length))) return at;
    at += length;
  }
  return 0;
}
