// Pages that are published later, or no longer: by the time that a build is told, and by no clock.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantOf } from '../../../../../build/stages/read/lines/instant.ts';
import { parseMarkdown } from '../../../../../build/stages/read/pages/markdown.ts';
import { fileWith, read } from '../input-files.ts';

const CLOCK = Date.UTC(2026, 10, 28, 9, 30);
const LATER = 'published after the time of --clock';
const EXPIRED = 'expired before the time of --clock';
const outcome = (matter: string, options: Parameters<typeof parseMarkdown>[1]) => {
  const page = parseMarkdown(`${matter}\n\nx`, options);
  return 'keptOut' in page ? page.keptOut : undefined;
};

test.each([
  ['publishDate: 2026-11-28T09:30:01Z', LATER],
  ['publishDate: 2026-11-28T09:30:00Z', undefined],
  ['publishDate: 2026-11-28T11:00:00+02:00', undefined],
  ['publishDate: 2026-11-28 08:00:00 -0200', LATER],
  ['pubdate: "2026-11-29"', LATER],
  ['date: 2027-01-01', LATER],
  ['date: 2027-01-01\npublishDate: 2026-01-01', undefined],
  ['date: 2026-01-01\npublishdate: 2027-01-01', LATER],
  ['params:\n  publishDate: 2027-01-01', LATER],
  ['published: true\ndate: 2026-01-01', undefined],
  ['expiryDate: 2026-11-28', EXPIRED],
  ['unpublishdate: 2026-11-28T09:29:59Z', EXPIRED],
  ['expiryDate: 2026-11-28T09:30:00Z', undefined],
  ['publishDate: soon\nexpiryDate: never', undefined],
  ['publishDate: 2026-13-41', undefined],
  ['draft: true\npublishDate: 2027-01-01', 'draft'],
])('front matter that says %j', (matter, reason) => {
  expect(outcome(`---\n${matter}\n---`, { clock: CLOCK })).toBe(reason);
  expect(outcome(`---\n${matter}\n---`, { clock: CLOCK, drafts: true })).toBeUndefined();
  expect(outcome(`---\n${matter}\n---`, {})).toBe(reason === 'draft' ? 'draft' : undefined);
});

test('a page is there from when it is published until it expires, in YAML, TOML and JSON', () => {
  const instants = fc.integer({ min: 0, max: Date.UTC(2100, 0) / 1000 }).map((seconds) => seconds * 1000);
  fc.assert(
    fc.property(instants, instants, instants, (published, expires, clock) => {
      const [from, to] = [published, expires].map((instant) => new Date(instant).toISOString());
      const wanted = published > clock ? LATER : expires < clock ? EXPIRED : undefined;
      for (const matter of [
        `---\npublishDate: ${from}\nexpiryDate: ${to}\n---`,
        `+++\npublishDate = ${from}\nexpiryDate = ${to}\n+++`,
        JSON.stringify({ publishDate: from, expiryDate: to }),
      ])
        expect(outcome(matter, { clock })).toBe(wanted);
    }),
  );
});

test('a date without a zone is of UTC', () => {
  for (const text of ['2026-11-28 09:30', '2026-11-28T09:30:00', '2026-11-28t09:30:00.000z'])
    expect(instantOf(text)).toBe(CLOCK);
  expect(instantOf('2026-11-28')).toBe(Date.UTC(2026, 10, 28));
  for (const text of ['', '2026', '28.11.2026', '2026-11-28T', 'Sat Nov 28 2026', '2026-11-28T25:00Z'])
    expect(instantOf(text)).toBeUndefined();
});

test('what is left out is named with its reason', async () => {
  const file = fileWith('a.md', '---\npublishDate: 2027-01-01\n---\nx');
  const { documents, report } = await read(file, { pages: { clock: CLOCK } });
  expect(documents).toEqual([]);
  expect(report.keptOut).toMatchObject([{ reason: LATER }]);
});
