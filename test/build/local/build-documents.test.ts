import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { prune, setRules } from '../../../build/index/publish.ts';
import {
  buildIndexOf,
  folderSource,
  type GivenDocument,
  type StepProgress,
} from '../../../build/local/build-documents.ts';
import { httpSource, openSearcher } from '../../../src/edge/open-searcher.ts';
import { DOCUMENTS, temporaryFolder } from '../commands/command-line.ts';

const BM25 = { spaces: [{ encoder: 'bm25' as const }] };

/** Without a prototype, as objects of GraphQL come. */
async function* streamed(): AsyncGenerator<GivenDocument> {
  for (const document of DOCUMENTS) yield Object.assign(Object.create(null), document);
}

test('documents of a program become an index, step by step, and are asked where the program runs', async () => {
  const folder = join(temporaryFolder(), 'index');
  const steps = new Map<string, number>();
  const built = await buildIndexOf({
    documents: streamed(),
    folder,
    config: BM25,
    onProgress: ({ step, done }) => steps.set(step, done),
  });
  expect(built.manifest.documents).toBe(4);
  expect(steps.get('reading and encoding')).toBe(4);
  const searcher = await openSearcher(folderSource(folder));
  expect(searcher).toMatchObject({ build: built.manifest.build, documents: 4 });
  const { hits, exact } = await searcher.search('moon and sea', { k: 1 });
  expect({ exact, hits }).toMatchObject({ exact: true, hits: [{ shown: { id: 'a', title: 'Tides' } }] });
  expect(await searcher.document('c')).toEqual(DOCUMENTS[2]);
  await expect(searcher.search('moon', { space: 'splade' })).rejects.toMatchObject({ code: 'bad-query' });
});

test('a file or folder is read as the command line reads it', async () => {
  const folder = temporaryFolder();
  const sample = join(import.meta.dirname, '../../fixtures/sample');
  const { manifest } = await buildIndexOf({ documents: sample, folder: join(folder, 'index'), config: BM25 });
  expect(manifest.documents).toBe(300);
});

test('a build that is ended throws the reason, leaves what was there, and keeps nobody out', async () => {
  const folder = join(temporaryFolder(), 'index');
  await buildIndexOf({ documents: DOCUMENTS, folder, config: BM25 });
  const before = readFileSync(join(folder, 'current'));
  const ended = new AbortController();
  const reason = new Error('the user went away');
  for (const step of ['reading and encoding', 'verifying']) {
    const building = buildIndexOf({
      documents: [...DOCUMENTS, { id: 'e', text: `A fifth, ended while ${step}.` }],
      folder,
      config: BM25,
      signal: ended.signal,
      onProgress: (progress) => progress.step === step && ended.abort(reason),
    });
    await expect(building).rejects.toBe(reason);
    expect(readFileSync(join(folder, 'current'))).toEqual(before);
  }
  await expect(
    buildIndexOf({ documents: DOCUMENTS, folder, config: BM25, signal: ended.signal }),
  ).rejects.toBe(reason);
  const { manifest } = await buildIndexOf({ documents: DOCUMENTS.slice(1), folder, config: BM25 });
  expect(manifest.documents).toBe(3);
});

const SITES: Readonly<Record<string, readonly [before: string, after: string]>> = {
  'mkdocs.yml': ['site_name: x', 'site_name: x\nuse_directory_urls: false'],
  'hugo.toml': ['baseURL = "/"', 'uglyURLs = true'],
  'astro.config.mjs': ['export default {};', "export default {\n  trailingSlash: 'never',\n};"],
  'docusaurus.config.js': ['module.exports = {};', 'module.exports = {\n  trailingSlash: true,\n};'],
  '_config.yml': ['title: x', 'permalink: pretty'],
  '.vitepress/config.ts': ['export default {};', 'export default {\n  cleanUrls: true,\n};'],
};

