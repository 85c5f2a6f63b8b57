// Passages and titles of hostile texts: markup that a browser reads as it was meant, and whole characters.

import fc from 'fast-check';
import { type DefaultTreeAdapterMap, parseFragment } from 'parse5';
import { describe, expect, test } from 'vitest';
import type { Space } from '../../../src/core/format/manifest.ts';
import { showHits } from '../../../src/http/hits.ts';
import { encodeQuery } from '../../../src/query/encode/encode-query.ts';
import { weighTerms } from '../../../src/query/search/terms.ts';
import { markedWhole, marksFor, matcherOf, snippetOf } from '../../../src/query/shown/snippet.ts';

const space = {
  name: 'text',
  analyzer: 'unicode',
  query: 'binary',
  encoder: { parameters: { titleWeight: 2 } },
} as unknown as Space;
const forms = { snippet: true, highlight: true };
const marks = marksFor([space], encodeQuery('river naïve 水 𠮷 شمس', space), undefined, forms);
const how = { offset: 0, documents: true };

const PARTS = [
  'river',
  'River,',
  '(rivers)',
  '"river"',
  'naïve',
  'nai\u0308ve',
  '水',
  '水流れ',
  '𠮷',
  'شمس',
  '\u202eriver\u202c',
  '<b>',
  '</mark>',
  '<mark>',
  '<script>alert(1)</script>',
  '<!--',
  ']]>',
  '&amp;',
  '&#60;',
  '&lt',
  '&',
  '"',
  "'",
  '😀',
  '👩‍👩‍👧',
  'e\u0301\u0301\u0301',
  '\u200f',
  '\ufffd',
  ' ',
  ' ',
  '\n',
  '\u00a0',
  'and so on',
  'x'.repeat(90),
  '水'.repeat(90),
  '😀'.repeat(50),
];
const text = fc.array(fc.constantFrom(...PARTS), { maxLength: 60 }).map((parts) => parts.join(''));
const some = fc.oneof(
  text,
  fc.tuple(text, fc.nat(60), text).map(([a, n, b]) => a + ' lorem <i>'.repeat(n * 9) + b),
);

type Node = DefaultTreeAdapterMap['childNode'];

/** What a browser shows of markup, and what of it is marked; nothing but marks may be in it. */
function read(html: string): { text: string; marked: string[] } {
  let shown = '';
  const marked: string[] = [];
  const textOf = (node: Node): string => {
    if (node.nodeName !== '#text') throw new Error(`${node.nodeName} in ${html}`);
    return (node as DefaultTreeAdapterMap['textNode']).value;
  };
  for (const node of parseFragment(html).childNodes) {
    if (node.nodeName !== 'mark') {
      shown += textOf(node);
      continue;
    }
    const inside = (node as DefaultTreeAdapterMap['element']).childNodes.map(textOf).join('');
    marked.push(inside);
    shown += inside;
  }
  return { text: shown, marked };
}

function expectRead(html: string, shown: string, ranges: readonly (readonly [number, number])[]): void {
  const parts = ranges.map(([start, end]) => shown.slice(start, end));
  expect(read(html)).toEqual({ text: shown, marked: parts });
  for (const part of [shown, html, ...parts]) expect(part).not.toMatch(/\p{Cs}/u);
  for (const part of parts) expect(part).toMatch(/^\S+$/);
}

describe('what a hit shows', () => {
  test('is whole, and its markup is read as it is meant', () => {
    let [marked, titled] = [0, 0];
    fc.assert(
      fc.property(some, some, (body, title) => {
        const hits = [{ document: 0, score: 1, shown: { id: 'a', title, text: body } }];
        const [hit] = showHits(hits, how, marks, Number.POSITIVE_INFINITY);
        expectRead(hit!.highlight!, hit!.snippet!, hit!.matches!);
        if (hit!.matches!.length > 0) marked++;
        if (title === '') return;
        expect(hit!.title).toBe(title);
        expectRead(hit!.titleHighlight!, title, hit!.titleMatches!);
        if (hit!.titleMatches!.length > 0) titled++;
      }),
      { numRuns: 500 },
    );
    expect(Math.min(marked, titled)).toBeGreaterThan(100);
  });

  test('has no matches of a title that it does not show, and those of the part that it does', () => {
    const shown = { id: 'a', title: 'A river, and “River” again', text: 'wind' };
    const hits = [{ document: 0, score: 1, shown }];
    const [whole] = showHits(hits, how, marks, 1000);
    expect(whole!.titleMatches!.map(([start, end]) => shown.title.slice(start, end))).toEqual([
      'river',
      'River',
    ]);
    for (const more of [{ documents: false }, { fields: ['text'] }]) {
      const [hit] = showHits(hits, { ...how, ...more }, marks, 1000);
      expect(hit).not.toHaveProperty('titleMatches');
      expect(hit).not.toHaveProperty('titleHighlight');
    }
    const [cut] = showHits(hits, how, marks, 16);
    expect(cut!.title!.length).toBeLessThan(shown.title.length);
    expect(cut!.titleMatches).toEqual([[2, 7]]);
  });

  test('shows words by the pieces that a model makes of them', () => {
    const neural = { ...space, analyzer: 'bert-words', query: 'neural' } as unknown as Space;
    const pieces = (word: string) =>
      (word.toLowerCase().match(/electro|gram/g) ?? []).map((part, i) => (i === 0 ? part : `##${part}`));
    const terms = weighTerms(new Map([['##gram', 3]]), 'text');
    const said = 'The Electrogram, once more.';
    const bare = markedWhole(said, matcherOf([neural], terms));
    expect(bare.matches).toEqual([]);
    const matcher = matcherOf([neural], terms, new Map([['text', pieces]]));
    for (const { text: of, matches } of [markedWhole(said, matcher), snippetOf(said, matcher)])
      expect(matches.map(([start, end]) => of.slice(start, end))).toEqual(['Electrogram']);
  });
});
