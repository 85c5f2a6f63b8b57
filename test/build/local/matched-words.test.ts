// What hits show of a question, over all hits of hundreds of questions, or of a thousand (SPARSEDGE_SLOW): a word that
// matched wherever the document has one, as the index's own analysis of the whole document says.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openFolder } from '../../../build/index/open-folder.ts';
import { buildIndexOf } from '../../../build/local/build-documents.ts';
import { showHits } from '../../../src/http/hits.ts';
import { ask } from '../../../src/query/ask.ts';
import { encodeFor } from '../../../src/query/encode/query-model.ts';
import { termsOfTexts } from '../../../src/query/encode/space-terms.ts';
import type { IndexRules } from '../../../src/query/language/rules/index-rules.ts';
import { localIndex } from '../../../src/query/local-index.ts';
import { marksFor } from '../../../src/query/shown/snippet.ts';
import { sharedData } from '../../fixtures/shared-data.ts';
import { SLOW } from '../../fixtures/slow.ts';
import { temporaryFolder } from '../commands/command-line.ts';

const QUESTIONS = SLOW ? 1000 : 400;
const SAMPLE = join(import.meta.dirname, '../../fixtures/sample');
const scifact = sharedData('collections/scifact');
const cacm = sharedData('collections/cacm');

interface Line {
  readonly title?: string;
  readonly text: string;
}

function lines(file: string): Line[] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

/** Questions of a collection; and as many as are missing from its titles and sentences. */
function questionsOf(folder: string): string[] {
  const asked = lines(join(folder, 'queries.jsonl')).map(({ text }) => text);
  const corpus = lines(join(folder, 'corpus.jsonl'));
  const said = corpus.flatMap(({ title = '', text }) => {
    const words = text.split(/\s+/);
    return [title, words.slice(3, 9).join(' '), words.slice(20, 26).join(' ')];
  });
  return [...asked, ...said].filter((text) => /\p{L}{3}/u.test(text)).slice(0, QUESTIONS);
}

/** Without its fourth letter, where a word has so many. */
function mistyped(text: string): string {
  return text.replace(/\p{L}{7,}/u, (word) => word.slice(0, 3) + word.slice(4));
}

/** Synonyms of frequent words, which are searched beside them. */
const RULES: IndexRules = {
  name: 'rules/1',
  rules: { synonyms: [['water', 'river'], ['cell', 'cells', 'tissue'], { from: 'system', to: ['program'] }] },
  queries: [],
  missing: [],
  factors: undefined,
};

async function expectShown(folder: string): Promise<void> {
  const built = join(temporaryFolder(), 'index');
  await buildIndexOf({ documents: folder, folder: built, config: { spaces: [{ encoder: 'bm25' }] } });
  const open = await openFolder(built);
  const index = localIndex(
    { index: open, clock: () => 0 },
    (text, space) => encodeFor(space, text, undefined),
    RULES,
  );
  const [space] = open.manifest.spaces;
  const termsOf = termsOfTexts(space!);
  const questions = questionsOf(folder);
  expect(questions).toHaveLength(QUESTIONS);
  const times = { hits: 0, inTitle: 0, inText: 0, corrected: 0, completed: 0, widened: 0 };
  const missing: string[] = [];
  for (const [i, text] of questions.entries()) {
    const asked = i % 3 === 1 ? mistyped(text) : i % 3 === 2 ? text.slice(0, -2).trimEnd() : text;
    const answer = await ask(
      {
        text: asked,
        spaces: [{ space: space!, weight: 1 }],
        k: 10,
        documents: true,
        budget: {},
        operators: false,
        spelling: true,
        prefix: i % 3 === 2,
      },
      index,
    );
    if (answer.spelling) times.corrected++;
    if (answer.prefix) times.completed++;
    if (answer.steering?.synonyms.length) times.widened++;
    const query = new Set(answer.terms.map(({ term }) => term));
    const marks = marksFor([space!], answer.terms, undefined, { snippet: true, highlight: true });
    const how = { offset: 0, documents: true };
    const shown = showHits(answer.hits, how, marks, Number.POSITIVE_INFINITY);
    for (const { id, title = '', text: body = '', ...hit } of shown) {
      const has = (part: string) => termsOf(part).some((term) => query.has(term));
      const [inTitle, inText] = [has(title), has(body)];
      times.hits++;
      if (inTitle) times.inTitle++;
      if (inText) times.inText++;
      if (inTitle !== (hit.titleMatches ?? []).length > 0) missing.push(`title of ${id}: ${asked}`);
      if (inText !== hit.matches!.length > 0) missing.push(`text of ${id}: ${asked}`);
      expectWhole(hit.snippet!, hit.matches!, hit.highlight!);
      if (title !== '') expectWhole(title, hit.titleMatches!, hit.titleHighlight!);
    }
  }
  expect(missing).toEqual([]);
  expect(times.hits).toBeGreaterThan(QUESTIONS);
  for (const count of Object.values(times)) expect(count).toBeGreaterThan(QUESTIONS / 100);
}

/** Whether ranges are of whole characters, in order, and markup says the same. */
function expectWhole(text: string, matches: readonly (readonly [number, number])[], html: string): void {
  let marked = '';
  let at = 0;
  const escaped = (part: string) =>
    part.replace(
      /[&<>"']/g,
      (sign) => `&${{ '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' }[sign] ?? '#39'};`,
    );
  for (const [start, end] of matches) {
    expect(start).toBeGreaterThanOrEqual(at);
    expect(end).toBeGreaterThan(start);
    expect(text.slice(start, end)).not.toMatch(/\p{Cs}|\s/u);
    marked += `${escaped(text.slice(at, start))}<mark>${escaped(text.slice(start, end))}</mark>`;
    at = end;
  }
  expect(html).toBe(marked + escaped(text.slice(at)));
  expect(html).not.toMatch(/\p{Cs}/u);
}

test('hits of the sample show a word that matched, wherever they have one', () => expectShown(SAMPLE));

test.skipIf(!scifact)('so do those of scientific abstracts (there is no SciFact here)', () =>
  expectShown(scifact!),
);

test.skipIf(!cacm)('and those of titles alone (there is no CACM here)', () => expectShown(cacm!));
