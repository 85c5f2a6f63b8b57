// Raw values → weights. An encoder sees one document at a time and gives each term a value: a count, a predicted count,
// or a finished weight. A weighting then turns values into weights with what only the whole collection knows: how many
// documents hold the term, and how long documents are. The split is what makes one pipeline serve every family.

/** What the whole collection says of one term. */
export interface TermStatistics {
  readonly key: Uint8Array;
  readonly documents: number;
  /** How many documents have the term in their texts: 0 where it was added to all that have it. */
  readonly documentFrequency: number;
  /** Mean over documents of their lengths. */
  readonly meanLength: number;
  /** Mean of the term's raw values over the documents whose texts hold it, else 1; most weightings never ask. */
  readonly meanValue: () => number;
}

/** Turns raw values into weights. */
export interface Weighting {
  readonly parameters: Readonly<Record<string, number>>;
  /** How a document's length is rounded before it is weighed with; exact if absent. */
  readonly roundLength?: ((length: number) => number) | undefined;
  /**
   * What a term of the title of a document's page weighs there in addition: so many times what a term weighs that a
   * document of mean length says once. Nothing if absent.
   */
  readonly pageTitle?: number | undefined;
  /** For one term: a function from a raw value and its document's length to the weight. */
  forTerm(statistics: TermStatistics): (value: number, length: number) => number;
}

/** The values are the weights. */
export const given: Weighting = {
  parameters: {},
  forTerm: () => (value) => value,
};
