import { expect, test } from 'vitest';
import { lengthBy } from '../../../../build/stages/encode/beside.ts';
import { countingEncoder } from '../../../../build/stages/encode/text-encoder.ts';
import { expanding, expansionText } from '../../../../build/stages/expand/merge.ts';
import { given } from '../../../../build/stages/weighting/weighting.ts';

const TEXT = 'The Moon pulls the sea.';
const QUERIES = ['why does the moon pull', 'Moon, and tides!', 'tides: why tides'];

test('doc2query appends queries as they are, at most so many', () => {
  expect(expansionText(TEXT, QUERIES, { merge: 'doc2query' })).toBe(QUERIES.join(' '));
  expect(expansionText(TEXT, QUERIES, { merge: 'doc2query', maxQueries: 2 })).toBe(
    'why does the moon pull Moon, and tides!',
  );
});

test('distinct appends once each word that the text does not have, in the order in which they came', () => {
  expect(expansionText(TEXT, QUERIES, { merge: 'distinct' })).toBe('why does pull and tides');
  expect(expansionText(TEXT, ['the sea'], { merge: 'distinct' })).toBe('');
});

test('an encoder sees both, title and all, and what it is given stays as it was', async () => {
  const encoder = expanding(countingEncoder('bm25', 'unicode', given), { merge: 'doc2query' });
  const document = { id: 'a', title: 'Tides', text: 'The sea' };
  const inputs = [
    { document, queries: ['why tides', 'tides'] },
    { document: { id: 'b', text: '' }, queries: ['why'] },
    { document },
  ];
  const [expanded, empty, plain] = await encoder.encode(inputs);
  expect(Object.fromEntries(expanded!)).toEqual({ tides: 3, the: 1, sea: 1, why: 1 });
  expect(Object.fromEntries(empty!)).toEqual({ why: 1 });
  expect(Object.fromEntries(plain!)).toEqual({ tides: 1, the: 1, sea: 1 });
  expect(document).toEqual({ id: 'a', title: 'Tides', text: 'The sea' });
});

test('a length that an encoder counts for itself is that of both', () => {
  const counting = { ...countingEncoder('bm25', 'unicode', given), lengthOf: lengthBy('unicode') };
  const { lengthOf } = expanding(counting, { merge: 'distinct' });
  expect(lengthOf!({ document: { id: 'a', text: 'The sea' }, queries: ['the tides', 'tides'] })).toBe(3);
});
