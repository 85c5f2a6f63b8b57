import { expect, test } from 'vitest';
import { readFacets, readSort } from '../../../src/query/filter/read-facets.ts';

test.each([
  ['lang', [{ field: 'lang' }]],
  [' lang , tag:20 ', [{ field: 'lang' }, { field: 'tag', top: 20 }]],
  ['tag:20,tag:..2,tag:3..4', [{ field: 'tag', top: 20, ranges: [{ to: '2' }, { from: '3', to: '4' }] }]],
  ['at:2024-01-31T12:00..2024-02', [{ field: 'at', ranges: [{ from: '2024-01-31T12:00', to: '2024-02' }] }]],
  ['"dc:type":5,lang', [{ field: 'dc:type', top: 5 }, { field: 'lang' }]],
  ['"Price, EUR" : 3 , "Price, EUR":..9.5', [{ field: 'Price, EUR', top: 3, ranges: [{ to: '9.5' }] }]],
  [String.raw`"5\" \\ 7"`, [{ field: '5" \\ 7' }]],
  ['5"', [{ field: '5"' }]],
])('facets %s are read', (text, facets) => {
  expect(readFacets(text)).toEqual(facets);
});

test.each([
  ['', 'a facet is ""'],
  [',', 'a facet is ""'],
  ['a,', 'a facet is ""'],
  ['a,,b', 'a facet is ""'],
  ['a, ,b', 'a facet is ""'],
  ['a,:3', 'a facet is ":3"'],
  ['"":3', 'a facet is """:3"'],
  ['"a', 'a facet is ""a"'],
  ['"a"b', 'a facet is ""a"b"'],
  ['kw:', 'the facet kw has "": expected how many values, or a range from..to'],
  ['kw:..', 'the facet kw has ".."'],
  ['dc:type', 'the facet dc has "type": expected how many values, or a range from..to; quote a name'],
])('facets %s are refused', (text, message) => {
  expect(() => readFacets(text)).toThrow(expect.objectContaining({ code: 'bad-query' }));
  expect(() => readFacets(text)).toThrow(message);
});

test.each([
  ['date', 'date', false],
  ['date:asc', 'date', false],
  ['date:desc', 'date', true],
  ['a b, c', 'a b, c', false],
  ['"dc:date"', 'dc:date', false],
  ['"dc:date":desc', 'dc:date', true],
])('the order %s is read', (text, field, descending) => {
  expect(readSort(text)).toEqual({ field, descending });
});

test.each(['', ':desc', 'dc:date', 'date:up', 'a:desc:desc', '"a', '"a"b', '""'])(
  'the order %s is refused',
  (text) => {
    expect(() => readSort(text)).toThrow(`"sort" is "${text}": expected a field, as in date, or date:desc`);
  },
);
