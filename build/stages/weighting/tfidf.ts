// The oldest weighting, which published numbers of learned ones are compared with.

import type { Weighting } from './weighting.ts';

/** tf / length · ln(N / df): Salton and Buckley's oldest form, with a term that every document holds at weight 0. */
export const tfidf: Weighting = {
  parameters: {},
  forTerm({ documents, documentFrequency }) {
    const idf = Math.log(documents / documentFrequency);
    return (value, length) => (value / length) * idf;
  },
};
