// Servers and accounts as they really fail.

import { describe, expect, test } from 'vitest';
import { PRESETS, type Preset } from '../../../../../build/stages/expand/predict/prompt.ts';
import { serverExpander } from '../../../../../build/stages/expand/predict/server-expander.ts';
import { choices, server } from './told-server.ts';

const DOCUMENT = { id: 'a', title: 'Tides', text: 'The moon pulls the sea.' };
const { signal } = new AbortController();
const preset: Preset = { ...PRESETS.instruct, queries: 2, perAnswer: 2 };

function expander(url: string, attempts = 2) {
  return serverExpander({ url, model: 'm', preset, concurrency: 4, attempts, timeout: 5 });
}

const LIST = choices('moon tides\nhigh tide');
const refusing = (message: string, more: object = {}) => ({
  status: 400,
  body: { error: { message, ...more } },
});
type Body = Readonly<Record<string, unknown>>;
const rolesOf = ({ messages }: Body) => (messages as { role: string }[]).map(({ role }) => role);

describe('a server that wants another form of call gets it, for all calls', () => {
  test.each([
    ['no system role', (body: Body) => rolesOf(body).includes('system'), 'System role not supported'],
    [
      'roles that alternate',
      (body: Body) => rolesOf(body).includes('system'),
      'Conversation roles must alternate user/assistant/user/assistant/...',
    ],
    [
      'max_completion_tokens',
      (body: Body) => 'max_tokens' in body,
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    ],
    [
      'no top_p',
      (body: Body) => 'top_p' in body,
      "Unsupported parameter: 'top_p' is not supported with this model.",
    ],
    [
      'no choice of temperature',
      (body: Body) => 'temperature' in body,
      "Unsupported value: 'temperature' does not support 0.7 with this model. Only the default (1) value is supported.",
    ],
    [
      'both left out, without a word',
      (body: Body) => 'top_p' in body || 'temperature' in body,
      'Bad Request',
    ],
    [
      'all of it, without a word',
      (body: Body) => 'top_p' in body || 'max_tokens' in body || rolesOf(body).includes('system'),
      'invalid request',
    ],
  ])('%s', async (_, isRefused, message) => {
    const { url, calls } = await server((__, { body }) =>
      isRefused(body) ? refusing(message) : { body: LIST },
    );
    const { expand } = expander(url);
    expect((await expand(DOCUMENT, signal)).queries).toEqual(['moon tides', 'high tide']);
    const before = calls.length;
    expect((await expand({ ...DOCUMENT, id: 'b' }, signal)).queries).toHaveLength(2);
    expect(calls).toHaveLength(before + 1);
    expect(JSON.stringify(calls.at(-1)?.body)).toContain('You predict what people type');
  });

  test('what a template cannot say is refused with a status of the server, and asked otherwise', async () => {
    const { url } = await server((_, { body }) =>
      rolesOf(body).includes('system')
        ? {
            status: 500,
            body: { error: { message: 'Jinja Exception: System role not supported', code: 500 } },
          }
        : { body: LIST },
    );
    expect((await expander(url).expand(DOCUMENT, signal)).queries).toHaveLength(2);
  });

  test.each([
    'This model only support stream mode, please enable the stream parameter to access the model.',
    'parameter.enable_thinking must be set to false for non-streaming calls',
    'Streaming is required for operations that may take longer than 10 minutes.',
    'stream must be true',
  ])('events where a model gives nothing else: %s', async (message) => {
    const event = {
      choices: [{ index: 0, delta: { content: 'moon tides\nhigh tide' }, finish_reason: 'stop' }],
    };
    const { url, calls } = await server((_, { body }) =>
      body.stream ? { body: `data: ${JSON.stringify(event)}\n\ndata: [DONE]\n\n` } : refusing(message),
    );
    const { expand } = expander(url);
    for (const id of ['a', 'b'])
      expect((await expand({ ...DOCUMENT, id }, signal)).queries).toEqual(['moon tides', 'high tide']);
    expect(calls.map(({ body }) => body.stream)).toEqual([undefined, true, true]);
  });

  test('the name of a parameter that stands beside the words counts', async () => {
    const { url } = await server((_, { body }) =>
      'top_p' in body ? refusing('Extra inputs are not permitted', { param: 'top_p' }) : { body: LIST },
    );
    expect((await expander(url).expand(DOCUMENT, signal)).queries).toHaveLength(2);
  });
});

