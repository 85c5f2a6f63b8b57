// A server that speaks OpenAI's interface and is everything that a client must live with: slow, failing, cutting off,
// overloaded, talking rubbish. A process of its own; it prints its address. What a document ends with depends on the
// document alone, whatever was asked before: no document fails more often in a row than a client tries, except those
// that always fail.
//
//   node hostile-server.ts [--failures 0.2] [--delay 20] [--no-n]

import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    failures: { type: 'string', default: '0.2' },
    delay: { type: 'string', default: '20' },
    /** Calls at once before it says that there are too many. */
    capacity: { type: 'string', default: '40' },
    'no-n': { type: 'boolean', default: false },
    'refuse-n': { type: 'boolean', default: false },
  },
});
const failures = Number(values.failures);
const delay = Number(values.delay);
const capacity = Number(values.capacity);
/** Fewer than a client's attempts. */
const MOST_IN_A_ROW = 3;

/** A number in [0, 1) for a text. */
function hash(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32LE(0) / 2 ** 32;
}

/** What a document gets however often it is asked about. */
function fateOf(document: string): 'good' | 'refuses' | 'rubbish' | 'breaks' | 'cuts' | 'too-long' {
  const fate = hash(`fate of ${document}`);
  if (fate < 0.002) return 'refuses';
  if (fate < 0.004) return 'rubbish';
  if (fate < 0.006) return 'breaks';
  if (fate < 0.008) return 'cuts';
  return fate < 0.01 ? 'too-long' : 'good';
}

const counts = { calls: 0, answered: 0, failed: 0, tooMany: 0, most: 0, inFlight: 0 };
/** Failures in a row, of documents that have had one. */
const inARow = new Map<string, number>();

interface Asked {
  readonly n?: number;
  readonly prompt?: string;
  readonly messages?: readonly { readonly content: string }[];
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let text = '';
  for await (const chunk of request) text += chunk;
  if (request.url === '/counts') {
    response.end(JSON.stringify({ ...counts, memory: process.memoryUsage.rss() }));
    return;
  }
  counts.calls++;
  const asked = JSON.parse(text) as Asked;
  const prompt = asked.prompt ?? asked.messages?.at(-1)?.content ?? '';
  const document = /document (\d+)/.exec(prompt)?.[1] ?? prompt;
  if (counts.inFlight >= capacity) {
    counts.tooMany++;
    // Every other time it says for how long.
    const after = counts.tooMany % 2 === 0 ? { 'retry-after': '0.2' } : {};
    json(response, 429, { error: { message: 'too many requests' } }, after);
    return;
  }
  counts.inFlight++;
  counts.most = Math.max(counts.most, counts.inFlight);
  try {
    await new Promise((done) => setTimeout(done, delay * (0.5 + Math.random())));
    respond(asked, document, response);
  } finally {
    counts.inFlight--;
  }
}

function respond(asked: Asked, document: string, response: ServerResponse): void {
  const fate = fateOf(document);
  if (fate === 'too-long') json(response, 400, { error: { message: 'the context has 4096 tokens' } });
  else if (values['refuse-n'] && (asked.n ?? 1) > 1)
    json(response, 400, { error: { message: 'n must be 1' } });
  else if (fate === 'breaks') json(response, 500, { error: { message: 'out of order' } });
  else if (fate === 'cuts') cut(response);
  else if (fate === 'good' && isUnlucky(document)) fail(response);
  else complete(asked, fate, document, response);
}

function isUnlucky(document: string): boolean {
  const before = inARow.get(document) ?? 0;
  const unlucky = before < MOST_IN_A_ROW && Math.random() < failures;
  if (unlucky) inARow.set(document, before + 1);
  else inARow.delete(document);
  if (unlucky) counts.failed++;
  return unlucky;
}

function complete(asked: Asked, fate: string, document: string, response: ServerResponse): void {
  counts.answered++;
  const n = values['no-n'] ? 1 : (asked.n ?? 1);
  const texts = Array.from({ length: n }, (_, i) => textOf(fate, document, i));
  const choices = texts.map((content, index) => ({
    index,
    text: content,
    message: { role: 'assistant', content },
    finish_reason: 'stop',
  }));
  const usage = { prompt_tokens: 100, completion_tokens: 10 * n };
  json(response, 200, { id: 'x', object: 'text_completion', choices, usage });
}

function textOf(fate: string, document: string, i: number): string {
  if (fate === 'refuses') return "I'm sorry, but I can't help with that.";
  if (fate === 'rubbish') return ['{"a":', '???', '<div></div>', ''][i % 4];
  return `1. "what is page ${document} about"\n2. page ${document} in short, ${i}\n\n3) who wrote page ${document}`;
}

function fail(response: ServerResponse): void {
  const way = Math.random();
  if (way < 0.25) json(response, 500, { error: { message: 'a moment of weakness' } });
  else if (way < 0.5) cut(response);
  else if (way < 0.6) response.writeHead(200, { 'content-type': 'application/json' }).end('<html>502</html>');
  else if (way < 0.7) json(response, 200, { choices: [] });
  else if (way < 0.8) json(response, 200, { choices: [null, 7, { text: 3 }] });
  else if (way < 0.9) response.destroy();
  else json(response, 429, { error: { message: 'slow down' } }, way < 0.95 ? { 'retry-after': '0.1' } : {});
}

/** Ends in the middle of an answer. */
function cut(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
  response.write('{"choices":[{"text":"what is');
  setTimeout(() => response.destroy(), 5);
}

function json(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

const server = createServer((request, response) => {
  answer(request, response).catch(() => response.destroy());
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`http://127.0.0.1:${port}\n`);
});
