// What a space is, in lines for people.

import type { Space } from '../../src/core/format/manifest.ts';
import { counted, size } from '../terminal/layout.ts';

/** A space in two lines: how it is weighed, and how large it is in bytes of posting pages. */
export function aboutSpace({ name, analyzer, encoder, terms, postings }: Space, bytes: number): string[] {
  const parameters = Object.entries(encoder.parameters).map(([key, value]) => `${key} ${value}`);
  const model = encoder.model ? ` by the model ${encoder.model.id}` : '';
  const perPosting = postings === 0 ? '' : `, ${(bytes / postings).toFixed(2)} bytes a posting`;
  return [
    `  space ${name}: ${[encoder.id, ...parameters].join(' ')}${model}, analyzer ${analyzer}`,
    `    ${counted(terms, 'term')}, ${counted(postings, 'posting')}, ${size(bytes)}${perPosting}`,
  ];
}
