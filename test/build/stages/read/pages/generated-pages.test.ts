// Which pages hold nothing of their own, and which only have on them what every page of their site has.

import { describe, expect, test } from 'vitest';
import { fileWith, read } from '../input-files.ts';

const TEXT = '<h1>Getting started</h1><p>This chapter is short, and says what the next ones are about.';

/** Why a page of a body was kept out, if it was. */
async function reasonFor(body: string): Promise<string | undefined> {
  const file = fileWith('page.html', `<title>A page</title><body>${body}`);
  const { documents, report } = await read(file, { format: 'html' });
  const reason = report.keptOut?.[0]?.reason;
  expect(documents.length, body).toBe(reason === undefined ? 1 : 0);
  return reason;
}

/** Places for what a search in the browser finds, as themes write them on every page. */
const HOLDERS = [
  '<ul id="searchresults"></ul>',
  '<div id="search-results" class="search-results"></div>',
  '<div class="search-results-list"></div>',
  '<ul id=results-container></ul>',
];
/** Where such a place stands around the text. */
const AROUND: readonly [string, (holder: string, text: string) => string][] = [
  ['beside the main part', (holder, text) => `<div class=hidden>${holder}</div><main>${text}</main>`],
  ['behind a part of that role', (holder, text) => `<div role=main>${text}</div><div>${holder}</div>`],
  ['in a header', (holder, text) => `<header><input>${holder}</header>${text}`],
  ['in navigation', (holder, text) => `<main><nav>${holder}</nav>${text}</main>`],
  ['in a closed window behind the text', (holder, text) => `${text}<dialog><input>${holder}</dialog>`],
  ['before the headings', (holder, text) => `<div class=bar><input>${holder}</div>${text}`],
];

describe.each(AROUND)('a place for what is found, %s', (_, page) => {
  test.each(HOLDERS)('keeps no short page out: %s', async (holder) => {
    expect(await reasonFor(page(holder, TEXT))).toBeUndefined();
  });
});

test.each([
  (holder: string) => `<h1>Search</h1><p>From here you can search.<form><input></form>${holder}`,
  (holder: string) => `<header>Site</header><main><h1>Search</h1><input>${holder}</main><footer>End</footer>`,
  (holder: string) => `<div role=main><h1>Search</h1><noscript>It needs scripts.</noscript>${holder}</div>`,
])('a page that only searches is kept out', async (page) => {
  for (const holder of HOLDERS) expect(await reasonFor(page(holder))).toBe('search page');
});

test.each([
  'function go(version) { window.location.href = "/" + version; }',
  'const go = (version) => { location.assign("/" + version); };',
  'document.querySelector("select").addEventListener("change", (e) => { location = "/" + e.target.value; });',
  'document.getElementById("lang").onchange = function () { location.replace("/" + this.value); };',
])('a script that waits for its reader sends nobody on: %s', async (script) => {
  expect(await reasonFor(`<script>${script}</script><main>${TEXT}</main>`)).toBeUndefined();
});

test.each([
  'window.location.replace("/new/")',
  'window.location.href = "/new/" + window.location.search + window.location.hash;',
  '(function () { location.replace("/new/"); })()',
  'window.onload = function () { location = "/new/"; }',
  'window.addEventListener("DOMContentLoaded", function () { location.assign("/new/"); })',
])('a script that sends on at once leaves nothing to find: %s', async (script) => {
  const stub = '<p>Redirecting to <a href="/new/">new</a>';
  expect(await reasonFor(`<script>${script}</script>${stub}`)).toBe('redirect');
});
