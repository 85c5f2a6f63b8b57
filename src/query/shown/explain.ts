// Why hits score what they do: every part of a score, read from the index again and not taken from the search, so that
// the parts add up to the score or an error of the search shows. What that reads is a part of the answer's cost.

import type { Document } from '../../core/document.ts';
import type { Answer, AnsweredHit } from '../ask.ts';
import type { Pieces } from '../encode/query-model.ts';
import type { WeighedSpace } from '../encode/spaces.ts';
import { type DocumentBoosts, explainFactor } from '../language/rules/document-boosts.ts';
import type { Index } from '../local-index.ts';
import type { FoundImpacts, TermList } from '../search/lists/impacts.ts';
import { addCost, type Cost, type LoggedRound, noCost } from '../search/meter.ts';
import { sectionShares } from '../search/sums/article-scores.ts';
import type { Scored } from '../search/sums/topk.ts';
import { originsOf, type QueryTerm, type TermOrigin } from '../search/terms.ts';
import { type SourcesOf, type TermSource, termSources } from './term-sources.ts';

/** So many hits are explained: each has its terms written out, of pages for every section. */
export const MAX_EXPLAINED = 20;

/** Why an answer is as it is. */
export interface Explanation {
  /** The terms that were searched. */
  readonly terms: readonly ExplainedTerm[];
  /** What was read to answer, and what it proved. */
  readonly rounds: readonly LoggedRound[];
  /** What explaining read besides. */
  readonly cost: Cost;
  /** Of each hit, the first MAX_EXPLAINED of them. */
  readonly hits: readonly ExplainedHit[];
}

/** A term of the query. */
export interface ExplainedTerm {
  readonly space: string;
  readonly term: string;
  readonly weight: number;
  readonly from: readonly TermOrigin[];
  /** In how many documents it is. */
  readonly documents: number;
  readonly list?: TermList | undefined;
}

/** What a hit's score is made of. */
export interface ExplainedHit {
  /** The sum of the parts, each times its share where it has one. Of a fusion, scores are of ranks and this is 0. */
  readonly score: number;
  /** The rule that puts it first, by its place among the rules of questions. */
  readonly pinnedBy?: number | undefined;
  /** The document; of a page, its best sections; of a fusion, the document in each space. */
  readonly parts: readonly ExplainedPart[];
}

/** What a document scores by itself. */
export interface ExplainedPart {
  readonly document: number;
  readonly id: string;
  /** Of a fusion: the terms are of this space. */
  readonly space?: string | undefined;
  /** Those that the document has. */
  readonly terms: readonly ExplainedImpact[];
  /** The sum of their products. */
  readonly sum: number;
  /** What rules multiply it by, in 64ths; nothing where documents have no factors. */
  readonly factor?: number | undefined;
  /** By which of them. */
  readonly boosts?: DocumentBoosts | undefined;
  /** The sum, times the factor. */
  readonly score: number;
  /** What that counts in a page's score, which is in 1024ths of a section's. */
  readonly share?: number | undefined;
}

/** What a term adds to a document's score. */
interface ExplainedImpact {
  readonly space: string;
  readonly term: string;
  readonly weight: number;
  readonly impact: number;
  /** Weight times impact. */
  readonly product: number;
  /** Where the document has the term from, where that is known. */
  readonly in?: readonly TermSource[] | undefined;
}

/** What was asked, as far as it matters here. */
interface Explained {
  readonly spaces: readonly WeighedSpace[];
  readonly rules?: boolean | undefined;
}

/**
 * Explains an answer whose search was logged, and adds what that costs to its cost.
 *
 * @throws SparsedgeError `corrupt` or `unavailable` from storage
 */
export async function explain(answer: Answer, asked: Explained, index: Index): Promise<Explanation> {
  const { terms, cost: spent } = answer;
  const rounds = [...(spent.log ?? [])];
  const hits = answer.hits.slice(0, MAX_EXPLAINED);
  const cost = noCost();
  const shown = await documentsOf(hits, cost, index);
  const documents = [...shown.keys()].sort((a, b) => a - b);
  const wanted = { terms: terms.map(({ space, term }) => ({ space, term })), documents };
  const found = await index.impacts(wanted, cost);
  addCost(spent, cost);
  const explainer = new Explainer(answer, asked, index, shown, found);
  return {
    terms: terms.map(({ space, term, weight, ...of }, i) => {
      const { documents, list } = found.terms[i];
      return { space, term, weight, from: originsOf(of), documents, list };
    }),
    rounds,
    cost,
    hits: hits.map((hit) => explainer.hit(hit)),
  };
}

