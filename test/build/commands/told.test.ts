// What commands tell somebody who has only the documentation: where an index is, what a folder is for, what a file of
// rules does. Each message says what was expected, what was found, and what to do.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aboutPageCode } from '../../../build/local/bundles/place-page-code.ts';
import { terminalProgress } from '../../../build/terminal/progress.ts';
import { sparsedge, temporaryFolder, writeDocuments } from './command-line.ts';

test('who names no index is told where there are some', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'docs'));
  const before = await sparsedge(folder, ['search', 'docs', 'moon']);
  expect(before.err).toContain('build one with: sparsedge build <input> -o docs\n');
  const without = await sparsedge(folder, ['search', 'how do I rotate a key']);
  expect(without.err).toContain(
    'there is no folder how do I rotate a key; build one with: sparsedge build <input> -o <folder>',
  );
  for (const name of ['a', 'b']) {
    mkdirSync(join(folder, 'shards', name), { recursive: true });
    writeFileSync(join(folder, 'shards', name, 'current'), '{}');
  }
  writeFileSync(join(folder, 'shards/notes.txt'), '');
  for (const [command, found] of [
    [['search', 'docs', 'moon'], 'docs holds no finished index (there is no file "current" in it)'],
    [['search', 'shards', 'moon'], 'shards holds no finished index (there is no file "current" in it)'],
    [['verify', 'manual'], 'there is no folder manual'],
    [['search', 'how do I rotate a key'], 'there is no folder how do I rotate a key'],
  ] as const) {
    const { code, err } = await sparsedge(folder, command);
    expect(code).toBe(2);
    expect(err).toContain(`${found}; there is an index in shards/`);
    expect(err).toMatch(/shards\/[ab], shards\/[ab]\n/);
  }
});

describe('of an index of pages with fields', () => {
  let folder: string;
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sparsedge-told-'));
    writeDocuments(folder, [
      {
        id: 'moon',
        title: 'Moon',
        text: 'The moon pulls the sea.',
        url: '/moon/',
        version: 2,
        date: '2024-01-02',
      },
      { id: 'salt', title: 'Salt', text: 'Salt of the sea.', url: '/salt/', version: 3 },
    ]);
    const { code, err } = await sparsedge(folder, ['build', 'pages.jsonl', '--encoder', 'bm25']);
    if (code !== 0) throw new Error(err);
  });

  const rules = (given: object) => {
    writeFileSync(join(folder, 'rules.yaml'), JSON.stringify(given));
    return sparsedge(folder, ['rules', 'shards/pages', 'rules.yaml']);
  };

  test.each([
    [{ recency: { field: 'date', halfLifeDays: 9 } }, 'are steered by how recent documents are by date.\n'],
    [{ titles: 2 }, 'are steered by titles that are the question.\n'],
    [
      { boosts: [{ field: 'version', from: 3, factor: 2 }], boostField: 'version' },
      'are steered by 1 boost, the factors in version.\n',
    ],
    [{}, 'No rules steer the answers of shards/pages.\n'],
    [
      {
        queries: [{ is: 'x', pin: ['none'] }],
        boosts: [{ field: 'verison', from: 3, factor: 2 }],
        recency: { field: 'updated', halfLifeDays: 9 },
        boostField: 'boost',
      },
      'does not have none, the field verison, the field updated, the field boost: those rules do nothing.\n',
    ],
  ])('all that rules do is named, and what they name in vain: %j', async (given, said) => {
    const { code, out, err } = await rules(given);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(said);
  });

  test('a hit says what it is there for, and nothing else', async () => {
    const filtered = await sparsedge(folder, ['search', 'shards/pages', '--filter', 'version:2']);
    expect(filtered.out).toContain('1 document matches.\n');
    expect(filtered.out).not.toContain('matched through expansion');
    await rules({ queries: [{ is: 'sea', pin: ['salt'] }] });
    const pinned = await sparsedge(folder, ['search', 'shards/pages', 'sea']);
    expect(pinned.out).toMatch(
      /^ {2}1\. Salt {2}\(salt\) {2}pinned\n[\s\S]*\n {2}2\. Moon {2}\(moon\) {2}score \d+\n/,
    );
  });

  test('keys are of a deployment, and of no index', async () => {
    const { code, err } = await sparsedge(folder, ['keys', 'create', 'shards/pages']);
    expect(code).toBe(2);
    expect(err).toContain(
      'shards/pages is the folder of an index: expected that of its deployment, such as deploy/pages',
    );
  });

  test('an index that cannot be opened says which it is, and one of another format what to do', async () => {
    const current = readFileSync(join(folder, 'shards/pages/current'), 'utf8');
    mkdirSync(join(folder, 'other'));
    for (const [bytes, said] of [
      [
        current.replace(/^sparsedge \d+/, 'sparsedge 1'),
        /other\/current is in format 1, .*: build the index again/,
      ],
      [
        current.replace(/^sparsedge \d+/, 'sparsedge 99'),
        /other\/current is in format 99, .*: use a newer release/,
      ],
      ['junk', /other\/current: expected a line "sparsedge <version> .*found "junk"/],
      [current, /other\/objects\/\w+: expected a file that the index needs, found none/],
    ] as const) {
      writeFileSync(join(folder, 'other/current'), bytes);
      const { code, err } = await sparsedge(folder, ['search', './other', 'sea']);
      expect(code).toBe(1);
      expect(err).toMatch(said);
    }
  });

  test.each([
    [
      '{"fields": {"version": "strng"}}',
      /expected one of keyword, number, .*; found "strng"\n.* fields\.version/,
    ],
    [
      '{"fields": {"version": {"type": "keyword", "seperator": ","}}}',
      /found \{"type".*"seperator".*\n.* fields\.version/,
    ],
  ])('a schema of fields that is wrong says what it may be: %s', async (schema, said) => {
    writeFileSync(join(folder, 'fields.json'), schema);
    const { code, err } = await sparsedge(folder, ['build', 'pages.jsonl', '--schema', 'fields.json']);
    expect(code).toBe(2);
    expect(err).toMatch(said);
  });

  test.each([
    [['rules', 'shards/pages', 'page.md'], /page\.md: expected YAML or JSON; .*[^:]\n$/],
    [
      ['eval', 'shards/pages', '--gate', 'text.yaml'],
      /text\.yaml: expected questions, each with its pages\n$/,
    ],
  ])('a file of another kind is refused by what was expected: %j', async (command, said) => {
    writeFileSync(join(folder, 'page.md'), '# Keys\n\nTo rotate: a key\nmake: a new one: now\n');
    writeFileSync(join(folder, 'text.yaml'), 'only words\n');
    const { code, err } = await sparsedge(folder, command);
    expect(code).toBe(2);
    expect(err).toMatch(said);
  });
});

