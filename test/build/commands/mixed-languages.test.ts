// Pages in several languages, built and asked as people do.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openFolder } from '../../../build/index/open-folder.ts';
import { openAsk } from '../../../build/local/ask-folder.ts';
import { startLocalWorker } from '../../../build/local/local-worker.ts';
import { silent } from '../../../build/terminal/progress.ts';
import { sparsedge, temporaryFolder } from './command-line.ts';

const PAGES: Readonly<Record<string, string>> = {
  'de.html':
    '<html lang="de-AT"><title>Einrichtung</title><main><h1>Netzwerkkonfiguration</h1><p>Wie die Karte gefunden wird ' +
    'und welche Häuser einen Anschluss haben.</p></main>',
  'de2.html':
    '<html lang="de"><title>Platten</title><main><h1>Verschlüsselung</h1><p>Die Konfiguration des Netzwerks steht ' +
    'anderswo; hier geht es um Platten.</p></main>',
  'fr.md': '---\nlang: fr\ntitle: Sauvegarde\n---\nLes volumes chiffrés sont montés au démarrage.\n',
  'sv.html':
    '<title>Skrivare</title><main><p>Skrivaren ansluts med en kabel till datorn, och sedan väljer man inställningar ' +
    'för papper, färger och kvalitet i menyn.</p></main>',
  'ru.html': '<html xml:lang="ru"><title>Ключи</title><main><p>Ключами шифруют диски.</p></main>',
  'ja.html': '<html lang="en"><title>印刷</title><main><p>プリンターの設定を変更します。</p></main>',
  'en.md':
    '# Printers\n\nThe printers of this house are configured by hand, and they print the pages that you send.\n',
  'nl.jsonl': '{"id":"nl","lang":"nl","title":"Schijven","text":"De schijfindeling van de computer."}\n',
};

function pages(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'docs'));
  for (const [name, text] of Object.entries(PAGES)) writeFileSync(join(folder, 'docs', name), text);
  return folder;
}

