import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Line, LineSplitter } from '../../../../build/stages/read/lines/lines.ts';
import { MAX_RECORD_BYTES } from '../../../../build/stages/read/lines/record.ts';

function split(chunks: readonly Buffer[]): Line[] {
  const splitter = new LineSplitter();
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
}

test('lines do not depend on where the chunks end', () => {
  const byte = fc.oneof(fc.constantFrom(10, 13, 65, 0xc3, 0xa4, 0xff), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 60 }), fc.array(fc.nat(60), { maxLength: 6 }), (bytes, cuts) => {
      const all = Buffer.from(bytes);
      const at = [0, ...cuts.sort((a, b) => a - b), all.length];
      const chunks = at.slice(1).map((end, i) => all.subarray(at[i], end));
      expect(split(chunks)).toEqual(split([all]));
    }),
  );
});

test('lines are what splitting the whole text gives', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), (parts) => {
      const text = parts.join('\r\n');
      const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
      if (text === '' || text.endsWith('\n')) lines.pop();
      expect(split([Buffer.from(text)]).map((line) => line.text)).toEqual(lines);
    }),
  );
});

test('lines are numbered from 1, blank ones too, and a last line needs no line feed', () => {
  expect(split([Buffer.from('a\n\nb')]).map(({ number, text }) => [number, text])).toEqual([
    [1, 'a'],
    [2, ''],
    [3, 'b'],
  ]);
});

test('only the lines with bad bytes are marked', () => {
  const lines = split([Buffer.from([65, 10, 0xff, 10, 66, 10, 0xc3])]);
  expect(lines.map(({ problem }) => problem?.slice(0, 15))).toEqual([
    undefined,
    'not valid UTF-8',
    undefined,
    'not valid UTF-8',
  ]);
});

test('a line above the limit is reported once and let go, and the next line is read', () => {
  const chunk = Buffer.alloc(1024 * 1024, 65);
  const chunks = Array.from({ length: 20 }, () => chunk);
  const lines = split([Buffer.from('a\n'), ...chunks, Buffer.from('\nb\n')]);
  expect(lines).toEqual([
    { number: 1, text: 'a', problem: undefined },
    { number: 2, text: '', problem: 'larger than 16 MiB' },
    { number: 3, text: 'b', problem: undefined },
  ]);
});

test('a line of exactly the limit is read', () => {
  const [line] = split([Buffer.alloc(MAX_RECORD_BYTES, 65), Buffer.from('\n')]);
  expect(line.problem).toBeUndefined();
  expect(line.text.length).toBe(MAX_RECORD_BYTES);
});

test('a line that comes a few bytes at a time is whole', () => {
  const text = 'ä'.repeat(2000);
  const bytes = Buffer.from(`${text}\n`);
  const chunks = Array.from({ length: bytes.length }, (_, i) => bytes.subarray(i, i + 1));
  expect(split(chunks)).toEqual([{ number: 1, text, problem: undefined }]);
});
