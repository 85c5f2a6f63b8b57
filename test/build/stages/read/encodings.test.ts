import * as zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { fileWith, folderWith, read, readBad } from './input-files.ts';

const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');
const bigEndian = (text: string) => utf16(text).swap16();
const latin1 = (text: string) => Buffer.from(text, 'latin1');

test.each([
  ['JSON lines', 'd.jsonl', '{"id":"a","text":"naïve 😀"}\n'],
  ['a table', 'd.csv', 'id,text\r\na,naïve 😀\r\n'],
  ['a list', 'd.json', '[{"id":"a","text":"naïve 😀"}]'],
  ["MS MARCO's form", 'd.tsv', 'a\tnaïve 😀\n'],
])('%s in UTF-16 with a byte-order mark is read', async (_, name, text) => {
  for (const bytes of [utf16(text), bigEndian(text)])
    expect((await read(fileWith(name, bytes))).documents).toEqual([{ id: 'a', text: 'naïve 😀' }]);
});

test('characters that chunks of UTF-16 share are not torn', async () => {
  const lines = Array.from({ length: 30_000 }, (_, i) =>
    JSON.stringify({ id: i, text: '😀x'.repeat(i % 9) }),
  );
  const { documents } = await read(fileWith('d.jsonl', utf16(lines.join('\n'))));
  expect(documents.map(({ text }) => text)).toEqual(lines.map((_, i) => '😀x'.repeat(i % 9)));
});

test('half a surrogate pair in UTF-16 spoils its line and no other', async () => {
  const input = fileWith('d.tsv', utf16('1\tx\n2\ty\uD83D\n3\tz\n'));
  const { ids, report } = await readBad(input);
  expect(ids).toEqual(['1', '3']);
  expect(report.reasons).toEqual([`${input}:2: not valid UTF-8`]);
});

test.each([
  ['a table', 'd.csv', 'id,title,text\r1,A,hello\r2,B,"wo\rrld"\r'],
  ['JSON lines', 'd.jsonl', '{"id":1,"title":"A","text":"hello"}\r{"id":2,"title":"B","text":"wo\\nrld"}'],
  ['tabs', 'd.tsv', 'id\ttitle\ttext\r1\tA\thello\r2\tB\t"wo\rrld"'],
])('%s whose lines end with a carriage return alone is read', async (_, name, text) => {
  expect((await read(fileWith(name, text))).documents).toEqual([
    { id: '1', title: 'A', text: 'hello' },
    { id: '2', title: 'B', text: 'wo\nrld' },
  ]);
});

test.skipIf(!('zstdCompressSync' in zlib))(
  'zstd is unpacked, frame after frame (needs Node 22.15)',
  async () => {
    const frames = ['{"id":"a","text":"one"}\n', '{"id":"b","text":"two"}\n'].map((line) =>
      zlib.zstdCompressSync(line),
    );
    for (const name of ['d.jsonl.zst', 'misnamed'])
      expect((await read(fileWith(name, Buffer.concat(frames)))).documents).toEqual([
        { id: 'a', text: 'one' },
        { id: 'b', text: 'two' },
      ]);
    const cut = frames[0].subarray(0, frames[0].length - 4);
    await expect(read(fileWith('d.jsonl.zst', cut))).rejects.toThrow('the zstd data is damaged or cut short');
  },
);

test.each([
  ['bzip2', Buffer.from('BZh91AY&SY')],
  ['xz', Buffer.from('fd377a585a0000', 'hex')],
  ['zip', Buffer.from('504b030414000000', 'hex')],
  ['7z', Buffer.from('377abcaf271c0004', 'hex')],
])('%s is refused by its name', async (name, bytes) => {
  const input = fileWith('d.jsonl', bytes);
  await expect(read(input)).rejects.toMatchObject({
    code: 'bad-input',
    message: `${input}: it is ${name}: unpack it first`,
  });
});

test('a zero byte that has slipped into a page is none of UTF-16', async () => {
  const { documents } = await read(fileWith('a.html', '<main><p>a \0 zero</main>'));
  expect(documents.map(({ text }) => text)).toEqual(['a zero']);
});

const page = (head: string) =>
  `<html><head>${head}<title>Café</title></head><body><p>naïve \x93x\x94</p></body>`;

test.each([
  ['charset', '<meta charset="windows-1252">'],
  ['Latin-1, as which browsers take Windows-1252', '<meta charset=iso-8859-1>'],
  ['a name that stands far into the page', `<script>${'x'.repeat(2000)}</script><meta charset=windows-1252>`],
  ['http-equiv', "<meta http-equiv='Content-Type' content='text/html; charset=windows-1252'>"],
])('a page is read in the encoding of its meta element: %s', async (_, meta) => {
  const { documents } = await read(folderWith({ 'a.html': latin1(page(meta)) }));
  expect(documents).toMatchObject([{ title: 'Café', text: 'naïve “x”' }]);
});

