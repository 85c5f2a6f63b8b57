// A page in one of several languages: the search box finds documents in it, and others where none of those is found.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Asker } from '../../../browser/element/asker.ts';
import { open, type SearchClient } from '../../../browser/open-search.ts';
import { sparsedge } from '../../build/commands/command-line.ts';
import { type Host, startHost } from '../engine/static-hosts.ts';

const RECORDS = [
  { id: 'en', lang: 'en', text: 'Set an environment variable.' },
  { id: 'en2', lang: 'en', text: 'A variable in a loop.' },
  { id: 'us', lang: 'en-US', text: 'Another variable.' },
  { id: 'de', lang: 'de', text: 'Eine Umgebungsvariable setzen: environment variable.' },
  { id: 'at', lang: 'de-AT', text: 'Die variable Jause.' },
  { id: 'fr', lang: 'fr', text: 'La variable, environment.' },
];

interface Page {
  readonly language?: string;
  readonly filter?: string;
  readonly facets?: readonly string[];
  readonly k?: number;
}

describe('an index in several languages', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-'));
  let host: Host;

  beforeAll(async () => {
    const documents = RECORDS.map((record, i) => ({ ...record, level: i, tag: i < 5 ? 'golang' : 'c' }));
    writeFileSync(join(folder, 'records.jsonl'), documents.map((each) => JSON.stringify(each)).join('\n'));
    const built = await sparsedge(folder, ['build', 'records.jsonl', '--into', 'index', '--encoder', 'bm25']);
    expect(built, built.err).toMatchObject({ code: 0 });
    host = await startHost(join(folder, 'index'));
  });
  afterAll(async () => {
    await host?.stop();
    rmSync(folder, { recursive: true });
  });

  async function ask(asker: Asker, text: string, page: Page, cursor?: string) {
    const { language, filter, facets = [] } = page;
    const asked = { text, chosen: new Map(), exactWords: true, cursor };
    const asking = { k: page.k ?? 10, filter, language: () => language, facets };
    const answer = await asker.ask(asked, asking, 0);
    return { ids: answer!.hits.map(({ id }) => id).sort(), next: answer!.next };
  }
  const found = async (asker: Asker, text: string, page: Page) => (await ask(asker, text, page)).ids;
  const asker = () => new Asker(() => open({ index: host.url }));

  test.each([
    ['in the language of the page', 'variable', { language: 'de' }, ['de']],
    ['in it, of whichever region', 'variable', { language: 'en-US' }, ['en', 'en2', 'us']],
    ['in it, where no document has its region', 'variable', { language: 'fr-CA' }, ['fr']],
    ['in others, where none is found in it', 'loop', { language: 'de' }, ['en2']],
    ['in all, where no document is in it', 'environment', { language: 'ja' }, ['de', 'en', 'fr']],
    ['in all, where the page says none', 'environment', {}, ['de', 'en', 'fr']],
    ['as the owner says', 'environment', { language: 'de', filter: 'lang:fr' }, ['fr']],
    [
      'in it, where the owner speaks of another field',
      'variable',
      { language: 'de', filter: 'tag:golang' },
      ['de'],
    ],
    ['as the owner says, and in it', 'variable', { language: 'en', filter: 'level<1' }, ['en']],
    [
      'in all, where languages can be chosen',
      'environment',
      { language: 'de', facets: ['lang'] },
      ['de', 'en', 'fr'],
    ],
  ])('has documents found %s', async (_, text, page, expected) => {
    expect(await found(asker(), text, page)).toEqual(expected);
  });

  test('has more found of what the first were found of', async () => {
    const one = asker();
    const allOf = async (text: string, language: string) => {
      const all: string[] = [];
      let cursor: string | undefined;
      do {
        const { ids, next } = await ask(one, text, { language, k: 1 }, cursor);
        all.push(...ids);
        cursor = next;
      } while (cursor !== undefined);
      return all.sort();
    };
    expect(await allOf('variable', 'de')).toEqual(['de']);
    expect(await allOf('variable', 'en-US')).toEqual(['en', 'en2', 'us']);
    expect(await allOf('environment', 'ja')).toEqual(['de', 'en', 'fr']);
    expect(await allOf('variable', 'de')).toEqual(['de']);
  });

  test('is searched whole by who may not ask what it holds, and asked again', async () => {
    const engine = await open({ index: host.url });
    let isAllowed = false;
    const guarded: SearchClient = {
      ...engine,
      index: async (where) => {
        if (!isAllowed) throw new Error('forbidden');
        return engine.index(where);
      },
    };
    const one = new Asker(async () => guarded);
    expect(await found(one, 'environment', { language: 'de' })).toEqual(['de', 'en', 'fr']);
    isAllowed = true;
    expect(await found(one, 'environment', { language: 'de' })).toEqual(['de']);
  });
});
