import { expect, test } from 'vitest';
import { type FieldRulesInput, fieldRulesSchema } from '../../../../../build/stages/read/fields/rules.ts';
import { fileWith, folderWith, read, readBad } from '../input-files.ts';

const rules = (fields: FieldRulesInput['fields'], others?: FieldRulesInput['others']) => ({
  schema: fieldRulesSchema.parse({ fields, others }),
});

test.each([
  ['number', 'n/a', 'a number such as 3 or -2.5 that can be kept exactly', '"n/a"'],
  ['number', '9007199254740993', 'a number such as 3 or -2.5 that can be kept exactly', '"9007199254740993"'],
  ['number', ['1', '2'], 'a number such as 3 or -2.5 that can be kept exactly', '["1","2"]'],
  ['date', 'May 2', 'a date of ISO 8601 such as 2024-01-31 or 2024-01-31T12:00:00Z', '"May 2"'],
  ['date', 1700000000000, 'a date of ISO 8601 such as 2024-01-31 or 2024-01-31T12:00:00Z', '1700000000000'],
  ['boolean', 'yes', 'true or false', '"yes"'],
  ['keyword', 'x'.repeat(600), 'keywords of at most 512 bytes', 'one of 600'],
  [{ type: 'keyword', list: false }, ['a', 'b'], 'one keyword', '2: "a, b"'],
  [{ type: 'keyword', list: false, separator: ',' }, 'a,b', 'one keyword', '2: "a,b"'],
] as const)(
  'a value that is no %s is told with its place, or counted: %s',
  async (type, value, expected, found) => {
    const input = fileWith(
      'd.jsonl',
      `{"id":"a","text":"x"}\n{"id":"b","text":"x","f":${JSON.stringify(value)}}\n`,
    );
    const { stopped, ids, report } = await readBad(input, rules({ f: type }));
    const message = `${input}:2: the field f: expected ${expected}, found ${found}`;
    expect(stopped).toMatchObject({
      code: 'bad-input',
      message,
      details: { file: input, line: 2, field: 'f', expected, found },
    });
    expect(ids).toEqual(['a']);
    expect(report).toMatchObject({ read: 1, skipped: 1, reasons: [message] });
  },
);

test('values of the type that is given are taken as they are written', async () => {
  const record = { id: 'a', text: '', n: '1.10', d: '2024', b: 'TRUE', k: 7, t: 'words', l: ['a', 'b'] };
  const { documents } = await read(
    fileWith('d.jsonl', JSON.stringify(record)),
    rules({ n: 'number', d: 'date', b: 'boolean', k: 'keyword', t: { type: 'text' }, l: 'keyword' }),
  );
  expect(documents[0].fields).toEqual({ n: '1.10', d: '2024', b: 'TRUE', k: 7, t: 'words', l: ['a', 'b'] });
});

test('keywords in one text are parted where the schema says so', async () => {
  const input = fileWith('d.csv', 'id,text,tags\n1,x,"api; cli;;"\n2,x,api\n3,x,;\n4,x,\n');
  const { documents } = await read(input, rules({ tags: { type: 'keyword', separator: ';' } }));
  expect(documents.map(({ fields }) => fields)).toEqual([
    { tags: ['api', 'cli'] },
    { tags: ['api'] },
    undefined,
    undefined,
  ]);
});

test('fields are left out where the schema says so', async () => {
  const input = fileWith('d.csv', 'id,text,a,b\n1,x,1,2\n');
  expect((await read(input, rules({ a: 'none' }))).documents[0].fields).toEqual({ b: '2' });
  expect((await read(input, rules({ a: 'number' }, 'none'))).documents[0].fields).toEqual({ a: '1' });
  expect((await read(input, rules({}, 'none'))).documents).toEqual([{ id: '1', text: 'x' }]);
});

test('the fields of pages are held to a schema by their files', async () => {
  const folder = folderWith({
    'a.md': '---\nversion: 2\n---\nx\n',
    'b.md': '---\nversion: two\n---\n# H\nx\n',
  });
  await expect(read(folder, rules({ version: 'number' }))).rejects.toThrow(
    `${folder}/b.md: the field version: expected a number such as 3 or -2.5 that can be kept exactly, found "two"`,
  );
});

test.each([
  [{ fields: { f: 'integer' } }, 'f'],
  [{ fields: { f: { type: 'number', list: true } } }, 'f'],
  [{ fields: { f: { type: 'keyword', separator: '' } } }, 'f'],
  [{ field: {} }, 'field'],
  [{ others: 'keyword' }, 'others'],
])('a schema that says what is not known is refused: %j', (schema, place) => {
  const { success, error } = fieldRulesSchema.safeParse(schema);
  expect(success).toBe(false);
  expect(JSON.stringify(error?.issues)).toContain(place);
});
