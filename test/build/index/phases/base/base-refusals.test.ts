// What an index cannot be built on.

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BuildConfigInput } from '../../../../../build/index/config.ts';
import { FORMAT_VERSION } from '../../../../../src/core/format/header.ts';

import { build, collectionOf, temporaryFolder } from './small-generations.ts';

describe('a base is refused', () => {
  const first = async (config: BuildConfigInput = {}) => {
    const folder = temporaryFolder();
    await build(collectionOf(20), folder, undefined, config);
    return folder;
  };
  const refusal = (base: string, config: BuildConfigInput = {}) =>
    build(collectionOf(20), temporaryFolder(), base, config).then(
      () => 'none',
      (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
    );

  test('where there is none', async () => {
    const folder = temporaryFolder();
    expect(await refusal(join(folder, 'nowhere'))).toMatch(
      /^bad-input: .*nowhere cannot be the base.*no object current/,
    );
  });

  test.each([
    [
      'another analyzer',
      { spaces: [{ encoder: 'bm25', analyzer: 'unicode' }] },
      'the analyzer "english", and this build\'s "unicode"',
    ],
    [
      'another encoder',
      { spaces: [{ encoder: 'tfidf', name: 'bm25' }] },
      'the encoder "bm25", and this build\'s "tfidf"',
    ],
    [
      'other parameters',
      { spaces: [{ encoder: 'bm25', titleWeight: 0, k1: 2 }] },
      '{"b":0.4,"k1":0.9}, and this build\'s {"b":0.4,"k1":2}',
    ],
    ['a model', { spaces: [{ name: 'bm25' }] }, 'its space bm25 has the analyzer "english"'],
    [
      'another scale',
      { spaces: [{ encoder: 'bm25', titleWeight: 0, quantizer: { maximum: 3 } }] },
      "this build's 3",
    ],
    [
      'other spaces',
      { spaces: [{ encoder: 'bm25' }, { encoder: 'tfidf' }] },
      "its spaces are bm25, and this build's bm25, tfidf",
    ],
    ['another store', { store: 'both' }, 'it is made for the store assets, and this build for both'],
    ['shards', { store: 'r2' }, 'pages have none of their own, since they share objects'],
    ['an order of its own', { order: 'input' }, 'leave out --base or --order input'],
  ] as const)('by a build with %s', async (_, config, message) => {
    expect(await refusal(await first(), config as BuildConfigInput)).toContain(message);
  });

  test('in another format, and without what its build recorded', async () => {
    const folder = await first();
    const current = join(folder, 'current');
    const whole = readFileSync(current, 'utf8');
    writeFileSync(current, whole.replace(/^sparsedge \d+/, 'sparsedge 2'));
    const said = `is in format 2, and this reads format ${FORMAT_VERSION}`;
    expect(await refusal(folder)).toMatch(new RegExp(`cannot be the base.*${said}`));
    writeFileSync(current, whole);
    for (const record of readdirSync(join(folder, 'inputs'))) rmSync(join(folder, 'inputs', record));
    expect(await refusal(folder)).toMatch(/expected what its build recorded/);
  });
});