test.each(Object.entries(SITES))(
  'a build that goes on has the URLs of %s as it is by then',
  async (name, said) => {
    const place = temporaryFolder();
    const site = join(place, 'site');
    mkdirSync(join(site, 'guide'), { recursive: true });
    for (const page of ['one', 'two'])
      writeFileSync(join(site, 'guide', `${page}.md`), `# Page ${page}\n\nText.\n`);
    const configure = (text: string) => {
      mkdirSync(dirname(join(site, name)), { recursive: true });
      writeFileSync(join(site, name), text);
    };
    const build = (folder: string, signal?: AbortSignal, onProgress?: (progress: StepProgress) => void) =>
      buildIndexOf({ documents: site, folder: join(place, folder), config: BM25, signal, onProgress });
    configure(said[0]);
    const ended = new AbortController();
    const stopped = build('index', ended.signal, ({ step }) => step === 'verifying' && ended.abort());
    await expect(stopped).rejects.toThrow();
    expect(existsSync(join(place, 'index/.work/read.0'))).toBe(true);
    configure(said[1]);
    const { manifest } = await build('index');
    const fresh = await build('fresh');
    expect(manifest.build).toBe(fresh.manifest.build);
    configure(said[0]);
    expect((await build('before')).manifest.build).not.toBe(manifest.build);
  },
);

const MEANWHILE: Readonly<Record<string, (folder: string) => Promise<unknown>>> = {
  'somebody prunes': (folder) => prune(folder),
  'somebody sets rules': (folder) => setRules(folder, { synonyms: [['moon', 'luna']] }),
  'its manifest is removed': async (folder) => rmSync(join(folder, 'manifests'), { recursive: true }),
  'its objects are removed': async (folder) => rmSync(join(folder, 'objects'), { recursive: true }),
};

test.each(Object.entries(MEANWHILE))(
  'a build that was stopped before it was current ends though %s',
  async (_, act) => {
    const place = temporaryFolder();
    const documents = join(place, 'd.jsonl');
    const write = (all: typeof DOCUMENTS) =>
      writeFileSync(documents, all.map((each) => `${JSON.stringify(each)}\n`).join(''));
    const build = (folder: string, signal?: AbortSignal, onProgress?: (progress: StepProgress) => void) =>
      buildIndexOf({ documents, folder: join(place, folder), config: BM25, signal, onProgress });
    write(DOCUMENTS);
    await build('index');
    write(DOCUMENTS.slice(1));
    const ended = new AbortController();
    const stopped = build('index', ended.signal, ({ step }) => step === 'verifying' && ended.abort());
    await expect(stopped).rejects.toThrow();
    await act(join(place, 'index'));
    const { manifest, verified } = await build('index');
    expect(manifest.build).toBe((await build('fresh')).manifest.build);
    expect(verified.documents).toBe(3);
    const searcher = await openSearcher(folderSource(join(place, 'index')));
    expect((await searcher.search('moon and sea', { k: 9 })).exact).toBe(true);
    expect(existsSync(join(place, 'index/.work'))).toBe(false);
  },
);

test('the language of all documents is a tag of any form, and no other word', async () => {
  const documents = join(temporaryFolder(), 'd.jsonl');
  writeFileSync(documents, '{"id":"a","text":"Die Häuser stehen am Fluss."}\n');
  const build = (language: string) =>
    buildIndexOf({ documents, folder: `${documents}.index`, config: BM25, reading: { language } });
  for (const tag of ['de', 'de-DE', 'DE', 'de_AT']) {
    const { manifest } = await build(tag);
    expect([tag, manifest.spaces[0]!.languages?.map(({ code }) => code)]).toEqual([tag, ['de']]);
  }
  for (const word of ['german', '', 'x', 'tlh'])
    await expect(build(word)).rejects.toMatchObject({
      code: 'bad-input',
      message: `reading.language: expected the code of a language, such as de or pt-BR, found "${word}"`,
    });
});

test('fields stay fields, whatever parts are not there and however they are called', async () => {
  const folder = join(temporaryFolder(), 'index');
  const fields = { Title: 'a', URL: 'b', Text: 'c', ID: 'd', Body: 'e', year: 12345678901234567890n };
  const documents = [{ id: 'a', fields: fields as unknown as GivenDocument['fields'] }] as GivenDocument[];
  await buildIndexOf({ documents, folder, config: BM25 });
  const searcher = await openSearcher(folderSource(folder));
  expect(await searcher.document('a')).toEqual({
    id: 'a',
    text: '',
    fields: { ...fields, year: '12345678901234567890' },
  });
});

