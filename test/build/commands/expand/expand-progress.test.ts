import { expect, test } from 'vitest';
import { progressLine } from '../../../../build/commands/expand/expand-progress.ts';

const position = { done: 400, total: 1000, now: { documents: 200, tokens: 60_000, seconds: 40 }, spent: 2 };

test('progress says how fast this run goes, and what time and money is left', () => {
  expect(progressLine(position, {})).toBe(
    'expanding: 400 of 1,000 documents, 5.0/s, 1,500 tokens/s, 2 min 0 s left',
  );
  expect(progressLine(position, { hour: 2 })).toMatch(/ left, 2\.00 spent, 3\.00 to go$/);
  expect(progressLine({ ...position, spent: 0.0123456 }, { hour: 2 })).toMatch(
    / left, 0\.012 spent, 0\.019 to go$/,
  );
});
