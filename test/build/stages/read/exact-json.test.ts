import { expect, test } from 'vitest';
import { exactJson, repeatedKey } from '../../../../build/stages/read/lines/exact-json.ts';
import { fileWith, read, readBad } from './input-files.ts';

/** Numbers from 0 to below 1, the same each time. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const NAMES = ['a', 'id', '__proto__', 'constructor', 'a\\', '"', '":', '{', '],', 'ü', ''];
const INTEGERS = ['9007199254740991', '-9007199254740991', '9007199254740992', '-12345678901234567890'];
const NUMBERS = [...INTEGERS, '1234567890123456.5', '12345678901234567e3', '0.12345678901234567', '-0', '7'];

interface Written {
  readonly json: string;
  /** What it says, with integers that are not exact as text. */
  readonly value: unknown;
}

/** JSON of some value in any dress, each of whose keys is there once. */
function written(chance: () => number, depth = 0): Written {
  const among = <T>(list: readonly T[]) => list[Math.floor(chance() * list.length)];
  const space = () => among(['', '', ' ', '\n\t']);
  const text = (): string =>
    among([...NAMES, ...INTEGERS, '"9007199254740993":1,', ': 12345678901234567890']);
  const kind = depth > 3 ? 0 : chance();
  if (kind < 0.3) {
    const said = among([...NUMBERS, 'null', 'true', JSON.stringify(text())]);
    const isInexact = /^-?\d+$/.test(said) && !Number.isSafeInteger(Number(said));
    return { json: said, value: isInexact ? said : JSON.parse(said) };
  }
  const held = Array.from({ length: Math.floor(chance() * 4) }, () => written(chance, depth + 1));
  const listed = (items: readonly string[]) => items.join(`${space()},${space()}`);
  if (kind < 0.5)
    return { json: `[${listed(held.map(({ json }) => json))}]`, value: held.map(({ value }) => value) };
  const names = [...new Set(held.map(text))];
  const entries = names.map((name, i) => [name, held[i]] as const);
  return {
    json: `{${listed(entries.map(([name, { json }]) => `${JSON.stringify(name)}${space()}:${space()}${json}`))}}`,
    value: Object.fromEntries(entries.map(([name, { value }]) => [name, value])),
  };
}

test('integers are as they are written, and all else is as JSON.parse has it', () => {
  const chance = chances(1);
  for (let i = 0; i < 2000; i++) {
    const { json, value } = written(chance);
    expect(exactJson(json), json).toEqual(value);
    expect(repeatedKey(json, exactJson(json)), json).toBeUndefined();
  }
});

test('a key that is there twice is found at any depth, however it is written', () => {
  const chance = chances(2);
  for (let i = 0; i < 500; i++) {
    const [before, one, other, around] = Array.from({ length: 4 }, () => written(chance).json);
    const colon = () => (chance() < 0.5 ? ':' : ' :');
    const object = `{"k"${colon()}${one},"\\u006b"${colon()}${other}}`;
    for (const json of [object, `[${before},${object}]`, `{"x"${colon()}${around},"y"${colon()}[${object}]}`])
      expect(repeatedKey(json, JSON.parse(json)), json).toBe('k');
  }
});

test('what is nested a million times deep is looked through', () => {
  const json = `{"a":${'['.repeat(1e6)}${']'.repeat(1e6)}}`;
  expect(repeatedKey(json, exactJson(json))).toBeUndefined();
});

test('large integers of records are ids, fields and texts as they are written', async () => {
  const lines =
    '{"id":1234567890123456789,"text":9007199254740993,"by":-9007199254740993,"at":{"n":[1e3,90071992547409931]}}\n';
  const { documents } = await read(fileWith('d.jsonl', lines));
  expect(documents).toEqual([
    {
      id: '1234567890123456789',
      text: '9007199254740993',
      fields: { by: '-9007199254740993', 'at.n': ['1000', '90071992547409931'] },
    },
  ]);
});

test.each([
  ['jsonl', '{"id" :"1","text":"x","id":"2"}', 'the key "id" is there twice'],
  ['jsonl', '{"id":"1","text":"x","meta":{"a":1,"a":2}}', 'the key "a" is there twice'],
  ['beir', '{"_id":"1","text":"x","metadata":{"a":1,"a":2}}', 'the key "a" is there twice'],
] as const)('%s: %s is malformed', async (format, line, reason) => {
  const file = fileWith('d.jsonl', `${line}\n`);
  expect((await readBad(file, { format })).report.reasons).toEqual([`${file}:1: ${reason}`]);
});

test('a text of many megabytes is no hindrance to what is no JSON beside it', () => {
  const text = 'x'.repeat(14_000_000);
  expect(exactJson(`{"text":"${text}","n":NaN}`)).toEqual({ text, n: null });
  for (const json of [`{"text":"${text}","n":none}`, `{"n":NaN,"text":"${text}`])
    expect(() => exactJson(json)).toThrow(SyntaxError);
});
