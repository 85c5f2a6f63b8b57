// An index that somebody else wrote names its objects: none of these names leads out of where it lies.

import { describe, expect, test } from 'vitest';
import { utf8 } from '../../../src/core/format/bytes.ts';
import { crc32 } from '../../../src/core/format/checksum.ts';
import { CURRENT, decodeManifest, encodeManifest } from '../../../src/core/format/manifest.ts';
import { decodeTable, encodeTable, tableChecksum } from '../../../src/core/format/page-table.ts';
import { COARSE, indexObjects } from '../../fakes/memory-index.ts';

const BUILD = 'a'.repeat(16);
const objects = indexObjects(
  BUILD,
  {
    spaces: new Map([['words', 10]]),
    windows: [
      [{ document: { id: 'a', text: 'river' }, vectors: new Map([['words', new Map([['river', 3]])]]) }],
    ],
  },
  COARSE,
);
const manifest = decodeManifest(objects.get(CURRENT)!, CURRENT);

const HOSTILE = [
  '../../etc/passwd',
  'objects/../../../etc/passwd',
  '/etc/passwd',
  'objects/',
  'objects//x',
  'objects/a/b',
  'objects/..',
  'objects\\..\\x',
  'objects/a\0b',
  'objects/a\n',
  'https://evil.example/x',
  '//evil.example/x',
  'C:/x',
  '',
];

/** A manifest as whoever means harm writes it: with the checksum that it must have. */
function sealed(change: (text: string) => string): Uint8Array {
  const [line = '', ...rest] = new TextDecoder().decode(encodeManifest(manifest)).split('\n');
  const body = change(rest.join('\n'));
  const [magic, version] = line.split(' ');
  const checksum = crc32(utf8(body)).toString(16).padStart(8, '0');
  return utf8(`${magic} ${version} ${checksum} ${utf8(body).length}\n${body}`);
}

describe.each(HOSTILE)('the name %j', (name) => {
  test('is refused in a manifest, of the page table and of rules', () => {
    const written = JSON.stringify(manifest.table.name);
    for (const bytes of [
      sealed((text) => text.replace(written, JSON.stringify(name))),
      sealed((text) => text.replace('{', `{"rules":{"name":${JSON.stringify(name)},"bytes":1,"crc32":1},`)),
    ])
      expect(() => decodeManifest(bytes, CURRENT)).toThrow(expect.objectContaining({ code: 'corrupt' }));
  });

  test('is refused in a page table', () => {
    const table = decodeTable(
      objects.get(manifest.table.name)!,
      BUILD,
      manifest.table.crc32,
      manifest.table.name,
    );
    const [first, ...others] = table.documents.shards;
    const shards = [{ ...first!, name }, ...others];
    const bytes = encodeTable({ ...table, documents: { ...table.documents, shards } }, BUILD);
    expect(() => decodeTable(bytes, BUILD, tableChecksum(bytes, 'x'), 'x')).toThrow(
      expect.objectContaining({ code: 'corrupt', message: expect.stringContaining('the name of an object') }),
    );
  });
});

test('what an index names itself is taken', () => {
  expect(
    decodeManifest(
      sealed((text) => text),
      CURRENT,
    ),
  ).toEqual(manifest);
  const rules = { name: `rules/${BUILD}-0123456789abcdef`, bytes: 1, crc32: 1 };
  const text = JSON.stringify(rules);
  expect(
    decodeManifest(
      sealed((body) => body.replace('{', `{"rules":${text},`)),
      CURRENT,
    ).rules,
  ).toEqual(rules);
});

test.each(['..', '../x', 'a/b', '.x', 'A'])('a model is not called %s', (id) => {
  const model = { id, sha256: '0'.repeat(64) };
  const bytes = sealed((text) =>
    text.replace('"id": "test"', `"id": "test", "model": ${JSON.stringify(model)}`),
  );
  expect(() => decodeManifest(bytes, CURRENT)).toThrow(expect.objectContaining({ code: 'corrupt' }));
});
