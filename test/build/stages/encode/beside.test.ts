// What documents are searched by beside their words.

import { expect, test } from 'vitest';
import { addBeside, type TermValues, uninflected } from '../../../../build/stages/encode/beside.ts';
import { countingEncoder } from '../../../../build/stages/encode/text-encoder.ts';
import { bm25 } from '../../../../build/stages/weighting/bm25.ts';
import { analysisNamed } from '../../../../src/core/analyzer/analyzer.ts';
import { type Document, searchableText } from '../../../../src/core/document.ts';

function beside(document: Document): TermValues {
  const analyze = analysisNamed('english');
  const values: TermValues = new Map();
  addBeside(values, document, analyze(searchableText(document)), analyze, 1, uninflected);
  return values;
}

test('a title counts more than a heading, a name or the name of a definition, in documents of any length', () => {
  const title = 'Commit';
  const page = beside({ id: 'a', title, text: 'x' });
  const section = beside({ id: 'b', title: 'Other', text: 'x', fields: { heading: 'Top › Commit' } });
  const named = beside({ id: 'c', title: 'Other', text: 'x', names: ['COMMIT', 'commit()'] });
  const definition = beside({ id: 'd', title, text: 'x', isDefinition: true });
  const values = [page, section, named, definition].map((terms) => terms.get('=commit'));
  expect(values).toEqual([100, 3, 3, 3]);
  const long = beside({ id: 'e', title, text: 'word '.repeat(1000) });
  expect(long.get('=commit')).toBeCloseTo(1000, -1);
});

test.each([
  [3, { rare: 3, plain: 1 }],
  [0.5, { rare: 0.5, plain: 1 }],
  [0, { plain: 1 }],
])('words of a weight of %d count so often', async (times, expected) => {
  const encoder = countingEncoder('bm25', 'english', bm25(0.9, 0.4), 1);
  const document = { id: 'a', text: 'rare plain', weighed: [{ text: 'rare', times }] };
  const [vector] = await encoder.encode([{ document }]);
  expect(Object.fromEntries(vector)).toEqual(expected);
});
