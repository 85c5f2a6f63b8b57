// A thin server with OpenAI's interface over llama.cpp, as a process of its own: `node llama-server.ts model.gguf`.
// Prints its address. Each answer is what the model says; nothing is made up here.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type LlamaPrompt, openLlama } from '../../../../build/stages/expand/predict/llama.ts';

const [path = '', adapter] = process.argv.slice(2);
const llama = await openLlama({ model: path, adapter, device: 'cpu', sequences: 4, tokens: 1024 });
let calls = 0;

interface Asked {
  readonly prompt?: string;
  readonly messages?: readonly { readonly role: string; readonly content: string }[];
  readonly temperature: number;
  readonly top_p: number;
  readonly top_k?: number;
  readonly max_tokens: number;
  readonly n?: number;
}

const server = createServer(async (request, response) => {
  const reply = (status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  try {
    if (request.url === '/v1/calls') return reply(200, { calls });
    const asked = JSON.parse(await text(request)) as Asked;
    const of = (role: string) => asked.messages?.find((message) => message.role === role)?.content;
    const prompt: LlamaPrompt = asked.prompt ?? { system: of('system'), user: of('user')! };
    const sampling = {
      temperature: asked.temperature,
      topP: asked.top_p,
      topK: asked.top_k ?? 0,
      maxTokens: asked.max_tokens,
    };
    calls++;
    const { answers, usage } = await llama.answer(
      { prompt, answers: asked.n ?? 1, sampling, seed: calls * 1000 },
      new AbortController().signal,
    );
    const choices = answers.map(({ text: content, cutOff }, index) => ({
      index,
      finish_reason: cutOff ? 'length' : 'stop',
      ...(asked.prompt === undefined ? { message: { role: 'assistant', content } } : { text: content }),
    }));
    return reply(200, { choices, usage: { prompt_tokens: usage.input, completion_tokens: usage.output } });
  } catch (error) {
    return reply(500, { error: { message: String(error) } });
  }
});

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
