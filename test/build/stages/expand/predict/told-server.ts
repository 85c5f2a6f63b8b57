// A server that says what a test wants it to.

import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

interface Call {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
  /** Milliseconds since the first call. */
  readonly at: number;
}

interface Reply {
  readonly status?: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server that answers its calls, from 0 on, as it is told. */
export async function server(
  reply: (number: number, call: Call) => Reply,
): Promise<{ url: string; calls: Call[] }> {
  const calls: Call[] = [];
  let first = 0;
  const running = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    first ||= performance.now();
    const { url: path = '', headers } = request;
    const call: Call = { path, headers, body: JSON.parse(text), at: performance.now() - first };
    const { status = 200, body, headers: more = {} } = reply(calls.push(call) - 1, call);
    const said = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', ...more }).end(said);
  });
  running.listen(0, '127.0.0.1');
  await once(running, 'listening');
  onTestFinished(() => {
    running.closeAllConnections();
    running.close();
  });
  return { url: `http://127.0.0.1:${(running.address() as AddressInfo).port}/v1`, calls };
}

/** An answer with these texts. */
export const choices = (...texts: readonly string[]) => ({
  choices: texts.map((text, index) => ({ index, text, message: { content: text }, finish_reason: 'stop' })),
});