/** Asks an index as `sparsedge search` does, and gives the pages that are found, best first. */
async function asking(folder: string): Promise<(question: string) => Promise<string[]>> {
  const index = await openFolder(folder);
  const ask = await openAsk({ folder, index, clock: () => 0 }, {});
  return async (text) => {
    const { hits } = await ask({ text, k: 20, documents: true, budget: {} });
    return hits.map(({ shown }) => shown!.id.replace(/(\.\w+)?(#.*)?$/, ''));
  };
}

/** Questions in other forms than pages have, and the page that each finds first. */
const QUESTIONS: readonly (readonly [string, string])[] = [
  ['Haus', 'de'],
  ['Kartenanschlüsse', 'de'],
  ['Netzwerkkonfiguration', 'de'],
  ['Plattenkonfiguration', 'de2'],
  ['volume chiffré', 'fr'],
  ['montée', 'fr'],
  ['skrivarens färg', 'sv'],
  ['ключ', 'ru'],
  ['диск', 'ru'],
  ['プリンター', 'ja'],
  ['printer', 'en'],
  ['schijfindelingen', 'nl'],
  // As they stand, whatever the language of the question may be.
  ['configured', 'en'],
  ['démarrage', 'fr'],
  ['inställningar', 'sv'],
];

test.each([[[]], [['--encoder', 'bm25']], [['--analyzer', 'unicode']]])(
  'a folder in seven languages is built, and asked in all of them (%j)',
  async (options) => {
    const folder = pages();
    const { code, out } = await sparsedge(folder, ['build', 'docs', '--json', ...options]);
    expect(code).toBe(0);
    const built = JSON.parse(out);
    expect(built.read.languages).toEqual({ de: 2, fr: 1, sv: 1, ru: 1, ja: 1, en: 1, nl: 1 });
    expect(built.spaces[0].languages).toEqual(['de', 'fr', 'nl', 'ru', 'sv']);
    const idsOf = await asking(join(folder, 'shards/docs'));
    const found = [];
    for (const [question] of QUESTIONS) found.push([question, (await idsOf(question))[0]]);
    const unstemmed = options.includes('unicode') ? [['printer', undefined]] : [];
    expect(found).toEqual(
      QUESTIONS.map((pair) => unstemmed.find(([question]) => question === pair[0]) ?? [...pair]),
    );
    expect(await idsOf('Netzwerkkonfiguration')).toContain('de2');
  },
);

test('the command line and the Worker find the same', async () => {
  const folder = pages();
  await sparsedge(folder, ['build', 'docs']);
  const worker = await startLocalWorker(join(folder, 'shards/docs'), { port: 0, startProgress: silent });
  onTestFinished(() => worker.stop());
  const idsOf = await asking(join(folder, 'shards/docs'));
  for (const [question, page] of QUESTIONS) {
    const response = await fetch(`${worker.url}v1/search?q=${encodeURIComponent(question)}&k=20`);
    const { hits } = (await response.json()) as { hits: { id: string }[] };
    const there = hits.map(({ id }) => id.replace(/(\.\w+)?(#.*)?$/, ''));
    expect([question, ...there]).toEqual([question, ...(await idsOf(question))]);
    expect(there[0]).toBe(page);
  }
  const { out } = await sparsedge(folder, ['search', 'shards/docs', 'Häusern', '--json']);
  expect(JSON.parse(out).hits).toEqual([expect.objectContaining({ id: 'de.html#netzwerkkonfiguration' })]);
  const { spaces } = (await (await fetch(`${worker.url}v1/index`)).json()) as {
    spaces: { languages: string[] }[];
  };
  expect(spaces[0]?.languages).toEqual(['de', 'fr', 'nl', 'ru', 'sv']);
});

test('build says which documents are in which language, and what was made of their words', async () => {
  const { out } = await sparsedge(pages(), ['build', 'docs']);
  const weighed = ' sparsedge-en reads English: they are weighed by their words, as BM25 does.';
  expect(out).toContain(
    `2 documents in German: their words are stemmed in its way, and compounds are found by their parts.${weighed}`,
  );
  expect(out).toContain(`1 document in Russian: their words are stemmed in its way.${weighed}`);
  expect(out).toContain(`1 document in Japanese: their words are not stemmed.${weighed}`);
  expect(out).not.toContain('in English');
});

test('--language is that of all documents', async () => {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, 'docs.jsonl'),
    ['Bücherregal', 'das Buch', 'Regale'].map((text, i) => `{"id":"${i}","text":"${text}"}\n`).join(''),
  );
  const build = (...options: string[]) =>
    sparsedge(folder, ['build', 'docs.jsonl', '--encoder', 'bm25', ...options]);
  const idsOf = async (question: string) => (await asking(join(folder, 'shards/docs')))(question);
  await build('--language', 'de_DE');
  expect(await idsOf('Bücher')).toEqual(expect.arrayContaining(['0', '1']));
  expect((await idsOf('Buchregale')).sort()).toEqual(['0', '1', '2']);
  // Nothing shows the language of such documents.
  await build();
  expect(await idsOf('Bücher')).toEqual([]);
  await build('--language', 'de', '--title-weight', '0');
  expect(await idsOf('Bücher')).toEqual([]);
  const { code, err } = await build('--language', 'german');
  expect(code).toBe(2);
  expect(err).toContain('code of a language');
});

test('standard input is read once: words are stemmed, and compounds stay whole', async () => {
  const folder = temporaryFolder();
  const lines = ['Die Häuser', 'Hausbau', 'der Bau'].map((text, i) => `{"id":"${i}","text":"${text}"}\n`);
  const args = ['build', '-', '-o', 'shards/docs', '--language', 'de', '--encoder', 'bm25'];
  expect(await sparsedge(folder, args, lines.join(''))).toMatchObject({ code: 0 });
  expect(await (await asking(join(folder, 'shards/docs')))('Haus')).toEqual(['0']);
});

test('the same input gives the same bytes, and another language another build', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'docs.jsonl'), '{"id":"a","text":"Häuser"}\n{"id":"b","text":"Haus"}\n');
  const build = async (...options: string[]) =>
    JSON.parse((await sparsedge(folder, ['build', 'docs.jsonl', '--json', ...options])).out).build as string;
  const german = await build('--language', 'de');
  expect(await build('--language', 'de')).toBe(german);
  expect(new Set([german, await build('--language', 'sv'), await build()]).size).toBe(3);
});