describe('what no other document would fare better with ends the run at once', () => {
  test.each([
    ['402', 402, { error: { message: 'Insufficient credits. Add more and retry.', code: 402 } }],
    [
      'a quota',
      429,
      {
        error: {
          message: 'You exceeded your current quota, please check your plan and billing details.',
          type: 'insufficient_quota',
        },
      },
    ],
    ['a code alone', 429, { error: { message: 'no', code: 'insufficient_quota' } }],
    ['400 of a balance', 400, { error: { message: 'Your credit balance is too low to access the API.' } }],
    [
      'a limit of the day',
      429,
      { error: { message: 'Rate limit exceeded: free-models-per-day.', code: 429 } },
    ],
    ['an error in an answer', 200, { error: { message: 'Insufficient balance', code: 402 } }],
  ])('%s', async (_, status, body) => {
    const { url, calls } = await server(() => ({ status, body }));
    await expect(expander(url).expand(DOCUMENT, signal)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(body.error.message.replace(/\.$/, '')),
    });
    expect(calls).toHaveLength(1);
  });

  test.each([
    ['a model that is not there', 'model400 is not a valid model ID', 1],
    ['a request that is always wrong', 'Bad Request', 6],
    ['a policy of the place', 'this region is closed', 6],
  ])('%s', async (_, message, most) => {
    const { url, calls } = await server(() => refusing(message));
    await expect(expander(url).expand(DOCUMENT, signal)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(`refuses every call for the model m: 400 ${message}`),
    });
    expect(calls.length).toBeLessThanOrEqual(most);
  });

  test('a document that is refused alone is listed, and the others are expanded', async () => {
    const { url } = await server((_, { body }) =>
      JSON.stringify(body).includes('pulls') ? refusing('content policy violation') : { body: LIST },
    );
    const { expand } = expander(url);
    expect((await expand(DOCUMENT, signal)).failure).toEqual({
      reason: '400 content policy violation',
      ofServer: false,
    });
    expect((await expand({ id: 'b', text: 'Bread' }, signal)).queries).toHaveLength(2);
  });

  test('too many calls are not an empty account', async () => {
    const { url } = await server((number) =>
      number === 0
        ? {
            status: 429,
            body: { error: { message: 'Rate limit reached: quota of requests per minute' } },
            headers: { 'retry-after': '0.1' },
          }
        : { body: LIST },
    );
    expect((await expander(url).expand(DOCUMENT, signal)).queries).toHaveLength(2);
  });
});

describe('the reason says what the server said', () => {
  test.each([
    [
      'an error in an answer that is well',
      200,
      { error: { message: 'upstream provider overloaded', code: 502 } },
      'upstream provider overloaded',
    ],
    [
      'words without an envelope',
      500,
      { object: 'error', message: 'out of memory', code: 500 },
      '500 out of memory',
    ],
    ['a detail', 500, { detail: 'worker died' }, '500 worker died'],
    ['a string', 500, { error: 'no slot' }, '500 no slot'],
    [
      'a page',
      502,
      '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>',
      '502 502 Bad Gateway nginx',
    ],
    ['a list of faults', 500, { detail: [{ loc: ['body'], msg: 'field required' }] }, '500 field required'],
  ])('%s', async (_, status, body, reason) => {
    const { url } = await server(() => ({ status, body }));
    expect((await expander(url, 1).expand(DOCUMENT, signal)).failure).toEqual({ reason, ofServer: true });
  });

  const message = (said: object, finish_reason = 'stop') => ({
    choices: [{ index: 0, message: said, finish_reason }],
  });
  test.each([
    [
      'thinking alone',
      message({ content: null, reasoning_content: 'hm' }),
      'the model reasoned and gave no answer: raise --max-tokens',
    ],
    [
      'thinking to the limit',
      message({ content: '', reasoning: 'hm' }, 'length'),
      'cut off at the limit of 400 tokens while the model was reasoning: raise --max-tokens',
    ],
    [
      'nothing to the limit',
      message({ content: null }, 'length'),
      'used up the limit of 400 tokens and said nothing',
    ],
    ['a content filter', message({ content: '' }, 'content_filter'), 'content filter'],
    ['a content filter and null', message({ content: null }, 'content_filter'), 'content filter'],
    ['a refusal beside the text', message({ content: null, refusal: "I'm sorry, I can't help." }), 'refusal'],
    ['the length of a call', undefined, 'tokens; --max-characters shortens documents, --max-tokens answers'],
  ])('%s', async (_, body, reason) => {
    const { url } = await server(() =>
      body === undefined ? refusing("This model's maximum context length is 2048 tokens") : { body },
    );
    expect((await expander(url, 1).expand(DOCUMENT, signal)).failure?.reason).toContain(reason);
  });

  test.each([
    ['parts', [{ type: 'text', text: 'moon tides\nhigh tide' }]],
    [
      'parts with thoughts',
      [
        { type: 'thinking', thinking: [{ text: 'hm' }] },
        { type: 'text', text: 'moon tides\nhigh tide' },
      ],
    ],
    ['strings', ['moon tides\n', 'high tide']],
  ])('text in %s is read', async (_, content) => {
    const { url } = await server(() => ({ body: message({ content }) }));
    expect((await expander(url).expand(DOCUMENT, signal)).queries).toEqual(['moon tides', 'high tide']);
  });
});

