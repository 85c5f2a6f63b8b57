// The expander against a server that says what each test wants it to.

import { describe, expect, test } from 'vitest';
import type { Prediction } from '../../../../../build/stages/expand/predict/expander.ts';
import { PRESETS, type Preset } from '../../../../../build/stages/expand/predict/prompt.ts';
import { serverExpander } from '../../../../../build/stages/expand/predict/server-expander.ts';
import { choices, server } from './told-server.ts';

const DOCUMENT = { id: 'a', title: 'Tides', text: 'The moon pulls the sea.' };
const { signal } = new AbortController();

function expand(url: string, preset: Preset, attempts = 2, apiKey?: string): Promise<Prediction> {
  const expander = serverExpander({
    url,
    apiKey,
    model: 'doc2query',
    preset,
    concurrency: 4,
    attempts,
    timeout: 5,
  });
  return expander.expand(DOCUMENT, signal);
}

const few: Preset = { ...PRESETS['llama2-doc2query'], queries: 3 };

test('the published preset asks the completions endpoint for 80 sequences of the published prompt', async () => {
  const { url, calls } = await server((_, { body }) => ({
    body: {
      ...choices(...Array.from({ length: body.n as number }, (__, i) => `query ${i}`)),
      usage: { prompt_tokens: 40, completion_tokens: 400, total_tokens: 440 },
    },
  }));
  const prediction = await expand(url, PRESETS['llama2-doc2query'], 2, 'secret');
  expect(prediction.queries).toHaveLength(80);
  expect(prediction.usage).toEqual({ input: 40, output: 400 });
  expect(calls).toHaveLength(1);
  expect(calls[0]).toMatchObject({ path: '/v1/completions', headers: { authorization: 'Bearer secret' } });
  expect(calls[0].body).toEqual({
    model: 'doc2query',
    prompt:
      'Predict possible search queries for the following document:\nTides The moon pulls the sea.\n---\n',
    n: 80,
    temperature: 1,
    top_p: 0.95,
    top_k: 50,
    max_tokens: 50,
  });
});

test('models that follow instructions are asked for lists, in chat', async () => {
  const { url, calls } = await server(() => ({ body: choices('why tides\nmoon and sea', 'why tides') }));
  const { queries, usage } = await expand(url, PRESETS.instruct);
  expect(queries).toEqual(['why tides', 'moon and sea', 'why tides']);
  expect(usage.estimated).toBe(true);
  expect(usage.output).toBe(Math.ceil('why tides\nmoon and seawhy tides'.length / 4));
  expect(calls[0]).toMatchObject({ path: '/v1/chat/completions', body: { n: 2 } });
  expect(calls[0].body).not.toHaveProperty('top_k');
});

describe('a server that gives one sequence a call', () => {
  test('is noticed by its answer, and asked as often as needed', async () => {
    const { url, calls } = await server((number) => ({ body: choices(`query ${number}`) }));
    expect((await expand(url, few)).queries).toEqual(['query 0', 'query 1', 'query 2']);
    expect(calls.map(({ body }) => body.n)).toEqual([3, undefined, undefined]);
  });

  test('is noticed by its refusal', async () => {
    const { url, calls } = await server((number, { body }) =>
      body.n === undefined
        ? { body: choices(`query ${number}`) }
        : { status: 400, body: { error: { message: 'n must be 1' } } },
    );
    expect((await expand(url, few)).queries).toEqual(['query 1', 'query 2', 'query 3']);
    expect(calls.map(({ body }) => body.n)).toEqual([3, undefined, undefined, undefined]);
  });

  test('is not suspected when it is the document that is refused', async () => {
    const { url, calls } = await server(() => ({ status: 400, body: { error: { message: 'too long' } } }));
    expect(await expand(url, few)).toMatchObject({
      queries: [],
      failure: { reason: expect.stringMatching(/^400 too long; --max-characters/), ofServer: false },
    });
    expect(calls.map(({ body }) => body.n)).toEqual([3, undefined]);
  });
});

test.each([
  ['seconds', () => '1'],
  ['a date', () => new Date(Date.now() + 2000).toUTCString()],
])('a server that is too busy is left alone as long as it wants, in %s', async (_, after) => {
  const { url, calls } = await server((number) =>
    number === 0
      ? { status: 429, body: { error: { message: 'later' } }, headers: { 'retry-after': after() } }
      : { body: choices('one thing', 'two things', 'three things') },
  );
  expect((await expand(url, few, 1)).queries).toHaveLength(3);
  expect(calls[1].at).toBeGreaterThanOrEqual(900);
});

test.each([
  [401, 'no such key'],
  [404, 'no such model'],
])('status %d stops everything, since no other document would fare better', async (status, message) => {
  const { url } = await server(() => ({ status, body: { error: { message } } }));
  await expect(expand(url, few)).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining(`will not answer for the model doc2query: ${status} ${message}`),
  });
});

test.each([
  ['no choices', { choices: [] }, 'an answer without choices: it has choices'],
  ['null', null, 'an answer without choices: it is null'],
  ['another form', { id: 'x', content: 'moon' }, 'an answer without choices: it has id, content'],
  ['choices that are none', { choices: [null] }, 'a choice without text: it is null'],
  ['text that is none', { choices: [{ text: 7 }] }, 'a choice without text: it has text'],
  [
    'a message of another form',
    { choices: [{ message: { parts: [] } }] },
    'a choice without text: it has parts',
  ],
])('an answer of %s is tried again, then listed', async (_, body, reason) => {
  const { url, calls } = await server(() => ({ body }));
  expect((await expand(url, few)).failure).toEqual({ reason, ofServer: true });
  expect(calls).toHaveLength(2);
});

test('answers without a query are tried again, paid for, counted and listed', async () => {
  const { url, calls } = await server(() => ({
    body: {
      ...choices('???', "I'm sorry, but I can't help with that.", ''),
      usage: { prompt_tokens: 5, completion_tokens: 7 },
    },
  }));
  expect(await expand(url, few)).toEqual({
    queries: [],
    discarded: { empty: 4, refusal: 2 },
    usage: { input: 10, output: 14 },
    failure: { reason: 'no query in any answer: empty, refusal', ofServer: false },
  });
  expect(calls).toHaveLength(2);
});

test('a document without words is not asked about', async () => {
  const expander = serverExpander({
    url: 'http://127.0.0.1:9/v1',
    model: 'm',
    preset: few,
    concurrency: 1,
    attempts: 1,
    timeout: 1,
  });
  expect(await expander.expand({ id: 'a', text: ' … ' }, signal)).toMatchObject({
    failure: { reason: 'the document has no words', ofServer: false },
  });
});
