import { dirname, join } from 'node:path';
import { type ColumnSource, parquetWriteFile } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { fileWith, read, readBad } from './input-files.ts';

function parquet(columnData: ColumnSource[], rowGroupSize = 1000, name = 'd.parquet'): string {
  const filename = join(dirname(fileWith('.keep', '')), name);
  parquetWriteFile({ filename, columnData, rowGroupSize });
  return filename;
}

test('columns become the parts of a document, whole numbers and dates included', async () => {
  const input = parquet([
    { name: 'id', data: [1n, 9007199254740993n], type: 'INT64' },
    { name: 'text', data: ['one', 'two'], type: 'STRING' },
    { name: 'title', data: ['T', null], type: 'STRING', nullable: true },
    { name: 'year', data: [1984, 2020], type: 'INT32' },
    { name: 'at', data: [new Date(0), new Date(1000)], type: 'TIMESTAMP' },
    { name: 'raw', data: [new Uint8Array([255]), new Uint8Array([254])], type: 'BYTE_ARRAY' },
  ]);
  const { documents } = await read(input);
  expect(documents).toEqual([
    { id: '1', title: 'T', text: 'one', fields: { year: 1984, at: '1970-01-01T00:00:00.000Z' } },
    { id: '9007199254740993', text: 'two', fields: { year: 2020, at: '1970-01-01T00:00:01.000Z' } },
  ]);
});

test('columns of lists become lists of keywords, and what structures hold, but raw bytes, fields by their paths', async () => {
  const optional = { repetition_type: 'OPTIONAL' } as const;
  const columnData: ColumnSource[] = [
    { name: 'id', data: ['a', 'b', 'c'] },
    { name: 'text', data: ['x', 'y', 'z'] },
    { name: 'tags', data: [['api', 'cli'], [], null] },
    { name: 'years', data: [[2020, null], [2021], [2022]] },
    { name: 'score', data: [1.5, Number.NaN, Number.POSITIVE_INFINITY] },
    { name: 'about', data: [{ n: 1 }, { n: 2 }, { n: 3 }] },
    { name: 'image', data: [1, 2, 3].map((n) => ({ path: 'p', bytes: new Uint8Array([0xff, n]) })) },
  ];
  const filename = join(dirname(fileWith('.keep', '')), 'd.parquet');
  parquetWriteFile({
    filename,
    columnData,
    schema: [
      { name: 'root', num_children: 7 },
      { name: 'id', type: 'BYTE_ARRAY', converted_type: 'UTF8', ...optional },
      { name: 'text', type: 'BYTE_ARRAY', converted_type: 'UTF8', ...optional },
      { name: 'tags', ...optional, num_children: 1, converted_type: 'LIST' },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', type: 'BYTE_ARRAY', converted_type: 'UTF8', ...optional },
      { name: 'years', ...optional, num_children: 1, converted_type: 'LIST' },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', type: 'INT32', ...optional },
      { name: 'score', type: 'DOUBLE', ...optional },
      { name: 'about', ...optional, num_children: 1 },
      { name: 'n', type: 'INT32', ...optional },
      { name: 'image', ...optional, num_children: 2 },
      { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', ...optional },
      { name: 'bytes', type: 'BYTE_ARRAY', ...optional },
    ],
  });
  const { documents } = await read(filename);
  expect(documents.map(({ fields }) => fields)).toEqual([
    { tags: ['api', 'cli'], years: ['2020'], score: 1.5, 'about.n': 1 },
    { years: ['2021'], 'about.n': 2 },
    { years: ['2022'], score: 'Infinity', 'about.n': 3 },
  ]);
  const mapped = await read(filename, { fields: { text: ['about.n', 'text'] } });
  expect(mapped.documents.map(({ text }) => text)).toEqual(['1\nx', '2\ny', '3\nz']);
});

test.each([true, false])('row groups follow each other, with offset indexes: %s', async (offsetIndex) => {
  const ids = Array.from({ length: 20_000 }, (_, i) => `d${i}`);
  const columns: ColumnSource[] = [
    { name: 'key', data: ids, type: 'STRING', offsetIndex },
    { name: 'text', data: ids.map((id) => `text of ${id}`), type: 'STRING', offsetIndex },
  ];
  const { documents } = await read(parquet(columns, 9000), { fields: { id: 'key' } });
  expect(documents).toEqual(ids.map((id) => ({ id, text: `text of ${id}` })));
});

test('a row with bad bytes is malformed and the rows beside it are read', async () => {
  const data = ['one', 'two', 'three'].map((text) => new TextEncoder().encode(text));
  data[1][0] = 0xff;
  const input = parquet([
    { name: 'id', data: ['a', 'b', 'c'], type: 'STRING' },
    { name: 'text', data, type: 'BYTE_ARRAY' },
  ]);
  const { stopped, ids, report } = await readBad(input);
  expect(stopped).toMatchObject({
    code: 'bad-input',
    details: { file: input, row: 2, reason: 'not valid UTF-8' },
  });
  expect(ids).toEqual(['a', 'c']);
  expect(report.reasons).toEqual([`${input}, row 2: not valid UTF-8`]);
});

test('a row above the limit is malformed', async () => {
  const input = parquet([
    { name: 'id', data: ['a', 'b'], type: 'STRING' },
    { name: 'text', data: ['x'.repeat(17 * 1024 * 1024), 'y'], type: 'STRING' },
  ]);
  const { ids, report } = await readBad(input);
  expect(ids).toEqual(['b']);
  expect(report.reasons).toEqual([`${input}, row 1: larger than 16 MiB`]);
});

test('a Parquet file is known by its first bytes when its name says nothing', async () => {
  const columns: ColumnSource[] = [
    { name: 'id', data: ['a'], type: 'STRING' },
    { name: 'text', data: ['x'], type: 'STRING' },
  ];
  expect((await read(parquet(columns, 10, 'download'))).documents).toEqual([{ id: 'a', text: 'x' }]);
});

test('a missing column and a damaged file stop the reading even when bad records are skipped', async () => {
  const input = parquet([{ name: 'id', data: ['a'], type: 'STRING' }]);
  await expect(read(input, { skipBad: true })).rejects.toThrow(
    'no column for the text (text, contents, body, content, passage, segment, abstract); it has id',
  );
  const damaged = fileWith('d.parquet', 'PAR1 and then something else');
  await expect(read(damaged, { skipBad: true })).rejects.toMatchObject({ code: 'bad-input' });
});
