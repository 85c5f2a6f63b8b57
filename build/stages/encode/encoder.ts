// What turns documents into raw term values, and what it is given: the contract that every family of encoders fulfils.

import type { AnalyzerName } from '../../../src/core/analyzer/analysis.ts';
import type { Document } from '../../../src/core/document.ts';
import type { Space } from '../../../src/core/format/manifest.ts';
import type { ModelName } from '../../../src/core/model/model-name.ts';
import type { SparseVector } from '../../../src/core/sparse.ts';
import type { Weighting } from '../weighting/weighting.ts';

/** Turns documents into raw term values. */
export interface DocumentEncoder {
  readonly id: string;
  readonly analyzer: AnalyzerName;
  /** What weighs a query's terms. */
  readonly query: Space['query'];
  readonly weighting: Weighting;
  /** The model that gives the values, where one does. */
  readonly model?: ModelName | undefined;
  /** Whether a network gives the values: that takes long, and its last bits are another runtime's choice. */
  readonly network?: boolean | undefined;
  /** A document's length; the sum of its values if absent. */
  readonly lengthOf?: ((input: EncoderInput) => number) | undefined;
  /**
   * Says which batches come next: those of a spool, from one on, which need not follow those before. An encoder that
   * keeps a journal, or has one from elsewhere, must know.
   */
  readonly begin?: ((next: { readonly number: number; readonly batch: number }) => void) | undefined;
  /** The terms that count more in a document than they are said there: those of its page's title, each once. */
  readonly pageTitleTerms?: ((document: Document) => ReadonlySet<string>) | undefined;
  /** Whether it adds terms that a document lacks, whose values are negative: lending.ts. */
  readonly adds?: boolean | undefined;
  /** Raw values of each document, in order. Values are finite, and not negative but for terms that it adds. */
  encode(documents: readonly EncoderInput[]): SparseVector[] | Promise<SparseVector[]>;
  /** Frees what it holds beside memory, until it encodes again. */
  readonly close?: (() => Promise<void>) | undefined;
}

/** A document, with its vector where one was made elsewhere. */
export interface EncoderInput {
  readonly document: Document;
  readonly vector?: SparseVector;
  /** Predicted of the document, where it was expanded: searched, and never shown. */
  readonly queries?: readonly string[];
}
