// The words of all documents → the terms of the space `_words`: each forwards and backwards, and the most frequent ones
// of each beginning that many words have. FORMAT.md, "Words".

import { join } from 'node:path';
import { fromUtf8, utf8 } from '../../../src/core/format/bytes.ts';
import { forwards, levelOf } from '../../../src/core/tokens/word-keys.ts';
import { RecordWriter } from '../../work/records.ts';
import { Inverter } from '../invert/inverter.ts';
import { mergeSpills } from '../invert/spills.ts';
import type { Spool } from '../invert/spool.ts';
import type { CodedRange } from '../shard/terms/code-range.ts';
import { CodedTermWriter } from '../shard/terms/coded-terms.ts';
import { eachFurtherKey, type Word } from './each-word-key.ts';

/** The terms of the space, and how many words they are of. */
export interface CodedWords extends CodedRange {
  readonly words: number;
}

/**
 * Writes the words of all spools.
 *
 * @param folder of the files, which are named as in a CodedRange
 */
export function writeWords(spools: readonly Spool[], folder: string): CodedWords {
  const further = new Inverter(folder, '_keys');
  const words = eachFurtherKey(wordsOf(spools), (key, level) => further.add(key, 0, level));
  return { folder, ...writeKeys(further, wordsOf(spools), folder), words };
}

function* wordsOf(spools: readonly Spool[]): Generator<Word> {
  for (const { key, values, count } of mergeSpills(wordSpills(spools))) {
    let times = 0;
    for (let i = 0; i < count; i++) times += values[i];
    yield { word: fromUtf8(key, 'a word'), level: levelOf(times) };
  }
}

function wordSpills(spools: readonly Spool[]): string[] {
  return spools.flatMap(({ folder, wordSpills = [] }) => wordSpills.map((name) => join(folder, name)));
}

/** @param words whose keys forwards come after all others, in the same order as they */
function writeKeys(
  further: Inverter,
  words: Iterable<Word>,
  folder: string,
): Pick<CodedRange, 'terms' | 'longKeys' | 'termCount'> {
  const [terms, longKeys] = ['terms', 'long-keys'];
  const writer = new CodedTermWriter(join(folder, terms));
  const list = new Uint8Array();
  let termCount = 0;
  const write = (key: Uint8Array, level: number) => {
    writer.write({ kind: 'short', key, count: 1, firstImpact: level, list });
    termCount++;
  };
  for (const { key, values } of mergeSpills(further.finish())) write(key, values[0]);
  for (const { word, level } of words) write(utf8(forwards(word)), level);
  writer.close();
  new RecordWriter(join(folder, longKeys)).close();
  return { terms, longKeys, termCount };
}
