// The package's entry for storage: the sources that an index is read from, and searching one where this code runs, be
// that a browser, Node or a Worker, without the HTTP between.

import type { Document } from '../core/document.ts';
import { documentsIn } from '../core/format/manifest.ts';
import type { Source } from '../core/source.ts';
import { ModelCache } from '../encode/model-cache.ts';
import { ResidentModel } from '../encode/resident-model.ts';
import { type Answer, ask, type Question } from '../query/ask.ts';
import { chooseSpaces } from '../query/encode/spaces.ts';
import type { Facet, Sort } from '../query/filter/facets.ts';
import type { Filter } from '../query/filter/filter.ts';
import { readFilter } from '../query/filter/read-filter.ts';
import { RRF_DEPTH, RRF_K } from '../query/fuse.ts';
import { readRules } from '../query/language/rules/index-rules.ts';
import { type Index, localIndex } from '../query/local-index.ts';
import { noCost } from '../query/search/meter.ts';
import { openIndex } from '../query/search/open.ts';
import { type Explanation, explain } from '../query/shown/explain.ts';
import { pageCache } from '../store/page-cache.ts';

export { SparsedgeError } from '../core/errors.ts';
export type { ByteRange, Source } from '../core/source.ts';
export { httpSource } from '../store/http.ts';

/** How to search, beside the question. */
export interface AskedFor {
  /** How many hits; 10 unless given. */
  readonly k?: number | undefined;
  /** Whether hits come with their documents; they do unless this is false. */
  readonly documents?: boolean | undefined;
  /** The space to search: the first of the index unless given. */
  readonly space?: string | undefined;
  /** Several spaces, and what each counts: one pass adds their weights up, or `fusion` their ranks. */
  readonly spaces?: Readonly<Record<string, number>> | undefined;
  readonly fusion?: 'rrf' | undefined;
  /** Whether "a phrase", -word and title:word in the question are operators; they are unless this is false. */
  readonly operators?: boolean | undefined;
  /** Whether hits are pages with their sections: where the index has pages and nothing is fused, unless given. */
  readonly group?: boolean | undefined;
  /** The id of a document that others are to be like, in the place of the question, which is then not read. */
  readonly like?: string | undefined;
  /** Which documents may be results: `lang:en AND version>=4`, or a tree. */
  readonly filter?: string | Filter | undefined;
  /** What is counted of all documents that match. */
  readonly facets?: readonly Facet[] | undefined;
  /** In what order hits come; by score unless given. */
  readonly sort?: Sort | undefined;
  /** Whether the last word is not finished, and stands for those that begin so. */
  readonly prefix?: boolean | undefined;
  /** Whether no word is corrected; words that no document has are, unless this is true. */
  readonly exactWords?: boolean | undefined;
  /** Whether the rules of the index steer the answer; they do unless this is false. */
  readonly rules?: boolean | undefined;
  /** Whether the answer says why it is as it is. */
  readonly explain?: boolean | undefined;
  readonly maxReads?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly deadlineMs?: number | undefined;
}

/** An answer, explained where that was asked for. */
export interface ExplainedAnswer extends Answer {
  readonly explanation?: Explanation | undefined;
}

/** One generation of an index, open. */
export interface Searcher {
  /** The generation. */
  readonly build: string;
  readonly documents: number;
  /** Answers a question; `exact` says whether the k best are proved. */
  search(question: string, options?: AskedFor): Promise<ExplainedAnswer>;
  /**
   * The document of an id.
   *
   * @throws SparsedgeError `not-found`
   */
  document(id: string): Promise<Document>;
}

/** Pages that are kept in memory. */
const PAGE_CACHE_BYTES = 12 * 1024 * 1024;

/**
 * Opens the current index of a storage. Indexes whose questions need a network are refused: those are for Workers with
 * one, and for the command line.
 *
 * @throws SparsedgeError `not-found` where there is no index, `corrupt` where it is damaged, `unavailable` where
 *   storage fails
 */
export async function openSearcher(source: Source): Promise<Searcher> {
  const index = await openIndex(source);
  const { manifest } = index;
  const clock = () => performance.now();
  const timer = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
  // They are large, and an index of English alone asks for none.
  if (manifest.spaces.some(({ languages }) => languages !== undefined))
    await import('../core/analyzer/stemming/snowball.ts');
  const models = new ModelCache({ clock, timer });
  const model = new ResidentModel({ source, models, openGraph: undefined });
  const asked = localIndex(
    { index, clock, cache: pageCache(PAGE_CACHE_BYTES) },
    (text, space) => model.encode(text, space),
    await readRules(source, manifest),
  );
  return {
    build: manifest.build,
    documents: documentsIn(manifest),
    search: async (
      text,
      {
        k = 10,
        documents = true,
        space,
        spaces,
        fusion,
        group,
        like,
        filter,
        facets,
        sort,
        operators = like === undefined,
        rules,
        prefix,
        exactWords = false,
        explain: isLogged,
        ...limits
      } = {},
    ) => {
      const { maxReads, maxBytes, deadlineMs } = limits;
      const deadline = deadlineMs === undefined ? undefined : clock() + deadlineMs;
      const chosen = chooseSpaces(manifest, {
        space,
        spaces: spaces && new Map(Object.entries(spaces)),
        fusion,
      });
      const question = {
        text: like === undefined ? text : '',
        like,
        spaces: chosen,
        k,
        documents,
        group,
        budget: { maxReads, maxBytes, deadline },
        filter: filter === undefined ? undefined : readFilter(filter, manifest.fields ?? []),
        facets,
        sort,
        fusion: fusion && { k: RRF_K, depth: RRF_DEPTH },
        operators,
        rules,
        prefix,
        spelling: !exactWords,
        isLogged,
      };
      return answered(question, asked);
    },
    document: async (id) => (await asked.byId(id, noCost())).shown,
  };
}

async function answered(question: Question, index: Index): Promise<ExplainedAnswer> {
  const answer = await ask(question, index);
  return question.isLogged ? { ...answer, explanation: await explain(answer, question, index) } : answer;
}
