import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DEFAULT_MODEL, encoderOf, parseConfig } from '../../../../build/index/config.ts';
import { readVectors } from '../../../../build/stages/encode/vectors.ts';
import { newReport } from '../../../../build/stages/read/lines/report.ts';

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-vectors-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

async function idsOf(input: string, skipBad = false) {
  const report = newReport();
  const ids: string[] = [];
  for await (const { document } of readVectors({ input, skipBad, report })) ids.push(document.id);
  return { ids, report };
}

const line = (id: string, weight: string) =>
  `{"id":"${id}","contents":"x","vector":{"one":${weight},"two":2}}\n`;

test.each([
  ['1e39', 'above'],
  ['3.5e38', 'above'],
  ['1e308', 'above'],
  ['1e-46', 'too small for'],
])('a weight of %s is %s float32, which is told with its line', async (weight, end) => {
  const input = join(folderWith({ 'v.jsonl': line('a', '1') + line('b', weight) }), 'v.jsonl');
  const reason = `${input}:2: the weight of one, ${Number(weight)}, is ${end} float32`;
  await expect(idsOf(input)).rejects.toMatchObject({ code: 'bad-input', message: reason });
  const { ids, report } = await idsOf(input, true);
  expect({ ids, reasons: report.reasons }).toEqual({ ids: ['a'], reasons: [reason] });
});

test('the largest and the smallest weights of float32, and zero, are taken', async () => {
  const folder = folderWith({
    'v.jsonl': line('a', '3.4028234663852886e38') + line('b', '1.401298464324817e-45') + line('c', '0'),
  });
  expect((await idsOf(join(folder, 'v.jsonl'))).ids).toEqual(['a', 'b', 'c']);
});

test('terms are no fields of their document, and none counts twice', async () => {
  const record = (vector: string) => `{"id":"a","contents":"x","year":3,"vector":{${vector}}}\n`;
  const long = 't'.repeat(600);
  const folder = folderWith({
    'v.jsonl': record(`"one":1,"constructor":2,"__proto__":3,"${long}":4`),
    'twice.jsonl': record('"one":1,"two":2,"one":3'),
  });
  const inputs: unknown[] = [];
  for await (const input of readVectors({ input: join(folder, 'v.jsonl'), report: newReport() }))
    inputs.push(input);
  const vector = new Map([
    ['one', 1],
    ['constructor', 2],
    ['__proto__', 3],
    [long, 4],
  ]);
  expect(inputs).toEqual([{ document: { id: 'a', text: 'x', fields: { year: 3 } }, vector }]);
  const twice = join(folder, 'twice.jsonl');
  await expect(idsOf(twice)).rejects.toMatchObject({
    code: 'bad-input',
    message: `${twice}:1: the key "one" is there twice`,
  });
});

test('vectors come in folders of shards, and in lists', async () => {
  const folder = folderWith({ 'a.jsonl': line('a', '1'), 'b.json': `[${line('b', '1')},${line('c', '1')}]` });
  const { ids, report } = await idsOf(folder);
  expect(ids).toEqual(['a', 'b', 'c']);
  expect(report).toMatchObject({ read: 3, files: { read: 2, skipped: [] } });
});

test('the model that weighs the queries of vectors can be named, and its scale is not that of the vectors', () => {
  const { spaces } = parseConfig({ spaces: [{ encoder: 'vectors', model: DEFAULT_MODEL }] });
  const [given] = spaces.map((space) => encoderOf(space));
  const [weighing] = parseConfig({}).spaces.map((space) => encoderOf(space));
  expect(given).toMatchObject({
    id: 'vectors',
    analyzer: weighing.analyzer,
    query: weighing.query,
    model: weighing.model,
  });
  expect(spaces[0].quantizer.maximum).toBeUndefined();
  expect(() => parseConfig({ spaces: [{ encoder: 'vectors', model: DEFAULT_MODEL, parts: 'x' }] })).toThrow(
    '"vectors" may have one for queries',
  );
});
