// Rules for robots, by which pages say that they are not to be found.

import { expect, test } from 'vitest';
import { fileWith, read } from '../input-files.ts';

/** Rules for robots, and whether they keep a page out: those of Google's documentation, and as people write them. */
const ROBOTS: readonly (readonly [rules: string, isOut: boolean])[] = [
  ['noindex', true],
  ['NoIndex, NoFollow', true],
  ['none', true],
  ['noindex nofollow', true],
  ['follow;noindex', true],
  ['max-image-preview: large, noindex', true],
  ['all', false],
  ['index, follow', false],
  ['nofollow, nosnippet, noimageindex', false],
  ['max-image-preview:none', false],
  ['max-image-preview: none', false],
  ['max-snippet:-1, max-video-preview:-1', false],
  ['unavailable_after: 25 Jun 2010 15:00:00 PST', false],
  ['googlebot: noindex', false],
];

test.each(ROBOTS)('rules for robots mean the same in HTML and in front matter: %s', async (rules, isOut) => {
  const pages = {
    'a.html': `<meta name=robots content="${rules}">x`,
    'b.md': `---\nrobots: "${rules}"\n---\nx`,
    'c.md': `---\nhead:\n  - [meta, { name: robots, content: "${rules}" }]\n---\nx`,
    'd.md': `---\nhead:\n  - tag: meta\n    attrs: { content: "${rules}", name: robots }\n---\nx`,
  };
  for (const [name, text] of Object.entries(pages)) {
    const { documents, report } = await read(fileWith(name, text));
    expect([name, documents.length]).toEqual([name, isOut ? 0 : 1]);
    expect(report.keptOut?.map(({ reason }) => reason) ?? []).toEqual(isOut ? ['noindex'] : []);
  }
});

test.each(['googlebot', 'googlebot-news', 'bingbot', 'otherbot'])(
  'rules for %s are its alone',
  async (name) => {
    const matter = `---\nhead:\n  - [meta, { name: ${name}, content: noindex }]\n---\nx`;
    expect((await read(fileWith('a.md', matter))).documents).toHaveLength(1);
    expect((await read(fileWith('a.html', `<meta name=${name} content=noindex>x`))).documents).toHaveLength(
      1,
    );
  },
);
