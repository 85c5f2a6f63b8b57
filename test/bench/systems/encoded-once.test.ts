import { expect, test } from 'vitest';
import type { EncoderInput } from '../../../build/stages/encode/encoder.ts';
import { countingEncoder } from '../../../build/stages/encode/text-encoder.ts';
import { given } from '../../../build/stages/weighting/weighting.ts';
import { remembering } from './encoded-once.ts';

const inputs = (...texts: string[]): EncoderInput[] =>
  texts.map((text, i) => ({ document: { id: `d${i}`, text } }));

test('a text is encoded once, whatever its id, and keeps its place', async () => {
  const asked: string[] = [];
  const counting = countingEncoder('bm25', 'english', given);
  const encoder = remembering({
    ...counting,
    encode(documents) {
      asked.push(...documents.map(({ document }) => document.text));
      return counting.encode(documents);
    },
  });
  const first = inputs('moon', 'tide tide');
  const second = inputs('wave', 'tide tide', 'moon');
  expect(await encoder.encode(first)).toEqual(await counting.encode(first));
  expect(await encoder.encode(second)).toEqual(await counting.encode(second));
  expect(asked).toEqual(['moon', 'tide tide', 'wave']);
});
