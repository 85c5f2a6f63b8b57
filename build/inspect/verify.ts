// Reads back everything that a build wrote, as a reader would, and compares it with what the manifest promises.

import { createHash } from 'node:crypto';
import { isTitle } from '../../src/core/analyzer/titles.ts';
import { corrupt } from '../../src/core/errors.ts';
import { compareBytes } from '../../src/core/format/bytes.ts';
import {
  decodeDocument,
  documentsHeld,
  termsOfVectors,
  vectorBlocks,
  visitVectors,
} from '../../src/core/format/document-page.ts';
import { checkHeader, HEADER_BYTES } from '../../src/core/format/header.ts';
import { KTH, type LongTerm } from '../../src/core/format/keys/long-terms.ts';
import {
  documentsIn,
  FIELD_SPACE,
  ID_SPACE,
  type Space,
  WORDS_SPACE,
} from '../../src/core/format/manifest.ts';
import { DOCUMENTS, openPage, placeIdentity } from '../../src/core/format/page.ts';
import { type PageRun, pageCount, pageName, pageNames } from '../../src/core/format/page-table.ts';
import { MAX_IMPACT, type Postings } from '../../src/core/format/postings.ts';
import type { Source } from '../../src/core/source.ts';
import { readRules } from '../../src/query/language/rules/index-rules.ts';
import { type OpenIndex, openIndex } from '../../src/query/search/open.ts';
import type { StartProgress } from '../terminal/progress.ts';
import { objectName } from '../work/files.ts';
import { type InputRecord, readInputRecord } from '../work/input-record.ts';
import { UnorderedDigest } from '../work/unordered-digest.ts';
import { ArticleCheck } from './article-check.ts';
import { FieldCheck } from './field-check.ts';
import { listsOfPages, type Tier } from './lists.ts';
import type { NumberedPage } from './pages.ts';
import { PostingTally } from './posting-tally.ts';
import { verifyWords } from './verify-words.ts';

/** What was found to be whole. */
export interface VerifyReport {
  readonly build: string;
  readonly objects: number;
  readonly bytes: number;
  readonly pages: number;
  readonly documents: number;
  readonly postings: number;
  /** Whether the index was also held to what its build recorded of its input. */
  readonly againstInput: boolean;
}

interface Tally {
  objects: number;
  bytes: number;
  pages: number;
  done: (pages: number) => void;
}

/**
 * Verifies a generation: every object has the name of its content, every page its checksum, every list decodes, tiers
 * hold the impacts that the page table says, documents' vectors have what the long lists have, lists of fields what
 * documents say, and the sums are the manifest's. Where the build's record of its input is there, the documents and the
 * numbers of postings are those that it read.
 *
 * @throws SparsedgeError `corrupt` at the first thing that is not as it must be
 */
export async function verifyIndex(
  source: Source,
  startProgress: StartProgress,
  build?: string,
): Promise<VerifyReport> {
  const index = await openIndex(source, build);
  await readRules(source, index.manifest);
  const input = await readInputRecord(source, index.manifest.build);
  const progress = startProgress('verifying', 'pages');
  const runs = [...index.table.spaces.values(), index.table.documents];
  const total = runs.reduce((pages, run) => pages + pageCount(run), 0);
  const tally: Tally = { objects: 0, bytes: 0, pages: 0, done: (pages) => progress.at(pages, total) };
  let postings = 0;
  const inLists: PostingTally[] = [];
  for (const space of index.manifest.spaces) {
    const found = await verifyTerms(index, space.name, tally);
    inLists.push(found.inLongLists);
    const where = `space ${space.name}`;
    if (found.terms !== space.terms) throw corrupt(where, `${space.terms} terms`, found.terms);
    if (found.postings !== space.postings) throw corrupt(where, `${space.postings} postings`, found.postings);
    postings += found.postings;
    mustBeAsRead(space, input);
  }
  const { postings: ids } = await verifyTerms(index, ID_SPACE, tally);
  const expected = documentsIn(index.manifest);
  if (ids !== expected) throw corrupt(`space ${ID_SPACE}`, `${expected} ids`, ids);
  const fields = new FieldCheck(index.manifest);
  await verifyTerms(index, FIELD_SPACE, tally, (key, list, isFirst) => fields.list(key, list, isFirst));
  const articles = index.table.articles && new ArticleCheck(index, index.table.articles);
  const { words } = index.manifest;
  if (words !== undefined) {
    const table = index.table.spaces.get(WORDS_SPACE)!;
    await verifyWords(pagesOf(index, WORDS_SPACE, table, tally), words);
  }
  const digest = new UnorderedDigest();
  const documents = await verifyDocuments(index, tally, inLists, (number, record) => {
    digest.add(record);
    const document = decodeDocument(record, `document ${number}`);
    fields.document(number, document);
    articles?.add(number, document);
  });
  fields.end();
  articles?.end();
  if (documents !== expected) throw corrupt('the document pages', `${expected} documents`, documents);
  mustHoldWhatWasRead(documents, digest.value, input);
  progress.end();
  const { objects, bytes, pages } = tally;
  return {
    build: index.manifest.build,
    objects,
    bytes,
    pages,
    documents,
    postings,
    againstInput: input !== undefined,
  };
}

