// The words of an index, read back: every key is one that a word gives, every word stands forwards and backwards with
// one frequency, and there are as many as the manifest says.

import { corrupt } from '../../src/core/errors.ts';
import { compareBytes, fromUtf8, utf8 } from '../../src/core/format/bytes.ts';
import { crc32 } from '../../src/core/format/checksum.ts';
import { WORDS_SPACE } from '../../src/core/format/manifest.ts';
import { decodeDictionary } from '../../src/core/format/page.ts';
import { backwards, forwards, isFrequent, wordOfKey } from '../../src/core/tokens/word-keys.ts';
import type { NumberedPage } from './pages.ts';

/**
 * Verifies the pages of the space of words.
 *
 * @param words that the manifest says
 * @throws SparsedgeError `corrupt` at the first thing that is not as it must be
 */
export async function verifyWords(pages: AsyncIterable<NumberedPage>, words: number): Promise<void> {
  let before: Uint8Array = new Uint8Array();
  const [there, back] = [new WordTally(), new WordTally()];
  for await (const { page, bytes, length } of pages) {
    const where = `${WORDS_SPACE}, page ${page}`;
    for (const { key, count, firstImpact, start, end } of decodeDictionary(bytes, length, where)) {
      if (compareBytes(before, key) >= 0) throw corrupt(where, 'ascending keys', 'keys out of order');
      if (count !== 1 || start !== end || firstImpact === 0)
        throw corrupt(where, 'a frequency and no postings', `${count} in ${end - start} bytes`);
      before = key;
      const text = fromUtf8(key, where);
      const word = wordOfKey(text);
      if (text === forwards(word)) there.add(word, firstImpact);
      else if (text === backwards(word)) back.add(word, firstImpact);
      else if (!isFrequent(text, word)) throw corrupt(where, 'the key of a word', JSON.stringify(text));
    }
  }
  if (there.count !== words) throw corrupt(`space ${WORDS_SPACE}`, `${words} words`, there.count);
  if (there.sum !== back.sum || there.count !== back.count)
    throw corrupt(`space ${WORDS_SPACE}`, 'the same words forwards and backwards', 'others');
}

/** Words and their frequencies, whatever their order. */
class WordTally {
  count = 0;
  sum = 0;

  add(word: string, level: number): void {
    this.count++;
    this.sum = (this.sum + crc32(utf8(`${level} ${word}`))) % 2 ** 48;
  }
}
