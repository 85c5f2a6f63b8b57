import { describe, expect, test } from 'vitest';
import { parseAnswers } from '../../../../../build/stages/expand/predict/answers/parse.ts';

const DOCUMENT = 'The moon pulls the sea, and the sea rises twice a day.';

function parsed(text: string, { perAnswer = 10, cutOff = false, most = 100, document = DOCUMENT } = {}) {
  return parseAnswers([{ text, cutOff }], document, { perAnswer, most });
}

describe('what models put around their queries is taken off', () => {
  test.each([
    ['numbers', '1. why tides\n2) moon and sea\n(3) high tide\n4: low tide'],
    ['bullets', '- why tides\n* moon and sea\n• high tide\n– low tide'],
    ['quotation marks', '"why tides"\n“moon and sea”,\n«high tide»\n‘low tide’'],
    ['emphasis', '**why tides**\n`moon and sea`\n__high tide__\n1. **low tide**'],
    ['labels', 'Query 1: why tides\nquestion: moon and sea\nSearch query: high tide\nQ4. low tide'],
    ['a code fence', '```text\nwhy tides\nmoon and sea\nhigh tide\nlow tide\n```'],
    ['JSON', '["why tides", "moon and sea", "high tide", "low tide"]'],
    ['blank lines', '\n\nwhy tides\r\n\r\n moon  and\tsea\n\n\nhigh tide\n   \nlow tide\n'],
    ['thoughts', '<think>they may ask\nwhat tides are</think>\nwhy tides\nmoon and sea\nhigh tide\nlow tide'],
  ])('%s', (_, text) => {
    expect(parsed(text)).toEqual({
      queries: ['why tides', 'moon and sea', 'high tide', 'low tide'],
      discarded: {},
    });
  });
});

describe('what is no query is thrown away and counted by reason', () => {
  test.each([
    ['introduction', 'Here are ten search queries:'],
    ['introduction', 'Sure! Here are some queries that this document answers.'],
    ['refusal', "I'm sorry, but I can't help with that."],
    ['refusal', 'As an AI language model, I have no opinion'],
    ['refusal', 'Unfortunately, I cannot provide search queries for this'],
    ['empty', '???'],
    ['empty', '---'],
    ['too-short', 'x'],
    ['too-long', 'tide '.repeat(40)],
    ['markup', '<div>why tides</div>'],
    ['markup', '{"query": why tides}'],
    ['markup', 'https://example.com/tides'],
    ['repeat', 'why is the sea why is the sea why is the sea'],
    ['repeat', 'MOON AND SEA'],
    ['other-script', 'почему бывают приливы'],
    ['other-script', '潮汐是什么'],
  ])('%s: %s', (reason, line) => {
    expect(parsed(`moon and sea\n${line}\n`)).toEqual({
      queries: ['moon and sea'],
      discarded: { [reason]: 1 },
    });
  });

  test('the last line of an answer that ran out of tokens', () => {
    expect(parsed('why tides\nwhen is the ti', { cutOff: true })).toEqual({
      queries: ['why tides'],
      discarded: { 'cut-off': 1 },
    });
  });

  test('a thought without an end, and an answer of nothing', () => {
    expect(parsed('<think>let me see')).toEqual({ queries: [], discarded: { empty: 1 } });
    expect(parsed(' \n')).toEqual({ queries: [], discarded: { empty: 1 } });
  });

  test('what is beyond the number asked for', () => {
    expect(parsed('one thing\ntwo things\nthree things', { most: 2 })).toEqual({
      queries: ['one thing', 'two things'],
      discarded: { surplus: 1 },
    });
  });
});

test.each([
  "i can't connect to wifi",
  'sorry seems to be the hardest word lyrics',
  'sure start centres near me',
  'here comes the sun chords',
  '2001 a space odyssey',
  '1984 plot',
  '3.5 mm jack',
  '"to be or not to be" meaning',
  'q fever',
  'c# or f#',
  'r = 1/2 a',
])('a query stays what it is: %s', (query) => {
  expect(parsed(query)).toEqual({ queries: [query], discarded: {} });
});

test('queries in the script of a document are kept, whatever the script', () => {
  const document = 'Луна притягивает море, and the sea rises';
  expect(parsed('почему бывают приливы\nwhy tides', { document }).queries).toHaveLength(2);
});

test('sampled answers that agree all count, and of each only its first line', () => {
  const answers = ['why tides\nand then some', 'why tides', 'moon and sea'].map((text) => ({
    text,
    cutOff: true,
  }));
  expect(parseAnswers(answers, DOCUMENT, { perAnswer: 1, most: 80 })).toEqual({
    queries: ['why tides'],
    discarded: { surplus: 1, 'cut-off': 2 },
  });
  const whole = answers.map((answer) => ({ ...answer, cutOff: false }));
  expect(parseAnswers(whole, DOCUMENT, { perAnswer: 1, most: 80 }).queries).toEqual([
    'why tides',
    'why tides',
    'moon and sea',
  ]);
});