test('a page is read in the encoding of its XML declaration', async () => {
  const xml = `<?xml version="1.0" encoding="ISO-8859-1"?>\n${page('')}`;
  const { documents } = await read(folderWith({ 'a.html': latin1(xml) }));
  expect(documents).toMatchObject([{ title: 'Café', text: 'naïve “x”' }]);
});

test.each([
  ['Shift_JIS', '<meta charset="shift_jis"><p>\x93\xfa\x96{</p>', '日本'],
  ['Windows-1251', '<meta charset="windows-1251"><p>\xcc\xe8\xf0</p>', 'Мир'],
  ['a declaration in a comment, which is none', '<!-- <meta charset="koi8-r"> --><p>\xc3\xa9</p>', 'é'],
  ['UTF-16 declared in bytes, which is a slip', '<meta charset="utf-16"><p>\xc3\xa9</p>', 'é'],
])('encodings that browsers know: %s', async (_, html, text) => {
  const { documents } = await read(folderWith({ 'a.html': latin1(html) }));
  expect(documents).toMatchObject([{ text }]);
});

test('pages in UTF-16 are read by their byte-order mark', async () => {
  const folder = folderWith({ 'a.md': utf16('# Café\n\nnaïve'), 'b.html': bigEndian('<p>naïve</p>') });
  const { documents } = await read(folder);
  expect(documents.map(({ text }) => text)).toEqual([expect.stringContaining('naïve'), 'naïve']);
});

test('a page that is not what it says is malformed', async () => {
  const folder = folderWith({ 'a.html': latin1('<meta charset="shift_jis"><p>\x93\xff</p>') });
  await expect(read(folder)).rejects.toThrow('a.html: not valid SHIFT_JIS, which the page says it is');
});

test.skipIf(!('zstdCompressSync' in zlib))(
  'zstd of many blocks, checksums and skippable frames is read (needs Node 22.15)',
  async () => {
    const lines = Array.from(
      { length: 30_000 },
      (_, i) => `${JSON.stringify({ id: i, text: `x${i % 7}` })}\n`,
    );
    const checked = { params: { [zlib.constants.ZSTD_c_checksumFlag]: 1 } };
    const half = lines.length / 2;
    const skippable = Buffer.from('502a4d1803000000616263', 'hex');
    const bytes = Buffer.concat([
      zlib.zstdCompressSync(lines.slice(0, half).join(''), checked),
      skippable,
      zlib.zstdCompressSync(''),
      zlib.zstdCompressSync(lines.slice(half).join('')),
    ]);
    const { documents } = await read(fileWith('d.jsonl.zst', bytes));
    expect(documents.map(({ id }) => id)).toEqual(lines.map((_, i) => `${i}`));
    const garbage = fileWith('d.jsonl.zst', Buffer.concat([bytes, Buffer.from('garbage')]));
    await expect(read(garbage, { skipBad: true })).rejects.toThrow('the zstd data is damaged or cut short');
  },
);

const unmarked = (text: string) => Buffer.from(text, 'utf16le');

test.each([
  ['JSON lines', 'd.jsonl', '{"id":"a","text":"naïve 😀"}\n'],
  ['JSON lines of ideographs', 'd.jsonl', `{"id":"a","text":"${'漢字仮名'.repeat(9)}"}\n`],
  ['a table', 'd.csv', 'id,text\r\na,naïve 😀\r\n'],
  ['tabs', 'd.tsv', 'id\ttext\r\na\tnaïve 😀\r\n'],
  ['Markdown', 'd.md', '# T\n\nnaïve 😀\n'],
  ['ASCII alone', 'd.md', '# T\n\nplain\n'],
  ['HTML', 'd.html', '<title>T</title><p>naïve 😀</p>'],
])(
  'UTF-16 without a byte-order mark is read by its zero bytes, and that is said: %s',
  async (_, name, text) => {
    const { documents: expected } = await read(fileWith(name, text));
    for (const bytes of [unmarked(text), unmarked(text).swap16()]) {
      const input = fileWith(name, bytes);
      const { documents, report } = await read(input);
      expect(documents).toEqual(expected);
      expect(report.notes).toContainEqual(
        expect.stringMatching(/d\.\w+.*: read as UTF-16, which its zero bytes show$/),
      );
    }
  },
);

const utf32 = (text: string) =>
  Buffer.concat(
    [...text].map((sign) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(sign.codePointAt(0) ?? 0);
      return bytes;
    }),
  );

