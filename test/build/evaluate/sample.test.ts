// The sample collection is edited by hand, so its references and its README are checked here.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readQrels } from '../../../build/evaluate/qrels.ts';
import { readTopics } from '../../../build/evaluate/topics.ts';

const folder = join(import.meta.dirname, '../../fixtures/sample');
const corpus = (await readFile(join(folder, 'corpus.jsonl'), 'utf8'))
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Record<string, unknown>);
const passages = new Set(corpus.map(({ _id }) => _id));
const topics = await readTopics(join(folder, 'queries.jsonl'));
const qrels = await readQrels(join(folder, 'qrels/test.tsv'));
const judgments = [...qrels].flatMap(([query, judged]) =>
  [...judged].map(([passage, relevance]) => ({ query, passage, relevance })),
);

test('every passage has an id of its own, a title and 50 to 110 words', () => {
  expect(passages.size).toBe(corpus.length);
  for (const { _id, title, text } of corpus) {
    expect(_id).toMatch(/^[a-z]+-\d\d$/);
    expect(title, `${_id}`).toMatch(/\S/);
    const words = String(text).split(' ').length;
    expect(words, `${_id}`).toBeGreaterThanOrEqual(50);
    expect(words, `${_id}`).toBeLessThanOrEqual(110);
  }
});

test('every judgment refers to a question and a passage that exist, with relevance 1 or 2', () => {
  const questions = new Set(topics.map(({ id }) => id));
  for (const { query, passage, relevance } of judgments) {
    expect(questions, `${query} ${passage}`).toContain(query);
    expect(passages, `${query} ${passage}`).toContain(passage);
    expect([1, 2], `${query} ${passage}`).toContain(relevance);
  }
});

test('every question is asked once and has one to four judged passages, one of which answers it', () => {
  expect(new Set(topics.map(({ text }) => text)).size).toBe(topics.length);
  for (const { id } of topics) {
    const relevances = [...(qrels.get(id) ?? new Map<string, number>()).values()];
    expect(relevances.length, id).toBeGreaterThanOrEqual(1);
    expect(relevances.length, id).toBeLessThanOrEqual(4);
    expect(relevances, id).toContain(2);
  }
});

test('every topic is asked about', () => {
  const topicOf = (passage: unknown) => String(passage).replace(/-\d+$/, '');
  const judged = new Set(judgments.map(({ passage }) => topicOf(passage)));
  for (const passage of passages) expect(judged).toContain(topicOf(passage));
});

test('the README states the true counts', async () => {
  const readme = await readFile(join(folder, 'README.md'), 'utf8');
  const full = judgments.filter(({ relevance }) => relevance === 2).length;
  expect(readme).toContain(`| ${corpus.length}: 30 topics of 10 |`);
  expect(readme).toContain(`| questions \`{_id, text}\` | ${topics.length} |`);
  expect(readme).toContain(`| ${judgments.length}: ${full} of 2 and ${judgments.length - full} of 1 |`);
});
