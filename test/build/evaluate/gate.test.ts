import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Gated } from '../../../build/evaluate/gate.ts';
import { sparsedge } from '../commands/command-line.ts';

const PAGES: Readonly<Record<string, string>> = {
  'ports.md': '# Ports\nThe server listens on a port.\n\n## Change the port\nSet it in the settings.',
  'keys.md': '# Keys\nRotate a key by making a new one.',
  'logs.md': '# Logs\nThe server writes what it does. It writes no key.',
};

describe('a gate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeAll(async () => {
    const site = Object.entries(PAGES).map(([id, text]) =>
      JSON.stringify({ id, url: `https://site.example/docs/${id.slice(0, -3)}/?lang=en`, text }),
    );
    writeFileSync(join(folder, 'site.jsonl'), `${site.join('\n')}\n`);
    await sparsedge(folder, ['build', 'site.jsonl', '--encoder', 'bm25', '-o', 'index']);
  });

  const gate = (questions: string) => {
    writeFileSync(join(folder, 'questions.yaml'), questions);
    return sparsedge(folder, ['eval', 'index', '--gate', 'questions.yaml', '--json']);
  };
  const places = (out: string) => (JSON.parse(out) as Gated).questions.map(({ place }) => place);

  test('passes where enough questions find their pages, by whatever name', async () => {
    const { code, out } = await gate(`
share: 0.75
questions:
  - { question: rotate a key, pages: keys.md }
  - { question: key, pages: [nowhere, /docs/logs/], among: 2 }
  - { question: port, pages: 'https://site.example/docs/ports/?lang=en' }
  - { question: moon, pages: keys.md }`);
    expect(code).toBe(0);
    expect(places(out)).toEqual([1, 2, 1, undefined]);
    expect(JSON.parse(out)).toMatchObject({ passes: true, answered: 3, share: 0.75, missing: [] });
  });

  test('fails with one answer too few, and without one that must be there', async () => {
    const few = await gate('questions: [{ question: key, pages: logs.md, among: 1 }]');
    expect(few.code).toBe(1);
    expect(JSON.parse(few.out)).toMatchObject({ passes: false, answered: 0 });
    const must = await gate(`
share: 0.5
questions:
  - { question: key, pages: logs.md, among: 1, must: true }
  - { question: port, pages: ports.md }`);
    expect(must.code).toBe(1);
    const enough = await sparsedge(folder, ['eval', 'index', '--gate', 'questions.yaml', '--among', '2']);
    expect(enough).toMatchObject({ code: 1 });
    expect(enough.out).toContain('"key", which must be answered\n  logs.md: at place 2, expected first\n');
    expect(enough.out).toMatch(/answers 1 of 2 questions, 50 %; 50 % are to be answered, .*does not pass\n$/);
  });

  test('tells a page that is too far down from one that the index does not have', async () => {
    const { out, code } = await gate('questions: [{ question: key, pages: [gone.md, /old/] }]');
    expect(code).toBe(1);
    expect((JSON.parse(out) as Gated).missing).toEqual(['gone.md', '/old/']);
  });

  test('asks queries that were predicted', async () => {
    const lines = [
      { doc_id: 'ports.md', queries: ['where does the server listen', 'change a port'] },
      { doc_id: 'keys.md', queries: [] },
    ];
    writeFileSync(
      join(folder, 'docs.expansions.jsonl'),
      lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    );
    const args = ['eval', 'index', '--gate', 'docs.expansions.jsonl', '--share', '.5', '--json'];
    const { code, out } = await sparsedge(folder, args);
    expect([code, places(out)]).toEqual([0, [2, 1]]);
  });

  test.each([
    ['questions: []', /questions: .*>=1/],
    ['questions: [{ question: key }]', /questions\.0\.pages: expected the id, URL or path of a page/],
    ['questions: [{ question: key, pages: a, amongst: 3 }]', /questions\.0: .*"amongst"/],
    ['share: 2\nquestions: [{ question: key, pages: a }]', /share: /],
    ['questions: [', /expected YAML or JSON/],
  ])('is refused where it is wrong: %s', async (text, why) => {
    const { code, err } = await gate(text);
    expect(code).toBe(2);
    expect(err).toMatch(why);
    expect(err).toContain('questions.yaml');
  });

  test('has options of its own, which go with nothing else', async () => {
    const alone = await sparsedge(folder, ['eval', 'index', '--beir', 'x', '--share', '.5']);
    expect(alone).toMatchObject({ code: 2, err: expect.stringContaining('are for --gate') });
    const both = await sparsedge(folder, ['eval', 'index', '--beir', 'x', '--gate', 'questions.yaml']);
    expect(both).toMatchObject({ code: 2, err: expect.stringContaining('cannot be used with') });
  });
});