test('progress fits the terminal, so that it can be removed again', async () => {
  for (const [columns, longest] of [
    [20, 19],
    [undefined, Number.POSITIVE_INFINITY],
  ] as const) {
    const written: string[] = [];
    const stream = { isTTY: true, columns, write: (text: string) => written.push(text) };
    const progress = terminalProgress(stream)('looking at languages', 'documents');
    await new Promise((resolve) => setTimeout(resolve, 1100));
    progress.at(12_345, 100_000);
    expect(written).toHaveLength(1);
    const line = written[0].replace('\r\x1b[K', '');
    expect(line.length).toBeLessThanOrEqual(longest);
    expect(line.endsWith('…')).toBe(columns !== undefined);
  }
});

test('lines for the pages of a site name no place on this machine', () => {
  const folder = temporaryFolder();
  for (const name of ['site/_search', 'site/a/_search', 'public/_search'])
    mkdirSync(join(folder, name), { recursive: true });
  symlinkSync('site', join(folder, 'link'));
  for (const [site, into, address] of [
    ['site', 'site/_search', '/_search'],
    ['site', 'site/a/_search', '/a/_search'],
    ['link', 'site/_search', '/_search'],
    ['site', 'link/_search', '/_search'],
    ['site', 'public/_search', '/_search'],
    ['site', 'site', '/site'],
  ] as const) {
    const lines = aboutPageCode(join(folder, site), join(folder, into)).join('\n');
    expect(lines).toContain(`src="${address}/component.js"`);
    expect(lines).toContain(`index="${address}/"`);
    expect(lines.includes(`publish ${join(folder, into)} with it, as ${address}/`)).toBe(
      into === 'public/_search' || into === site,
    );
  }
});

test('an address that only looks like a bucket is told from one', async () => {
  const folder = temporaryFolder();
  for (const address of ['bucket', 'r2://', 'r2://a/b', 's3://Bucket/b', 'https://x.example/b']) {
    const { code, err } = await sparsedge(folder, ['generations', address]);
    expect(code).toBe(2);
    expect(err).toContain(`a bucket's name has 3 to 63 of a-z, 0-9, - and ., found "${address}"`);
  }
});
