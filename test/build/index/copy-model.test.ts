// What no Worker has room for is refused when an index is published, and not by an eviction at night.

import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { modelObjects } from '../../../build/index/copy-model.ts';
import { copyReranker } from '../../../build/model/query/reranker.ts';
import type { Manifest, Space } from '../../../src/core/format/manifest.ts';
import { MOST_GRAPH_BYTES } from '../../../src/core/model/contract.ts';
import { modelPlace } from '../../../src/core/model/model-name.ts';
import { referenceContract } from '../../core/model/cross-encoder-reference.ts';

const temporary = () => mkdtempSync(join(tmpdir(), 'sparsedge-room-'));
const file = (name: string, bytes: number) => ({ name, bytes, sha256: '0'.repeat(64) });

/** An index's folder beside which a model lies whose networks have so many bytes. */
function published(bytes: number, query: object): { folder: string; manifest: Manifest } {
  const model = { id: 'large', sha256: '0'.repeat(64) };
  const folder = temporary();
  mkdirSync(join(folder, modelPlace(model)), { recursive: true });
  const contract = {
    format: 1,
    id: model.id,
    head: 'splade-max',
    tokenizer: { kind: 'wordpiece', maxLength: 64 },
    files: {
      tokenizer: file('vocab.txt', 1),
      document: file('document.onnx', bytes),
      query: file('query.onnx', bytes),
    },
    vocabulary: 'word-piece',
    query,
    licence: 'Apache-2.0',
    trainedOn: 'nothing',
    source: 'this test',
  };
  writeFileSync(join(folder, modelPlace(model), 'model.json'), JSON.stringify(contract));
  return {
    folder,
    manifest: { spaces: [{ encoder: { model } } as unknown as Space] } as unknown as Manifest,
  };
}

test('a query network of more bytes than a Worker has room for is refused, with both numbers', () => {
  const { folder, manifest } = published(MOST_GRAPH_BYTES + 1, { kind: 'neural' });
  expect(() => modelObjects(folder, manifest)).toThrow(
    expect.objectContaining({
      code: 'bad-input',
      message: expect.stringContaining(
        'large has 20000001 bytes, and a Worker has room for 20000000: quantize',
      ),
    }),
  );
});

test('one that just fits is published, and so is a model whose queries need none of its networks', () => {
  for (const [bytes, kind] of [
    [MOST_GRAPH_BYTES, 'neural'],
    [MOST_GRAPH_BYTES * 20, 'binary'],
  ] as const) {
    const { folder, manifest } = published(bytes, { kind });
    const names = modelObjects(folder, manifest).map((name) => name.slice(name.lastIndexOf('/') + 1));
    expect(names).toContain('model.json');
    expect(names).not.toContain('document.onnx');
  }
});

test('a cross-encoder that is too large is not laid beside an index', async () => {
  const folder = temporary();
  const files = { tokenizer: file('vocab.txt', 1), network: file('network.onnx', MOST_GRAPH_BYTES + 1) };
  writeFileSync(join(folder, 'model.json'), JSON.stringify(referenceContract(files)));
  await expect(copyReranker(temporary(), folder)).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining('has 20000001 bytes, and a Worker has room for 20000000'),
  });
});
