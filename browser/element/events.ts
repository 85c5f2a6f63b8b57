// What the element tells the page around it.

import type { SearchAnswer } from '../open-search.ts';
import type { Hit, Section } from './view/hit-list.ts';

/** `sparsedge-answer`: what is shown now. */
export type AnswerEvent = CustomEvent<{
  readonly question: string;
  /** What restricts it: the filter of the page, and what is chosen. */
  readonly filter: string | undefined;
  /** Whether words are taken as they are typed. */
  readonly exactWords: boolean;
  readonly answer: SearchAnswer;
  /** From the request to the answer, as the page waited for it. */
  readonly milliseconds: number;
}>;

/** `sparsedge-select`: a result was chosen. If the page prevents its default, the browser does not go there. */
export type SelectEvent = CustomEvent<{
  readonly hit: Hit;
  readonly section: Section | undefined;
  /** Where it leads, if it leads anywhere. */
  readonly url: string | undefined;
}>;
