import { expect, test } from 'vitest';
import { spreadOf } from '../../../build/evaluate/measure.ts';
import { counted, duration, oneLine, size, table } from '../../../build/terminal/layout.ts';
import { emphasized, snippetOf, tracesOf } from '../../../src/query/shown/snippet.ts';

const analyze = (text: string) => text.toLowerCase().match(/[a-z]+/g) ?? [];
const filler = (words: number) => Array.from({ length: words }, () => 'and').join(' ');
const show = (text: string, ...terms: string[]) =>
  emphasized(
    snippetOf(text, {
      termsIn: (word) => analyze(word).filter((term) => terms.includes(term)),
      traces: tracesOf(terms),
    }),
    (word) => `*${word}*`,
    (plain) => plain,
  );

test('a snippet is the whole of a short text, with matches marked', () => {
  expect(show('The moon, and the sea.', 'moon', 'sea')).toBe('The *moon*, and the *sea*.');
  expect(show('', 'moon')).toBe('');
});

test('a snippet of a long text shows where most distinct terms are, all of them', () => {
  const text = `moon moon moon ${filler(100)} moon ${filler(20)} sea ${filler(100)}`;
  const line = show(text, 'moon', 'sea');
  expect(line.match(/\*(moon|sea)\*/g)).toEqual(['*moon*', '*sea*']);
  expect(line).toMatch(/^… .* …$/);
});

test('a snippet without matches is the beginning', () => {
  expect(show(`first ${filler(100)}`, 'moon')).toMatch(/^first and .* …$/);
});

test('a match in the last word is shown', () => {
  expect(show(`${filler(100)} moon`, 'moon')).toMatch(/^… .* \*moon\*$/);
});

test('sizes, counts and durations are as precise as is of use', () => {
  expect([0, 999, 1000, 1024, 150_000, 3e6, 5e12].map(size)).toEqual([
    '0 bytes',
    '999 bytes',
    '0.98 KB',
    '1.0 KB',
    '146 KB',
    '2.9 MB',
    '4.5 TB',
  ]);
  expect([counted(1, 'query'), counted(2, 'query'), counted(1234, 'read')]).toEqual([
    '1 query',
    '2 queries',
    '1,234 reads',
  ]);
  expect([0.0123, 1.26, 130].map(duration)).toEqual(['12 ms', '1.3 s', '2 min 10 s']);
  expect(oneLine('a\n  long text', 7)).toBe('a long…');
  expect(
    table(
      [
        ['a', '1'],
        ['bb', '22'],
      ],
      [1],
    ),
  ).toEqual(['a    1', 'bb  22']);
});

test('percentiles are values that occurred', () => {
  const values = Array.from({ length: 100 }, (_, i) => i + 1);
  expect(spreadOf(values)).toEqual({ mean: 50.5, median: 50, p95: 95, p99: 99 });
  expect(spreadOf([7])).toEqual({ mean: 7, median: 7, p95: 7, p99: 7 });
});

test('no size has an exponent, and no duration sixty seconds beside minutes', () => {
  for (let bytes = 1; bytes < 2 ** 45; bytes = Math.ceil(bytes * 1.003)) {
    const [, number, unit] = /^(\d{1,4}(?:\.\d{1,2})?) (bytes|KB|MB|GB|TB)$/.exec(size(bytes)) ?? [];
    const read = Number(number) * 1024 ** ['bytes', 'KB', 'MB', 'GB', 'TB'].indexOf(unit ?? '');
    expect(Math.abs(read - bytes) / bytes, `${bytes}: ${size(bytes)}`).toBeLessThan(0.06);
  }
  for (let seconds = 0.0004; seconds < 10_000; seconds *= 1.0007) {
    const said = duration(seconds);
    expect(said, `${seconds}`).toMatch(/^(?:\d{1,3} ms|\d{1,2}\.\d s|\d+ min [1-5]?\d s)$/);
  }
  expect([duration(119.7), duration(99.97), duration(0.9996), size(102_000)]).toEqual([
    '2 min 0 s',
    '1 min 40 s',
    '1.0 s',
    '100 KB',
  ]);
});