/** @throws SparsedgeError `corrupt` unless every value that the build encoded is a posting */
function mustBeAsRead({ name, postings }: Space, input: InputRecord | undefined): void {
  if (!input || input.values[name] === postings) return;
  const expected = `${input.values[name] ?? 0} postings, one for each value that the build encoded`;
  throw corrupt(`space ${name}`, expected, postings);
}

/** @throws SparsedgeError `corrupt` unless the documents are those that the build read */
function mustHoldWhatWasRead(documents: number, digest: string, input: InputRecord | undefined): void {
  if (!input || (documents === input.documents && digest === input.digest)) return;
  throw corrupt(
    'the documents',
    `the ${input.documents} that the build read, of the digest ${input.digest}`,
    `${documents} of the digest ${digest}`,
  );
}

/** Checks a space; returns how many terms and postings it has. */
async function verifyTerms(
  index: OpenIndex,
  space: string,
  tally: Tally,
  take?: (key: Uint8Array, postings: Postings, isFirst: boolean) => void,
): Promise<{ terms: number; postings: number; inLongLists: PostingTally }> {
  const table = index.table.spaces.get(space)!;
  for (const term of table.longTerms) mustDescend(term, space);
  const found = { terms: table.longTerms.length, postings: 0, inLongLists: new PostingTally() };
  let long = -1;
  let before: Uint8Array | undefined;
  let open: OpenTerm | undefined;
  for await (const { key, page, tier, postings } of listsOfPages(
    pagesOf(index, space, table, tally),
    index,
    space,
  )) {
    found.postings += postings.count;
    const where = `${space}, page ${page}`;
    take?.(key, postings, !tier || open?.term !== tier.term);
    if (tier) {
      if (open?.term !== tier.term) {
        open?.end(space);
        open = new OpenTerm(tier.term);
        long++;
      }
      open.add(tier, postings, where);
      if (table.inVectors) addAll(found.inLongLists, long, postings);
      continue;
    }
    if (before && compareBytes(before, key) >= 0)
      throw corrupt(where, 'ascending terms', 'terms out of order');
    before = key;
    if (isTitle(key) && !table.titles.has(key))
      throw corrupt(where, 'a title that the page table has', 'another');
    found.terms++;
  }
  open?.end(space);
  return found;
}

/** @throws SparsedgeError `corrupt` unless each tier's impacts are below those of the one before, by their firsts */
function mustDescend({ firstPage, tierImpact, tierCount }: LongTerm, space: string): void {
  for (const [tier, impact] of tierImpact.entries()) {
    const below = tierImpact[tier - 1] ?? MAX_IMPACT + 1;
    const where = `${space}, page ${firstPage + tier}`;
    if (impact < 1 || impact >= below) throw corrupt(where, `a first impact from 1 to ${below - 1}`, impact);
    if (tierCount[tier] === 0) throw corrupt(where, 'postings', 'none');
  }
}

/** A long term whose tiers are being read. */
class OpenTerm {
  readonly term: LongTerm;
  /** Postings by impact. */
  readonly #histogram = new Uint32Array(MAX_IMPACT + 1);

  constructor(term: LongTerm) {
    this.term = term;
  }

  /** @throws SparsedgeError `corrupt` unless all impacts of a tier, or of a piece of it, are those of its range */
  add({ term, number }: Tier, { runs, runEnd, runImpact }: Postings, where: string): void {
    const [highest, next] = [term.tierImpact[number], term.tierImpact[number + 1] ?? 0];
    for (let run = 0, start = 0; run < runs; start = runEnd[run++]) {
      const impact = runImpact[run];
      if (impact > highest || impact <= next)
        throw corrupt(where, `impacts from ${highest} down to ${next + 1}`, impact);
      this.#histogram[impact] += runEnd[run] - start;
    }
  }