test('documents that are wrong are named', async () => {
  const folder = join(temporaryFolder(), 'index');
  const wrong = [DOCUMENTS[0]!, { id: 'b', text: 'x', fields: { body: 'y' } }];
  await expect(buildIndexOf({ documents: wrong, folder, config: BM25 })).rejects.toMatchObject({
    code: 'bad-input',
    message: 'document 2: a field is called "body", which is the name of a part of a document',
  });
});

const CIRCLE: Record<string, unknown> = {};
CIRCLE.more = CIRCLE;

test.each([
  [
    [
      { id: 'a', text: 'x' },
      { id: 'a', text: 'y' },
    ],
    '2 documents have the id "a": document 1 and document 2; ',
  ],
  [[{ id: 'a', text: 'x' }, { text: 'y' }], 'document 2: no id'],
  [[{ id: 'a', text: { of: 'x' } }], 'document 1: text is an object'],
  [[], 'the list of documents has no documents'],
  [[{ id: 'a', text: 'x' }, null], 'document 2: expected an object with an id, found null'],
  [['a text'], 'document 1: expected an object with an id, found "a text"'],
  [[{ id: 'a', text: 'x', fields: CIRCLE }], 'document 1: expected fields that JSON can say: '],
  [undefined, 'documents: expected documents, or the path of a file or folder, found undefined'],
  [{ id: 'a', text: 'x' }, 'documents: expected documents, or the path of a file or folder, found an object'],
])('documents that no compiler has looked at are named by their numbers: %#', async (documents, said) => {
  const folder = join(temporaryFolder(), 'index');
  const build = buildIndexOf({ documents: documents as GivenDocument[], folder, config: BM25 });
  const error: unknown = await build.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'bad-input', message: expect.stringContaining(said) });
  // Nobody knows the file that they were written to, and it is gone.
  expect(JSON.stringify([(error as Error).message, error])).not.toMatch(/documents\.jsonl|skippable/);
});

test('options that there are not are refused before anything is built', async () => {
  const folder = join(temporaryFolder(), 'index');
  const options = { documents: DOCUMENTS, folder, encoder: 'bm25' };
  await expect(buildIndexOf(options)).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(/^options: expected documents, folder, config, .*, found "encoder"$/),
  });
  await expect(buildIndexOf({ documents: DOCUMENTS } as never)).rejects.toMatchObject({ code: 'bad-input' });
  expect(existsSync(folder)).toBe(false);
});

test.each([true, false])(
  'an index is asked below a URL, whether its server has ranges (%s) or not',
  async (ranges) => {
    const folder = join(temporaryFolder(), 'index');
    await buildIndexOf({ documents: DOCUMENTS, folder, config: BM25 });
    let partial = 0;
    const server = createServer((request, response) => {
      const name = decodeURIComponent(request.url!.slice('/deep/er/'.length));
      let bytes: Buffer;
      try {
        bytes = readFileSync(join(folder, name));
      } catch {
        response.writeHead(404).end();
        return;
      }
      const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
      if (ranges && start !== undefined) {
        partial++;
        response.writeHead(206).end(bytes.subarray(Number(start), Number(end) + 1));
      } else response.writeHead(200).end(bytes);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/deep/er`;
    const searcher = await openSearcher(httpSource(url));
    expect((await searcher.search('bread')).hits[0]).toMatchObject({ shown: { id: 'c' } });
    expect(partial > 0).toBe(ranges);
    await expect(httpSource(url).read('none')).rejects.toMatchObject({ code: 'not-found' });
    await expect(httpSource(url).read('current', { start: 0, end: 1e6 })).rejects.toMatchObject({
      code: 'corrupt',
    });
    await expect(httpSource('http://127.0.0.1:9').read('current')).rejects.toMatchObject({
      code: 'unavailable',
    });
  },
);
