import { expect, test } from 'vitest';
import { decodeManifest, encodeManifest, type Manifest } from '../../../src/core/format/manifest.ts';

const space = {
  name: 'bm25',
  analyzer: 'english' as const,
  encoder: { id: 'bm25', parameters: {} },
  query: 'count' as const,
  quantizer: { maximum: 1, rounding: 'nearest' as const },
  terms: 0,
  postings: 0,
};
const manifest = (languages?: Manifest['spaces'][number]['languages']): Manifest => ({
  build: '0123456789abcdef',
  documents: 0,
  spaces: [{ ...space, ...(languages && { languages }) }],
  windows: [0],
  table: { name: 'objects/0123', bytes: 0, crc32: 0 },
});

test('a manifest says which languages are stemmed, and nothing where none is', () => {
  const named = manifest([{ code: 'de', parts: 'AB-_' }, { code: 'fr' }]);
  expect(decodeManifest(encodeManifest(named), 'current')).toEqual(named);
  const plain = encodeManifest(manifest());
  expect(new TextDecoder().decode(plain)).not.toContain('languages');
  expect(decodeManifest(plain, 'current')).toEqual(manifest());
});

test('a language that no stemmer is for is refused', () => {
  for (const languages of [[{ code: 'ja' }], [{ code: 'de', words: [] }], []])
    expect(() => encodeManifest(manifest(languages as never))).toThrow();
});