  /** @throws SparsedgeError `corrupt` unless the impacts that the page table names are there, where it says so */
  end(space: string): void {
    const { firstPage, tierImpact, kthImpact } = this.term;
    for (const [tier, impact] of tierImpact.entries()) {
      if (this.#histogram[impact] === 0)
        throw corrupt(`${space}, page ${firstPage + tier}`, `postings of impact ${impact}`, 'none');
    }
    for (const [i, k] of KTH.entries()) {
      const found = this.#kth(k);
      if (found === kthImpact[i]) continue;
      throw corrupt(`${space}, the list in page ${firstPage}`, `${kthImpact[i]} as impact ${k}`, found);
    }
  }

  #kth(k: number): number {
    let impact = MAX_IMPACT;
    for (let rest = k; impact > 0; impact--) {
      rest -= this.#histogram[impact];
      if (rest <= 0) break;
    }
    return impact;
  }
}

function addAll(tally: PostingTally, term: number, { documents, runs, runEnd, runImpact }: Postings): void {
  for (let run = 0, i = 0; run < runs; run++)
    for (; i < runEnd[run]; i++) tally.add(term, documents[i], runImpact[run]);
}

async function verifyDocuments(
  index: OpenIndex,
  tally: Tally,
  inLists: readonly PostingTally[],
  take: (number: number, record: Uint8Array) => void,
): Promise<number> {
  const table = index.table.documents;
  const inVectors = inLists.map(() => new PostingTally());
  let documents = 0;
  for await (const { page, bytes, length } of pagesOf(index, DOCUMENTS, table, tally)) {
    const count = table.firstDocument[page + 1] - table.firstDocument[page];
    const body = bytes.subarray(0, length);
    const where = `document page ${page}`;
    const held = documentsHeld(body, where);
    const last = held.at(-1)?.place ?? 0;
    if (last >= count) throw corrupt(where, `${count} documents`, last + 1);
    if (page === 0 && documentsIn(index.manifest) > 0 && held[0]?.place !== 0)
      throw corrupt(where, 'a document of number 0', 'a hole');
    addVectors(inVectors, body, table.firstDocument[page], count, where);
    for (const { place, record } of held) take(table.firstDocument[page] + place, record);
    documents += held.length;
  }
  for (const [i, { name }] of index.manifest.spaces.entries()) {
    if (inVectors[i].equals(inLists[i])) continue;
    const expected = `the ${inLists[i].count} postings of long lists`;
    throw corrupt(
      `the documents' vectors of space ${name}`,
      expected,
      `${inVectors[i].count}, not all of them those`,
    );
  }
  return documents;
}

/** Counts what the vectors of a page's documents say. */
function addVectors(
  spaces: readonly PostingTally[],
  body: Uint8Array,
  firstDocument: number,
  documents: number,
  where: string,
): void {
  for (const [i, block] of vectorBlocks(body, where).entries()) {
    const space = spaces[i];
    if (!space) throw corrupt(where, `vectors of ${spaces.length} spaces`, 'more');
    const terms = termsOfVectors(block, where);
    visitVectors(block, terms, documents, where, (at, document, impact) =>
      space.add(terms[at], firstDocument + document, impact),
    );
  }
}

/** All pages of a run in order, after checking the object that holds them. */
async function* pagesOf(
  { source, manifest: { build } }: OpenIndex,
  space: string,
  run: PageRun,
  tally: Tally,
): AsyncGenerator<NumberedPage> {
  yield* pageObjectsOf(source, run, tally);
  for (const [i, { name, firstPage }] of run.shards.entries()) {
    const object = await source.read(name);
    checkHeader(object, 'shard', build, name);
    const named = objectName(createHash('sha256').update(object).digest('hex'));
    if (named !== name) throw corrupt(name, 'content of that name', `content of ${named}`);
    tally.objects++;
    tally.bytes += object.length;
    const endPage = run.shards[i + 1]?.firstPage ?? pageCount(run);
    const base = HEADER_BYTES - run.pageStart[firstPage];
    for (let page = firstPage; page < endPage; page++) {
      const bytes = object.subarray(base + run.pageStart[page], base + run.pageStart[page + 1]);
      yield { page, bytes, length: openPage(bytes, placeIdentity({ build, space, page })) };
      tally.done(++tally.pages);
    }
  }
}

/** All pages of a run whose pages are objects of their own; none where they share shards. */
async function* pageObjectsOf(source: Source, run: PageRun, tally: Tally): AsyncGenerator<NumberedPage> {
  for (const [page, name] of pageNames(run).entries()) {
    const bytes = await source.read(name);
    const stored = run.pageStart[page + 1] - run.pageStart[page];
    if (bytes.length !== stored) throw corrupt(name, `${stored} bytes`, bytes.length);
    const length = openPage(bytes, name);
    const named = pageName(createHash('sha256').update(bytes.subarray(0, length)).digest());
    if (named !== name) throw corrupt(name, 'content of that name', `content of ${named}`);
    tally.objects++;
    tally.bytes += bytes.length;
    yield { page, bytes, length };
    tally.done(++tally.pages);
  }
}
