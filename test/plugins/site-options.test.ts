// What plugins are told, and what their search box says.

import { expect, test } from 'vitest';
import {
  basePath,
  boxAttributes,
  boxMarkup,
  checkedOptions,
  type SiteOptions,
} from '../../plugins/site/site-options.ts';

test.each([
  [{ folder: '../elsewhere' }, /options\.folder: must be a path below the site/],
  [{ folder: '/search' }, /options\.folder/],
  [{ folder: '' }, /options\.folder/],
  [{ folder: 'a/../../b' }, /options\.folder/],
  [{ folder: 'search here' }, /options\.folder/],
  [{ box: { index: '/x/' } }, /options\.box: must not have index, base or endpoint/],
  [{ box: { 'on click': 'x' } }, /options\.box: must have names of attributes/],
  [{ box: { facets: ['a'] } }, /options\.box\.facets/],
  [{ pages: { exclude: 'old/**' } }, /options\.pages\.exclude/],
  [{ pages: { drafts: true } }, /drafts/],
  [{ language: 'german' }, /options\.language: must be the code of a language, such as de or pt-BR/],
  [{ language: '' }, /options\.language/],
  [{ fodler: '_search' }, /fodler/],
  ['_search', /expected object/],
])('options %j are refused, with what was expected', (given, message) => {
  expect(() => checkedOptions('sparsedge/astro', given as SiteOptions)).toThrow(
    expect.objectContaining({ code: 'bad-input', message: expect.stringMatching(/^sparsedge\/astro: /) }),
  );
  expect(() => checkedOptions('sparsedge/astro', given as SiteOptions)).toThrow(message);
});

test.each([
  [undefined, '/'],
  ['', '/'],
  ['/', '/'],
  ['docs', '/docs/'],
  ['/docs', '/docs/'],
  ['/docs/', '/docs/'],
  ['/a//b/', '/a/b/'],
])('a site at %j stands at %s', (base, path) => {
  expect(basePath(base)).toBe(path);
});

test('a search box knows where its site is, and what its owner says of it becomes no markup', () => {
  const options = checkedOptions('x', {
    box: { facets: 'topic', recent: 'off', k: 5, highlight: false, hidden: true },
  });
  expect(boxAttributes(options, '/docs/')).toEqual({
    index: '/docs/_search/',
    base: '/docs/',
    facets: 'topic',
    recent: 'off',
    k: '5',
    hidden: '',
  });
  const hostile = checkedOptions('x', { box: { placeholder: '"><img src=x onerror=alert(1)>&' } });
  expect(boxMarkup(hostile, '/')).toBe(
    '<script type="module" src="/_search/component.js"></script><sparsedge-search index="/_search/" base="/" ' +
      'placeholder="&quot;>&lt;img src=x onerror=alert(1)>&amp;"></sparsedge-search>',
  );
});
