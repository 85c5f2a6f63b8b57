// How results are counted by their fields, and sorted by them: what is asked, and what is answered.

import type { FilterRange, FilterValue } from './filter.ts';

/** In what order results come; those without the field come last. */
export interface Sort {
  readonly field: string;
  /** The highest first: of several keywords of a document, its last one counts then, and else its first one. */
  readonly descending: boolean;
}

/** A range whose results are counted. */
export type FacetRange = Omit<FilterRange, 'field'>;

/** What is counted of a field: its most frequent values, unless certain values or ranges are named. */
export interface Facet {
  readonly field: string;
  /** How many of the most frequent values are wanted; DEFAULT_TOP where nothing else is. */
  readonly top?: number | undefined;
  /** Values that are counted, however rare. */
  readonly values?: readonly FilterValue[] | undefined;
  readonly ranges?: readonly FacetRange[] | undefined;
}

/** How many results have a value. */
interface ValueCount {
  /** Dates are strings of ISO 8601. */
  readonly value: string | number | boolean;
  readonly count: number;
}

/** How many results are in a range. */
type RangeCount = FacetRange & { readonly count: number };

/** What was counted of a field. */
export interface FacetCounts {
  readonly field: string;
  /** The named ones as they were named, then the most frequent ones, ties by value. */
  readonly values: readonly ValueCount[];
  /** As they were named. */
  readonly ranges: readonly RangeCount[];
  /** Else there are results that were not counted: counts are lower bounds, and other values may be as frequent. */
  readonly exact: boolean;
}

export const DEFAULT_TOP = 10;
/** No more values are listed or named of a facet, nor ranges. */
export const MAX_COUNTED = 1000;
/** A search counts no more facets. */
export const MAX_FACETS = 32;
