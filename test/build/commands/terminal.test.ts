// Text of documents cannot steer a terminal, whichever command shows it; programs get it as it is.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { oneLine, safeLines, table, visible } from '../../../build/terminal/layout.ts';
import { sparsedge, temporaryFolder, writeDocuments } from './command-line.ts';

/** Clears the screen, rings, sets the title, links elsewhere, turns lines around, and 8-bit forms of the same. */
const STEERING =
  '\u001b[2J\u0007\u001b]0;owned\u0007\u202eneedle\u2066 \u009b31m\u0085 \u007f\u200f\u061c\r\u0000 end';
/** What remains may be bold, and nothing else. */
const BOLD = new RegExp(`${String.fromCharCode(0x1b)}\\[(1|22)m`, 'g');
const CONTROLS = /(?!\n)[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

test('signs stand in the place of controls', () => {
  expect(visible('\u001b[31m\u0007\n')).toBe('␛[31m␇␊');
  expect(visible('\u009b1m \u202e \u2028 \u007f')).toBe('<U+009B>1m <U+202E> <U+2028> ␡');
  expect(visible('né 🛶 שלום ไทย')).toBe('né 🛶 שלום ไทย');
  expect(oneLine(STEERING, 100)).not.toMatch(CONTROLS);
  expect(table([['\u001b[2J', 'x']])).toEqual(['␛[2J  x']);
  expect(safeLines('\u001b[1mbold\u001b[22m\tand\n\u001b[31mnot red\r')).toBe(
    '\u001b[1mbold\u001b[22m\tand\n␛[31mnot red␍',
  );
});

test('no command lets documents, ids, queries or files steer the terminal', async () => {
  const folder = temporaryFolder();
  writeDocuments(folder, [
    {
      id: 'e\u202ec',
      title: STEERING,
      text: `${STEERING} needle`,
      url: `https://x.example/${STEERING}`,
      more: STEERING,
    },
    { id: 'calm', title: 'calm', text: 'another needle' },
  ]);
  writeFileSync(join(folder, 'q.tsv'), 'q1\tneedle\n');
  writeFileSync(join(folder, 'qrels'), 'q1 0 calm 1\n');
  writeFileSync(
    join(folder, 'bad.jsonl'),
    `{"id": "a", "text": 5, "${STEERING.replaceAll(/\p{Cc}/gu, '\u009b')}": 1\n`,
  );
  const built = await sparsedge(folder, ['build', 'pages.jsonl', '--encoder', 'bm25']);
  expect(built.code).toBe(0);
  const commands = [
    ['search', 'shards/pages', 'needle'],
    ['search', 'shards/pages', `needle${STEERING.replaceAll('\u0000', '')}`, '--explain'],
    ['search', 'shards/pages', '\u001b[2J\u202e'],
    ['inspect', 'shards/pages', '--document', 'e\u202ec'],
    ['inspect', 'shards/pages', '--document', 'none\u001b[2J'],
    ['inspect', 'shards/pages', '--term', 'needle'],
    ['eval', 'shards/pages', '--queries', 'q.tsv', '--qrels', 'qrels'],
    ['build', 'bad.jsonl', '--encoder', 'bm25'],
    ['build', 'none\u001b[2J\u202e.jsonl'],
    ['search', 'shards/\u009b2J', 'x'],
  ];
  for (const command of commands) {
    const { out, err } = await sparsedge(folder, command);
    expect(`${out}${err}`.replaceAll(BOLD, ''), command.join(' ')).not.toMatch(CONTROLS);
    expect(`${out}${err}`.length).toBeGreaterThan(10);
  }
  const { out } = await sparsedge(folder, ['search', 'shards/pages', 'needle', '--json']);
  expect(JSON.parse(out).hits.map(({ title }: { title: string }) => title)).toContain(STEERING);
});
