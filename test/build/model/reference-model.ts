// Model folders made of the random networks of test/fixtures/models and BERT's vocabulary.

import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Head } from '../../../src/core/model/contract.ts';
import { numberedVocabulary } from '../../core/heads/numbered-vocabulary.ts';
import { parseReferences, type Reference, vocabularyOf } from '../../core/heads/references.ts';
import {
  type ReferencePair,
  referenceContract,
  referencePairs,
} from '../../core/model/cross-encoder-reference.ts';

export const FIXTURES = join(import.meta.dirname, '../../fixtures/models');

/** The texts, and what PyTorch makes of them. */
export function references(): Reference[] {
  return parseReferences(gunzipSync(readFileSync(join(FIXTURES, 'reference.jsonl.gz'))).toString());
}

/** A vocabulary as a file, where no text of the references is read. */
export function numberedVocabularyFile(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'sparsedge-vocabulary-')), 'vocab.txt');
  writeFileSync(path, numberedVocabulary());
  return path;
}

/** Copies files into a new folder and writes a contract over them; `more` replaces parts of it. */
export function modelFolder(
  head: Head,
  files: Readonly<Record<string, string>>,
  more: Readonly<Record<string, unknown>> = {},
): string {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-model-'));
  const entries = Object.entries(files).map(([role, path]) => {
    const bytes = readFileSync(path);
    const name = role === 'tokenizer' ? 'vocab.txt' : `${role}.${path.split('.').at(-1)}`;
    copyFileSync(path, join(folder, name));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return [role, { name, sha256, bytes: bytes.length }];
  });
  const contract = {
    format: 1,
    id: `random-${head}`,
    head,
    tokenizer: { kind: 'wordpiece', maxLength: 64 },
    files: Object.fromEntries(entries),
    vocabulary: vocabularyOf(head),
    longDocuments: 'truncate',
    query: { kind: 'binary' },
    licence: 'Apache-2.0',
    trainedOn: 'nothing',
    source: 'models/train/reference',
    ...more,
  };
  writeFileSync(join(folder, 'model.json'), JSON.stringify(contract));
  return folder;
}

/** Pairs of texts, and what PyTorch's cross-encoder makes of them. */
export function crossEncoderPairs(): ReferencePair[] {
  return referencePairs(gunzipSync(readFileSync(join(FIXTURES, 'cross-encoder.jsonl.gz'))).toString());
}

/** A folder with the cross-encoder of those pairs; `more` replaces parts of its contract. */
export function crossEncoderFolder(vocabulary: string, more: object = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-reranker-'));
  const described = (name: string, path: string) => {
    copyFileSync(path, join(folder, name));
    const bytes = readFileSync(path);
    return { name, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
  };
  const files = {
    tokenizer: described('vocab.txt', vocabulary),
    network: described('network.onnx', join(FIXTURES, 'cross-encoder.onnx')),
  };
  writeFileSync(join(folder, 'model.json'), JSON.stringify({ ...referenceContract(files), ...more }));
  return folder;
}
