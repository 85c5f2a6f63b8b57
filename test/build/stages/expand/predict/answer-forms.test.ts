// Answers of one meaning in every form that servers give them: of chats and of completions, whole and as events.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PRESETS, type Preset } from '../../../../../build/stages/expand/predict/prompt.ts';
import { readCompletion } from '../../../../../build/stages/expand/predict/read-completion.ts';
import {
  bodyOfEvents,
  isEventStream,
} from '../../../../../build/stages/expand/predict/server/event-stream.ts';
import { serverExpander } from '../../../../../build/stages/expand/predict/server-expander.ts';
import { server } from './told-server.ts';

const DOCUMENT = { id: 'a', title: 'Tides', text: 'The moon pulls the sea.' };
const { signal } = new AbortController();
const chat: Preset = { ...PRESETS.instruct, queries: 2, perAnswer: 2 };
const completion: Preset = { ...PRESETS['llama2-doc2query'], queries: 1, perAnswer: 1 };

const events = (...chunks: readonly unknown[]) =>
  chunks.map((chunk) => `data: ${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}\n\n`).join('');
const delta = (said: object, finish_reason: string | null = null) => ({
  choices: [{ index: 0, delta: said, finish_reason }],
});
const text = (said: string, finish_reason: string | null = null) => ({
  choices: [{ index: 0, text: said, finish_reason }],
});

async function expandWith(body: unknown, preset: Preset, headers: Readonly<Record<string, string>> = {}) {
  const { url } = await server(() => ({ body, headers }));
  const options = { url, model: 'm', preset, concurrency: 1, attempts: 1, timeout: 5 };
  return serverExpander(options).expand(DOCUMENT, signal);
}

const FORMS: readonly (readonly [name: string, body: unknown])[] = [
  ['a message', { choices: [{ message: { content: 'moon tides\nhigh tide' }, finish_reason: 'stop' }] }],
  ['text', text('moon tides\nhigh tide', 'stop')],
  [
    'text beside an empty message',
    { choices: [{ message: { content: '' }, text: 'moon tides\nhigh tide' }] },
  ],
  ['a delta', delta({ content: 'moon tides\nhigh tide' }, 'stop')],
  [
    'events',
    events(
      delta({ role: 'assistant', content: '' }),
      delta({ content: 'moon ti' }),
      delta({ content: 'des\nhigh tide' }),
      delta({}, 'stop'),
      { choices: [], usage: { prompt_tokens: 3, completion_tokens: 4 } },
      '[DONE]',
    ),
  ],
  ['events of text', events(text('moon tides\n'), text('high tide'), text('', 'stop'), '[DONE]')],
  [
    'events of parts',
    events(
      delta({ content: [{ type: 'text', text: 'moon tides\n' }] }),
      delta({ content: 'high tide' }, 'stop'),
    ),
  ],
  ['events without [DONE]', events(delta({ content: 'moon tides\nhigh tide' }), delta({}, 'stop'))],
  ['events without finish_reason', events(delta({ content: 'moon tides\nhigh tide' }), '[DONE]')],
  [
    'one event with a message',
    events({ choices: [{ message: { content: 'moon tides\nhigh tide' } }] }, '[DONE]'),
  ],
  [
    'a message behind its deltas',
    events(delta({ content: 'moon' }), {
      choices: [{ index: 0, message: { content: 'moon tides\nhigh tide' }, finish_reason: 'stop' }],
    }),
  ],
  [
    'comments between events',
    `: OPENROUTER PROCESSING\n\n${events(delta({ content: 'moon tides\nhigh tide' }), '[DONE]')}`,
  ],
  [
    'events with carriage returns, names and no spaces',
    `event:message\r\nid: 1\r\ndata:${JSON.stringify(delta({ content: 'moon tides\nhigh tide' }, 'stop'))}\r\n\r\ndata:[DONE]\r\n\r\n`,
  ],
  [
    'thoughts in other events',
    events(
      delta({ reasoning_content: 'The sea,' }),
      delta({ reasoning_content: ' hm' }),
      delta({ content: 'moon tides\nhigh tide' }, 'stop'),
    ),
  ],
];

