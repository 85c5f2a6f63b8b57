// What the stems of a document lend to those that it lacks.

import { expect, test } from 'vitest';
import { lentBy, readNeighbours } from '../../../../build/stages/encode/lending.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('a stem lends to its neighbours that the document lacks, the more the oftener it is said', () => {
  const neighbours = readNeighbours(bytes('car automobil 10 vehicl 5\nbus vehicl 12\n'), 'n');
  expect([...lentBy(new Map([['car', 1]]), neighbours, 9)]).toEqual([
    ['automobil', 0.1],
    ['vehicl', 0.05],
  ]);
  const twice = lentBy(
    new Map([
      ['car', Math.E],
      ['bus', 1],
    ]),
    neighbours,
    9,
  );
  expect(twice.get('automobil')).toBeCloseTo(0.2);
  expect(twice.get('vehicl')).toBeCloseTo(0.22);
  expect([
    ...lentBy(
      new Map([
        ['car', 1],
        ['vehicl', 1],
      ]),
      neighbours,
      9,
    ).keys(),
  ]).toEqual(['automobil']);
});

test('no stem is lent as much as one that is said, though the order is that of what was offered', () => {
  const neighbours = readNeighbours(bytes('car automobil 50 vehicl 90'), 'n');
  expect([...lentBy(new Map([['car', 3]]), neighbours, 9)]).toEqual([
    ['vehicl', 0.4],
    ['automobil', 0.4],
  ]);
});

test('a document gets the greatest alone, equal ones in the order of the alphabet, and nothing of a faint word', () => {
  const neighbours = readNeighbours(bytes('car d 10 c 10 b 30'), 'n');
  expect([...lentBy(new Map([['car', 1]]), neighbours, 2).keys()]).toEqual(['b', 'c']);
  expect(lentBy(new Map([['car', 1]]), neighbours, 0).size).toBe(0);
  expect(lentBy(new Map([['car', 0.3]]), neighbours, 2).size).toBe(0);
});

test.each([
  ['car', 'a stem without neighbours'],
  ['car bus', 'a neighbour without a share'],
  ['car bus 0', 'a share of nothing'],
  ['car bus 1000', 'a share of ten occurrences'],
  ['car bus -5', 'a negative share'],
  ['car  bus 5', 'two spaces'],
  ['', 'an empty line'],
  ['bus car 5\nbus van 5', 'a stem twice'],
])('%j is refused: %s', (line) => {
  const where = `a b 1\n${line}\n`;
  expect(() => readNeighbours(bytes(where), 'lent.txt')).toThrow(
    expect.objectContaining({
      code: 'bad-input',
      message: expect.stringMatching(/lent\.txt, line [23]: expected/),
    }),
  );
});