describe('an answer that is not whole', () => {
  const choice = (more: object) => ({
    choices: [{ index: 0, message: { content: 'moon tides\nhigh t' }, ...more }],
  });

  test.each(['length', 'max_tokens', 'MAX_TOKENS', 'model_length', 'content_filter'])(
    'loses its last line: %s',
    async (finish_reason) => {
      const { url } = await server(() => ({ body: choice({ finish_reason }) }));
      const { queries, discarded } = await expander(url).expand(DOCUMENT, signal);
      expect({ queries, discarded }).toEqual({ queries: ['moon tides'], discarded: { 'cut-off': 1 } });
    },
  );

  test.each([
    [{ finish_reason: 'error' }, 'an answer that broke off: its finish_reason is error'],
    [{ finish_reason: 'error', error: { message: 'upstream died', code: 502 } }, 'upstream died'],
    [{ finish_reason: null, error: { message: 'upstream died' } }, 'upstream died'],
  ])('is none where the server failed: %j', async (more, reason) => {
    const { url } = await server(() => ({ body: choice(more) }));
    const { queries, failure } = await expander(url, 1).expand(DOCUMENT, signal);
    expect({ queries, failure }).toEqual({ queries: [], failure: { reason, ofServer: true } });
  });
});

test.each([
  ['iso-8859-1', 'latin1'],
  ['"utf-16le"', 'utf16le'],
  ['utf-8', 'utf8'],
  ['of-nobody', 'utf8'],
] as const)('an answer in %s is read as such', async (charset, encoding) => {
  const body = Buffer.from(JSON.stringify(choices('marée à la plage\nmoon tides')), encoding);
  const headers = { 'content-type': `application/json; charset=${charset}` };
  const { url } = await server(() => ({ body, headers }));
  expect((await expander(url).expand(DOCUMENT, signal)).queries[0]).toBe('marée à la plage');
});

describe('an answer that does not call itself JSON', () => {
  test.each(['text/plain', 'application/octet-stream', ''])('is read where it is: %s', async (type) => {
    const { url } = await server(() => ({
      body: `\uFEFF${JSON.stringify(LIST)}`,
      headers: { 'content-type': type },
    }));
    expect((await expander(url).expand(DOCUMENT, signal)).queries).toHaveLength(2);
  });

  test.each([
    [
      'a page',
      '<html><title>Sign in</title><body>Please sign in',
      'an answer that is not JSON: Sign in Please sign in',
    ],
    ['nothing', '', 'an empty answer'],
  ])('is given as the reason where it is none: %s', async (_, body, reason) => {
    const { url } = await server(() => ({ body, headers: { 'content-type': 'text/html' } }));
    const { failure } = await expander(url, 1).expand(DOCUMENT, signal);
    expect(failure).toEqual({ reason, ofServer: true });
  });
});

test('a document that is too long is refused, whatever the status', async () => {
  const message = 'input length 3000 exceeds the maximum context of 2048';
  const { url } = await server(() => ({ status: 500, body: { error: { message } } }));
  const { failure } = await expander(url).expand(DOCUMENT, signal);
  expect(failure).toMatchObject({ ofServer: false, reason: expect.stringContaining('--max-characters') });
});
