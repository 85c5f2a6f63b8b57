// The engine in a page: an index on any static host is opened and asked here, with the same steps as in a Worker, and
// answers in the same form.

import { type ErrorCode, SparsedgeError } from '../src/core/errors.ts';
import { CURRENT, type Manifest, readManifest, type Space } from '../src/core/format/manifest.ts';
import { MODEL_JSON, modelPlace } from '../src/core/model/model-name.ts';
import type { Source } from '../src/core/source.ts';
import { answerInput, countsOf, describeIndex } from '../src/http/answer-input.ts';
import type { SearchAnswer } from '../src/http/api.ts';
import type { SearchClient, SearchProblem } from '../src/http/client.ts';
import { jsonOf } from '../src/http/hits.ts';
import { cursorAfter, pageOf } from '../src/http/messages/cursor.ts';
import { chooseSpaces } from '../src/query/encode/spaces.ts';
import type { IndexRules } from '../src/query/language/rules/index-rules.ts';
import { type Encode, type Index, localIndex } from '../src/query/local-index.ts';
import { type Cost, noCost } from '../src/query/search/meter.ts';
import { openGeneration } from '../src/query/search/open.ts';
import { pageCache } from '../src/store/page-cache.ts';
import { checkedInput, checkUnnamed, MAX_K } from './checked-input.ts';
import type { openPageModel } from './page-model.ts';
import { siteSource, within } from './site-source.ts';
import type { Host } from './static-host.ts';

/** Pages that are kept in memory. */
const PAGE_CACHE_BYTES = 12 * 1024 * 1024;
/** The longest that an answer is waited for. */
const ANSWER_MS = 120_000;
/** What is found must be shown within a deadline, too. */
const SEARCHING = 0.75;

/** Timers of longer than this ring at once. */
const LONGEST_MS = 2 ** 31 - 1;

const clock = () => performance.now();
const timer = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, Math.min(milliseconds, LONGEST_MS)));

/** One generation, open. */
interface Generation {
  readonly build: string;
  readonly rules: string | undefined;
  /** What one question asks, whose reads a signal ends. */
  readonly asked: (signal: AbortSignal) => Index;
}

/**
 * Opens an index on a static host.
 *
 * @param Problem what is thrown; the class is its caller's, whose file is loaded before this one
 * @throws SearchProblem as `open` does
 */
export async function openSite(
  host: Host,
  signal: AbortSignal | undefined,
  Problem: typeof SearchProblem,
): Promise<SearchClient> {
  const answering = answeringWith(Problem);
  let generation = await answering(signal, undefined, (inTime) => openCurrent(host, inTime));

  /** Asks the generation that is open, or the next one where the host has no longer all of it. */
  const asking = <T>(
    signal: AbortSignal | undefined,
    milliseconds: number | undefined,
    answer: (generation: Generation, index: Index) => Promise<T>,
  ): Promise<T> =>
    answering(signal, milliseconds, async (inTime) => {
      const asked = generation;
      try {
        return await answer(asked, asked.asked(inTime));
      } catch (error) {
        if (codeOf(error) !== 'corrupt') throw error;
        const current = await openCurrent(host, inTime);
        if (current.build === asked.build) throw error;
        generation = current;
        return answer(current, current.asked(inTime));
      }
    });

  return {
    search: (question, { signal, ...options } = {}) =>
      asking(signal, options.deadlineMs, async (generation, index) => {
        const started = clock();
        const { retries } = host;
        const page = pageOf(checkedInput(question, options), MAX_K);
        const { input } = page;
        const spaces = chooseSpaces(index.manifest, input);
        const { maxReads, maxBytes, deadlineMs } = input;
        const deadline = deadlineMs === undefined ? undefined : started + deadlineMs * SEARCHING;
        const { answer, cost } = await answerInput(input, spaces, { maxReads, maxBytes, deadline }, index);
        const said = { ...answer, index: stateOf(generation) };
        return {
          ...said,
          next: cursorAfter(page, said, MAX_K),
          cost: costOf(cost, started, host.retries - retries),
        };
      }),
    suggest: (text, { signal, k = 5, ...where } = {}) =>
      asking(signal, undefined, async (generation, index) => {
        checkUnnamed(where);
        checkedInput(text, { k });
        const started = clock();
        const { MOST_SUGGESTIONS, suggest } = await import('../src/query/language/suggestions.ts');
        const { suggestions, cost } = await suggest(text, Math.min(k, MOST_SUGGESTIONS), index);
        const state = stateOf(generation);
        return { query: text, index: state, suggestions: [...suggestions], cost: costOf(cost, started, 0) };
      }),
    document: (id, { signal, ...where } = {}) =>
      asking(signal, undefined, async (generation, index) => {
        checkUnnamed(where);
        const started = clock();
        const cost = noCost();
        const document = jsonOf((await index.byId(id, cost)).shown);
        return { index: stateOf(generation), document, cost: costOf(cost, started, 0) };
      }),
    index: ({ signal, ...where } = {}) =>
      asking(signal, undefined, async (generation, { manifest }) => {
        checkUnnamed(where);
        return { index: stateOf(generation), ...describeIndex(manifest) };
      }),
    indexes: async () => [],
    clicked: () => Promise.reject(new Problem(404, 'not-found', 'a static host keeps no log of clicks')),
  };
}

