// What benchmarks ask: real questions, always the same ones, taken evenly from each collection.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readTopics } from '../../../build/evaluate/topics.ts';
import { requiredData } from './folders.ts';
import { collectionOf } from './passages.ts';

/**
 * Sets of questions by name. The goals are about `squad`: questions that people asked about Wikipedia, of which the
 * passages answer few. `headings` are about the passages: headings of sections that are among them. `medquad` are long
 * and much alike. `documents` are documents asked as queries, of 1,024 distinct words each.
 */
export const QUESTION_SETS = {
  squad: () => questionsOf('squad_v1_dev', 1000),
  headings: () => headings(500),
  medquad: () => questionsOf('medquad', 500),
  documents: () => longDocuments(50),
} as const;
export type QuestionSet = keyof typeof QUESTION_SETS;

async function questionsOf(collection: string, count: number): Promise<string[]> {
  const topics = await readTopics(requiredData(`collections/${collection}/queries.jsonl`));
  return spread(topics, count).map(({ text }) => text);
}

async function headings(count: number): Promise<string[]> {
  const lines = gunzipSync(readFileSync(requiredData('pairs/headings.jsonl.gz')))
    .toString()
    .trim()
    .split('\n');
  const pairs = lines.map((line) => JSON.parse(line) as { title: string; heading: string });
  // A heading such as "Examples" is no question; below its title it is.
  return spread(pairs, count).map(({ title, heading }) => `${title} ${heading}`);
}

/** Whatever their letters are, fewer bytes than a request may have. */
const MOST_CHARACTERS = 7900;

/** The 1,024 first distinct words of passages that follow one another. */
async function longDocuments(count: number): Promise<string[]> {
  const lines = readFileSync(await collectionOf('10k'), 'utf8')
    .trim()
    .split('\n');
  const texts = lines.map((line) => (JSON.parse(line) as { text: string }).text);
  return spread([...texts.keys()].slice(0, -200), count).map((first) => {
    const words = new Set<string>();
    for (let last = first; words.size < 1024 && last < texts.length; last++)
      for (const word of texts[last].toLowerCase().match(/\p{L}+/gu) ?? []) words.add(word);
    const question = [...words].slice(0, 1024).join(' ');
    return question.length <= MOST_CHARACTERS
      ? question
      : question.slice(0, question.lastIndexOf(' ', MOST_CHARACTERS));
  });
}

/** `count` of the entries, evenly spaced from the first on. */
export function spread<Entry>(entries: readonly Entry[], count: number): Entry[] {
  return Array.from({ length: count }, (_, i) => entries[Math.floor((i * entries.length) / count)]);
}