/** What a hit's score is of. */
function partsOf({ document, score, sections, weighed = sections }: AnsweredHit): readonly Scored[] {
  return weighed ?? [{ document, score }];
}

/** The documents of hits, those read that the answer does not show. */
async function documentsOf(
  hits: readonly AnsweredHit[],
  cost: Cost,
  index: Index,
): Promise<ReadonlyMap<number, Document>> {
  const shown = new Map<number, Document>();
  for (const { document, shown: of, sections = [] } of hits)
    for (const each of [{ document, shown: of }, ...sections])
      if (each.shown) shown.set(each.document, each.shown);
  const parts = hits.flatMap(partsOf).map(({ document }) => document);
  const others = [...new Set(parts)].filter((document) => !shown.has(document)).sort((a, b) => a - b);
  if (others.length === 0) return shown;
  return new Map([...shown, ...(await index.show(others, cost))]);
}

/** Explains the hits of an answer. */
class Explainer {
  readonly #answer: Answer;
  readonly #asked: Explained;
  readonly #index: Index;
  readonly #shown: ReadonlyMap<number, Document>;
  readonly #found: FoundImpacts;
  /** Of each document its place among what was found. */
  readonly #places: ReadonlyMap<number, number>;

  constructor(
    answer: Answer,
    asked: Explained,
    index: Index,
    shown: ReadonlyMap<number, Document>,
    found: FoundImpacts,
  ) {
    this.#answer = answer;
    this.#asked = asked;
    this.#index = index;
    this.#shown = shown;
    this.#found = found;
    const documents = [...shown.keys()].sort((a, b) => a - b);
    this.#places = new Map(documents.map((document, i) => [document, i]));
  }

  hit(hit: AnsweredHit): ExplainedHit {
    const { pinnedBy, sections } = hit;
    const { fusion, terms } = this.#answer;
    if (hit.pinned) return { score: 0, pinnedBy, parts: [] };
    if (fusion) {
      const bySpace = this.#asked.spaces.map(({ space }) => space.name);
      const parts = partsOf(hit).flatMap((part) =>
        bySpace.map((space) => ({
          space,
          ...this.#part(
            part,
            terms.filter((term) => term.space === space),
          ),
        })),
      );
      return { score: 0, parts };
    }
    const parts = partsOf(hit).map((part) => this.#part(part, terms));
    if (!sections) return { score: parts[0].score, parts };
    const shares = sectionShares(this.#found.sections![this.#places.get(hit.document)!]);
    const weighed = parts.map((part, i) => ({ ...part, share: shares[i] }));
    return { score: weighed.reduce((sum, { score, share }) => sum + score * share, 0), parts: weighed };
  }

  #part({ document }: Scored, terms: readonly QueryTerm[]): ExplainedPart {
    const { rules } = this.#index;
    const shown = this.#shown.get(document)!;
    const place = this.#places.get(document)!;
    const sources = this.#sourcesOf(shown);
    const own = terms.flatMap((query) => {
      const { space, term, weight } = query;
      const impact = this.#found.terms[this.#answer.terms.indexOf(query)].impacts[place];
      if (impact === 0) return [];
      return [{ space, term, weight, impact, product: weight * impact, in: sources.get(space)?.(term) }];
    });
    const sum = own.reduce((total, { product }) => total + product, 0);
    const factor = this.#asked.rules === false ? undefined : rules?.factors?.of(document);
    return {
      document,
      id: shown.id,
      terms: own,
      sum,
      factor,
      boosts: factor === undefined ? undefined : this.#boostsOf(shown, factor),
      score: sum * (factor ?? 1),
    };
  }

  #boostsOf(document: Document, factor: number): DocumentBoosts {
    const { rules, manifest } = this.#index;
    return explainFactor(document, factor, rules!.rules, manifest.spaces[0].analyzer);
  }

  /** Of each space that was searched. */
  #sourcesOf(document: Document): ReadonlyMap<string, SourcesOf | undefined> {
    const pieces: ReadonlyMap<string, Pieces | undefined> = this.#answer.pieces ?? new Map();
    return new Map(
      this.#asked.spaces.map(({ space }) => [
        space.name,
        termSources(document, space, pieces.get(space.name)),
      ]),
    );
  }
}

/** What is said of an explanation as a whole: the hits are said with the hits of the answer. */
export function explanationOf({ terms, rounds, cost }: Explanation) {
  const { postingReads, documentReads, bytes, rounds: further } = cost;
  return { terms, rounds, cost: { reads: postingReads + documentReads, bytes, rounds: further } };
}