/** Opens the generation that is current: the manifest, and what it names. */
async function openCurrent(host: Host, signal: AbortSignal): Promise<Generation> {
  const source = completeSource(host, signal);
  const manifest = await readManifest(source);
  const encode = encoderFor(manifest, host);
  const [index, rules] = await Promise.all([
    openGeneration(source, manifest),
    rulesOf(source, manifest),
    stemmersOf(manifest),
  ]);
  const cache = pageCache(PAGE_CACHE_BYTES);
  return {
    build: manifest.build,
    rules: rules?.name.replace(/^.*-/, ''),
    asked: (signal) =>
      localIndex(
        { index: { ...index, source: completeSource(host, signal) }, clock, timer, cache },
        encode,
        rules,
      ),
  };
}

async function rulesOf(source: Source, manifest: Manifest): Promise<IndexRules | undefined> {
  if (!manifest.rules) return undefined;
  const { readRules } = await import('../src/query/language/rules/index-rules.ts');
  return readRules(source, manifest);
}

/** An index of English alone asks for no stemmers. */
async function stemmersOf({ spaces }: Manifest): Promise<void> {
  const codes = new Set(spaces.flatMap(({ languages = [] }) => languages.map(({ code }) => code)));
  if (codes.size === 0) return;
  const { loadStemmers } = await import('./page-stemmers.ts');
  await loadStemmers(codes);
}

/** Encodes questions for the spaces of an index. A model is opened once, whatever becomes of those who wait for it. */
function encoderFor({ spaces }: Manifest, host: Host): Encode {
  const source = completeSource(host, new AbortController().signal);
  const models = new Map<string, ReturnType<typeof openPageModel>>();
  const modelOf = (space: Space) => {
    const opening = models.get(space.name) ?? openModel(source, space);
    models.set(space.name, opening);
    // Whoever asks next tries again.
    opening.catch(() => models.delete(space.name));
    return opening;
  };
  const needsModel = ({ query }: Space) => query === 'tokenizer' || query === 'neural';
  // The first question would wait for it.
  if (needsModel(spaces[0])) modelOf(spaces[0]);
  const words = import('../src/query/encode/encode-query.ts');
  return async (text, space) => {
    if (!needsModel(space)) {
      const { countScale, encodeQuery } = await words;
      return { terms: encodeQuery(text, space), scale: countScale(space) };
    }
    const encode = await modelOf(space);
    return encode(text);
  };
}

/** What a model says of itself is read while what reads it is loaded. */
async function openModel(source: Source, space: Space): ReturnType<typeof openPageModel> {
  const name = `${modelPlace(space.encoder.model!)}${MODEL_JSON}`;
  const early = source.read(name);
  // Then it is read again, and that says what is wrong.
  early.catch(() => {});
  const { openPageModel } = await import('./page-model.ts');
  const read = source.read.bind(source);
  const readAs: NonNullable<Source['readAs']> = async (wanted, range, decode, bytes) => {
    try {
      if (wanted === name) return await decode(await early);
    } catch {}
    return source.readAs!(wanted, range, decode, bytes);
  };
  return openPageModel({ read, readAs }, space);
}

/** A host as storage: a missing object of a generation is damage; only the pointer may be missing. */
function completeSource(host: Host, signal: AbortSignal): Source {
  const source = siteSource(host, signal);
  const readAs: NonNullable<Source['readAs']> = async (name, range, decode, bytes) => {
    try {
      return await source.readAs!(name, range, decode, bytes);
    } catch (cause) {
      if (name === CURRENT || codeOf(cause) !== 'not-found') throw cause;
      throw new SparsedgeError(
        'corrupt',
        `the index names an object that is missing: ${name}`,
        {},
        { cause },
      );
    }
  };
  return { read: (name, range) => readAs(name, range, (bytes) => bytes), readAs };
}

/** Answers in time, or with a problem of that class. */
function answeringWith(Problem: typeof SearchProblem) {
  return async <T>(
    signal = new AbortController().signal,
    milliseconds = ANSWER_MS,
    answer: (inTime: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    const late = new SparsedgeError('unavailable', `there was no answer within ${milliseconds} ms`);
    const { inTime, over } = within(signal, Math.min(milliseconds, LONGEST_MS), late);
    try {
      inTime.throwIfAborted();
      const ended = new Promise<never>((_, reject) =>
        inTime.addEventListener('abort', () => reject(inTime.reason)),
      );
      return await Promise.race([answer(inTime), ended]);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw problemOf(error, Problem);
    } finally {
      over();
    }
  };
}

/** What a Worker would answer: its status is what that has over HTTP. */
function problemOf(error: unknown, Problem: typeof SearchProblem): SearchProblem {
  const code = codeOf(error) ?? 'internal';
  const problem = new Problem(STATUS[code] ?? 500, code, (error as Error).message);
  problem.cause = error;
  return problem;
}

const STATUS: Readonly<Record<string, number>> = {
  'bad-query': 400,
  'not-found': 404,
  'cursor-expired': 410,
  unavailable: 503,
};

function codeOf(error: unknown): ErrorCode | undefined {
  return error instanceof SparsedgeError ? error.code : undefined;
}

function stateOf({ build, rules }: Generation): SearchAnswer['index'] {
  return { build, rules, stale: false };
}

function costOf(cost: Cost, started: number, retries: number): SearchAnswer['cost'] {
  return {
    ...countsOf(cost),
    edgeCalls: 0,
    edgeHits: 0,
    openReads: 0,
    openBytes: 0,
    retries,
    hedges: 0,
    milliseconds: clock() - started,
    microdollars: 0,
  };
}