describe.each(['application/json', 'text/event-stream; charset=utf-8', 'text/plain'])('called %s', (type) => {
  test.each(FORMS)('%s is read, of chats and of completions', async (_, body) => {
    const headers = { 'content-type': type };
    expect(await expandWith(body, chat, headers)).toMatchObject({ queries: ['moon tides', 'high tide'] });
    expect(await expandWith(body, completion, headers)).toMatchObject({ queries: ['moon tides'] });
  });
});

test.each([
  [
    'half an event',
    'data: {"choices": [{"del',
    'event 1 of a stream: expected a JSON object or [DONE], found {"choices": [{"del',
  ],
  [
    'an event that is a page',
    events(delta({ content: 'moon' }), '<html>502'),
    'event 2 of a stream: expected a JSON object or [DONE], found 502',
  ],
  [
    'an end within it',
    events(delta({ content: 'moon ti' })),
    'a stream that broke off: expected a finish_reason or [DONE], found the end after 1 event',
  ],
  [
    'an error between its events',
    events(delta({ content: 'moon ti' }), { error: { message: 'out of memory' } }),
    'out of memory',
  ],
  ['an error as an event', 'event: error\ndata: {"message": "out of memory"}\n\n', 'out of memory'],
  [
    'events of another interface',
    events({ type: 'message_start', message: {} }),
    'an answer without choices: it has type, message',
  ],
  ['nothing but the end', events('[DONE]'), 'a stream without events'],
  ['nothing but comments', ': ping\n\n: ping\n\n', 'a stream without events'],
])('of a stream with %s, the reason says what was there', async (_, body, reason) => {
  const { failure } = await expandWith(body, chat, { 'content-type': 'text/event-stream' });
  expect(failure).toEqual({ reason, ofServer: true });
});

test('an account that is empty ends the run where an event says so', async () => {
  const body = events({ error: { message: 'Insufficient balance', code: 402 } });
  await expect(expandWith(body, chat)).rejects.toMatchObject({ code: 'unavailable' });
});

test('what servers refuse is read in events, too', async () => {
  const { url } = await server(() => ({ status: 402, body: events({ error: { message: 'no credit' } }) }));
  const options = { url, model: 'm', preset: chat, concurrency: 1, attempts: 1, timeout: 5 };
  await expect(serverExpander(options).expand(DOCUMENT, signal)).rejects.toThrow(
    /wants to be paid: 402 no credit\./,
  );
});

/** Texts cut into pieces anywhere, in turns as they come. */
const streams = fc.record({
  texts: fc.array(fc.array(fc.string({ unit: 'binary', maxLength: 6 }), { maxLength: 5 }), {
    minLength: 1,
    maxLength: 3,
  }),
  isChat: fc.boolean(),
  end: fc.constantFrom('\n', '\r\n', '\r'),
  comment: fc.constantFrom('', ': ping', 'event: x', 'id: 7', 'retry: 3', 'data'),
  space: fc.constantFrom('', ' '),
  isDone: fc.boolean(),
});

test('texts are the same however they were cut into events', () => {
  fc.assert(
    fc.property(streams, ({ texts, isChat, end, comment, space, isDone }) => {
      const chunks = texts.flatMap((pieces, index) =>
        [...pieces, ''].map((piece, i) => {
          const said = isChat ? { delta: { content: piece } } : { text: piece };
          return { choices: [{ index, ...said, finish_reason: i === pieces.length ? 'stop' : null }] };
        }),
      );
      const lines = chunks.flatMap((chunk) => [
        // A field without a value adds an empty line to the data of its event, and JSON allows it.
        ...(comment === '' ? [] : [comment]),
        `data:${space}${JSON.stringify(chunk)}`,
        '',
      ]);
      const body = [...lines, ...(isDone ? ['data: [DONE]', ''] : [])].join(end);
      expect(isEventStream(body) || comment === 'data').toBe(true);
      const { answers } = readCompletion(bodyOfEvents(body), '');
      expect(answers.map((answer) => answer.text)).toEqual(texts.map((pieces) => pieces.join('')));
    }),
    { numRuns: 500 },
  );
});

test('what is JSON, a page or a sentence is no stream of events', () => {
  for (const body of [
    '{"data": 1}',
    '[1]',
    '<html>data: x',
    'data is missing',
    'Event handling failed: x',
    '',
  ])
    expect(isEventStream(body)).toBe(false);
});
