// XHTML, whose tags may close themselves, and images of AMP.

import { expect, test } from 'vitest';
import { withEndTags } from '../../../../../build/stages/read/pages/markup/self-closed.ts';
import { folderWith, read } from '../input-files.ts';

const page = (head: string, body: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml"><head>${head}</head><body>${body}</body></html>`;
const TITLE = '<title>T</title>';

test.each([
  ['a script', page(`${TITLE}<script src="a>b.js"/>`, '<p>words</p>')],
  ['a style', page(`${TITLE}<style id='"'/>`, '<p>words</p>')],
  ['a frame', page(TITLE, '<iframe src="a"/><p>words</p>')],
  ['a field', page(TITLE, '<textarea/><p>words</p>')],
  [
    'scripts of which one is whole',
    page(`${TITLE}<script>if (a<b/>c) "<title/>"</script><script/>`, '<p>words</p>'),
  ],
  ['no declaration', page(`${TITLE}<script/>`, '<p>words</p>').replace(/^.*\n/, '')],
])('%s that closes itself holds nothing, whatever the page is called', async (_, xhtml) => {
  for (const name of ['a.html', 'a.xhtml', 'a.xht']) {
    const { documents } = await read(folderWith({ [name]: xhtml }));
    expect(documents).toMatchObject([{ title: 'T', text: 'words', url: name }]);
  }
});

test('a title that closes itself is none', async () => {
  const { documents } = await read(folderWith({ 'a.xhtml': page('<title/>', '<h1>One</h1><p>words</p>') }));
  expect(documents).toMatchObject([{ title: 'One', text: 'words' }]);
});

test.each([
  ['<div/><p>a</p>', 'a'],
  ['<a id="x"/><a href="y">a</a> b', 'a b'],
  ['<nav/><p>a</p><aside/>', 'a'],
  ['<p>a<br/>b<![CDATA[ <c> & d]]></p>', 'a\nb <c> & d'],
  ['<!-- <script/> --><p>a</p>', 'a'],
])('in a page that is XML by its name, %s is %j', async (body, text) => {
  const { documents } = await read(folderWith({ 'a.xhtml': page(TITLE, body) }));
  expect(documents).toMatchObject([{ text }]);
});

test('HTML that does not say that it is XHTML is left as it is', () => {
  const html = '<!doctype html><script src="a.js"/><p>a</p></script>';
  expect(withEndTags(html, false)).toBe(html);
});

test.each(['<a "', '<a b=\'"', '<!--', '<![CDATA[', '<script>', '<i/>', '</script/', '<'])(
  'a page of %j alone takes no time',
  (sign) => {
    const text = page('', sign.repeat(300_000));
    expect(withEndTags(text, true).length).toBeGreaterThanOrEqual(text.length);
  },
);

test('the alternative text of an image of AMP is text', async () => {
  const html = '<main><p>before</p><amp-img src="a.png" alt="a cat"></amp-img><p>after</p></main>';
  expect((await read(folderWith({ 'a.html': html }))).documents).toMatchObject([
    { text: 'before\na cat\nafter' },
  ]);
});