test.each(['{"id":"a","text":"x"}\n', '# T\n\nnaïve 😀', 'id,text\na,b\n'])(
  'UTF-32 is refused by its name: %j',
  async (text) => {
    const marked = `\uFEFF${text}`;
    for (const bytes of [utf32(text), utf32(marked), utf32(text).swap32(), utf32(marked).swap32()])
      for (const name of ['d.jsonl', 'd.csv', 'd.tsv', 'd.md', 'd.html']) {
        const input = fileWith(name, bytes);
        await expect(read(input)).rejects.toMatchObject({
          code: 'bad-input',
          message: `${input}: it is UTF-32, which is not read: save it as UTF-8`,
        });
      }
  },
);

test('zero bytes in UTF-8, as a crash leaves them, are no encoding', async () => {
  const input = fileWith('d.jsonl', `{"id":"a","text":"x"}\n${'\0'.repeat(100)}\n{"id":"b","text":"y"}\n`);
  const { ids, report } = await readBad(input);
  expect(ids).toEqual(['a', 'b']);
  expect(report.reasons[0]).toContain(`${input}:2: not JSON`);
});

test('HTML that names no encoding is Windows-1252 where it is not UTF-8, and that is said once', async () => {
  const html = latin1('<title>T</title><p>caf\xe9 \x93x\x94</p>');
  const folder = folderWith({ 'a.html': html, 'b.html': html });
  const { documents, report } = await read(folder);
  expect(documents.map(({ text }) => text)).toEqual(['café “x”', 'café “x”']);
  expect(report.notes).toEqual([
    `${folder}/a.html, the first such page: read as Windows-1252, as browsers do, since it names no encoding and is ` +
      'not UTF-8',
  ]);
});

test.each([
  ['that is UTF-8 elsewhere', 'a.html', '<p>na\xc3\xafve</p>\n<p>caf\xe9</p>', 2],
  ['that says it is UTF-8', 'a.html', '<meta charset=utf-8>\n<p>\n<p>caf\xe9</p>', 3],
  ['of Markdown', 'a.md', '# T\n\n\ncaf\xe9', 4],
])('a broken byte in a page %s is named by its line', async (_, name, text, line) => {
  const input = fileWith(name, latin1(text));
  await expect(read(input)).rejects.toThrow(`${input}:${line}: not valid UTF-8`);
});

test.each([
  ['EUC-JP', '<meta charset=euc-jp><p>\xc6\xfc\xcb\xdc</p>', '日本'],
  ['GB18030', '<meta charset=gb18030><p>\xd6\xd0\xce\xc4</p>', '中文'],
  ['GB2312, which is GBK', '<meta charset="GB2312"><p>\xd6\xd0\xce\xc4</p>', '中文'],
  ['Big5', '<meta charset=big5><p>\xa4\xa4\xa4\xe5</p>', '中文'],
  ['EUC-KR', '<meta charset=euc-kr><p>\xc7\xd1</p>', '한'],
  ['KOI8-R', '<?xml version="1.0" encoding="KOI8-R"?><p>\xed\xc9\xd2</p>', 'Мир'],
])('further encodings that browsers know: %s', async (_, html, text) => {
  const { documents } = await read(folderWith({ 'a.html': latin1(html) }));
  expect(documents).toMatchObject([{ text }]);
});

test.each([
  ['Latin-1', 'caf\xe9 cr\xe8me', 'byte E9 behind "caf", which is "é" in Windows-1252: save it as UTF-8'],
  ['Windows-1252', '\x93so\x94', 'byte 93 BEFORE, which is "“" in Windows-1252: save it as UTF-8'],
  [
    'Windows-1251',
    '\xcc\xe8\xf0\xed\xfb\xe9',
    'byte CC BEFORE; it seems to be in another encoding: save it as UTF-8',
  ],
  ['Shift_JIS', '\x93\xfa\x96{\x8c\xea', 'byte 93 BEFORE, which'],
  ['UTF-8 with a broken byte', 'na\xc3\xafve caf\xe9', 'byte E9 behind "naïve caf"'],
])('bytes that are not UTF-8 are named, with what they may be: %s', async (_, text, said) => {
  for (const [name, before, shown] of [
    ['a.md', '', 'at the beginning'],
    ['d.jsonl', '{"id":1,"text":"', 'behind "{\\"id\\":1,\\"text\\":\\""'],
    ['d.csv', 'id,text\n1,', 'behind "1,"'],
  ]) {
    const input = fileWith(name, latin1(`${before}${text}${name === 'd.jsonl' ? '"}' : ''}\n`));
    const reason = said.includes('BEFORE')
      ? said.replace('BEFORE', shown)
      : 'not valid UTF-8: byte E9 behind ';
    await expect(read(input)).rejects.toThrow(reason);
  }
});
