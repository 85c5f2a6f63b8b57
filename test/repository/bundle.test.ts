import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { bundlePages } from '../../build/local/bundles/page-code.ts';
import { bundleServedFiles } from '../../build/local/bundles/served-files.ts';
import { STEMMED } from '../../src/core/analyzer/stemming/stemmed-languages.ts';
import { PAGE_FILES } from '../../src/http/messages/page-files.ts';

const root = resolve(import.meta.dirname, '../..');

/**
 * A cold isolate parses all of it before it answers. The Worker without a network was 90.2 KiB when this was set. Of
 * them the forms of English words are three, the rules of names and of letters that people type without their marks two
 * and a third, passages, chosen fields, validators and codings of HTTP four, what tokenizers say beyond a vocabulary
 * two and a fifth, and windows, tiers and vectors two. Asking for stemmers, which it has not, is a third of one.
 * Retries, hedges, time limits and a circuit breaker are two and a half: without them one failing read in a hundred
 * costs an answer in seven. Lists in blocks are one and a half, and take a query of what is asked for often to less
 * than half its time. Numbers of no document are a tenth of one. Operators of questions, and holding documents to them,
 * are two and a half. Filters by fields are five: without them every result that is not wanted is read. What answers
 * may cost in a day, added up over all isolates, is nine tenths. Counting, sorting and browsing are five, pages by
 * their sections three, words as they are typed and their correction eight, what is written in one and in parts nine
 * tenths, Korean nouns without particles half of one, and what the best documents feed back two. Several indexes of one
 * deployment are three. Explaining answers is four and a half, a third of it what OpenAPI says of that. Documents like
 * one are nine tenths of one, and cursors seven. Parts that come with the first question that has them, for the sake of
 * pages, are two. Keys, tokens, what they may see, rate limits and the time that a body may take are three and a half.
 * Suggestions are one, and what monitors read, with failures as objects, one and a third. What is served to browsers is
 * 21, 15 of them the element, which a page of any site may load from there: Enter before an answer and keys of any
 * keyboard are a third of one. It is text to the isolate: compiling the whole took 44.1 ms with it and 43.9 without,
 * medians of 60 in turn. Compressed it would be as large, in base64; among static assets, a bucket's deployment would
 * need those, too.
 */
const MOST_KIB = 178.95;
/** Snowball's stemmers of 24 languages are 51 of them, and the functional words of these 17. */
const MOST_LANGUAGES_KIB = 245.8;
/**
 * What onnxruntime-web adds in JavaScript is 25 KiB; its WebAssembly, 3.6 MB gzipped, is in a file of its own. An index
 * with a space that needs the network may have another whose words are stemmed, and agents may ask it, so this Worker
 * has the stemmers and the protocol of agents, too.
 */
const MOST_NEURAL_KIB = 334.2;
/** What agents ask by is the protocol's SDK, 59 KiB, with its validation of JSON, and two tools, two. */
const MOST_MCP_KIB = 307.1;

/** Bundles an entry file of the Worker as a deployment does: files and their sizes, gzipped, in KiB. */
function bundle(entry: string): Map<string, number> {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-bundle-'));
  try {
    execFileSync('npx', ['wrangler', 'deploy', entry, '--dry-run', '--outdir', folder], {
      cwd: root,
      stdio: 'pipe',
      env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
    });
    const names = readdirSync(folder).filter((name) => /\.(js|wasm)$/.test(name));
    return new Map(names.map((name) => [name, gzipSync(readFileSync(join(folder, name))).length / 1024]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('the Worker stays small, and has no network', () => {
  const files = bundle('src/index.ts');
  expect([...files.keys()]).toEqual(['index.js']);
  expect(files.get('index.js')).toBeLessThan(MOST_KIB);
  // And it is the Worker.
  expect(files.get('index.js')).toBeGreaterThan(20);
});

test('the Worker with stemmers has nothing else', () => {
  const files = bundle('src/languages.ts');
  expect([...files.keys()]).toEqual(['languages.js']);
  expect(files.get('languages.js')).toBeLessThan(MOST_LANGUAGES_KIB);
});

test('the Worker for agents has the protocol, and no network', () => {
  const files = bundle('src/mcp.ts');
  expect([...files.keys()]).toEqual(['mcp.js']);
  expect(files.get('mcp.js')).toBeLessThan(MOST_MCP_KIB);
});

test('the Worker with a network has ONNX Runtime once, compiled', () => {
  const files = bundle('src/neural.ts');
  expect([...files.keys()].filter((name) => name.endsWith('.wasm'))).toHaveLength(1);
  expect(files.get('neural.js')).toBeLessThan(MOST_NEURAL_KIB);
});

/** What a page loads before anybody searches there. Saying which attribute is no address, or no key, is 165 of them. */
const MOST_ELEMENT_BYTES = 12_750;

/**
 * All that a first question of a search box needs, of which marking parts of names is 270, reading names with & and
 * colons, their numbers and their apostrophes 320 and other ways to write words and numbers 750, and what an index
 * with a model needs besides.
 */
const MOST_ENGINE_BYTES = 52_000;
const MOST_MODEL_BYTES = 8_500;
/** What an index with pages in German needs besides. */
const MOST_STEMMER_BYTES = 4_500;

test('what pages load at once is small, and they load the engine and the rest when it is wanted', async () => {
  const files = await bundlePages();
  const sizeOf = (name: string) => gzipSync(files.get(name) ?? '').length;
  expect(sizeOf('component.js')).toBeLessThan(MOST_ELEMENT_BYTES);
  expect(files.get('component.js')).toContain('sparsedge-search');
  expect(sizeOf('sparsedge.js')).toBeLessThan(1_500);
  for (const entry of ['component.js', 'sparsedge.js'])
    expect(files.get(entry)).not.toMatch(/^import|\bfrom"/);
  const named = new Map([...files.keys()].map((name) => [name.replace(/-[\w-]{8}\.js$/, ''), name]));
  expect(sizeOf(named.get('engine')!)).toBeLessThan(MOST_ENGINE_BYTES);
  expect(sizeOf(named.get('model')!)).toBeLessThan(MOST_MODEL_BYTES);
  // Rare questions and other languages bring their own code, each in a file or two: no file is of the bundler's own.
  const later = 'document-vectors explain feedback filters model operators rerank rules suggestions'.split(
    ' ',
  );
  const others = 'LICENSES.txt component.js engine page-stemmers sparsedge.js translations'.split(' ');
  const [stemmers, rest] = [true, false].map((is) =>
    [...named.keys()].filter((name) => name.startsWith('stemmer-') === is),
  );
  expect(rest!.sort()).toEqual([...later, ...others].sort());
  // A file a language, so that a page in German brings no other.
  expect(stemmers).toHaveLength(STEMMED.length);
  const all = sizeOf(named.get('page-stemmers')!);
  expect(all + sizeOf(named.get('stemmer-de')!)).toBeLessThan(MOST_STEMMER_BYTES);
  expect(files.get(named.get('engine')!)).not.toMatch(/^import/);
  // No schemas, and nothing that a policy without unsafe-eval refuses.
  expect([...files.values()].filter((code) => /ZodError|new Function|\beval\(/.test(code))).toEqual([]);
});

test('what a Worker serves to browsers is what browser/ has', async () => {
  expect(PAGE_FILES, 'run npm run pages').toEqual(Object.fromEntries(await bundleServedFiles()));
});
