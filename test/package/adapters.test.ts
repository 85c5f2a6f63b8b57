// The adapters of examples/agents with the libraries that they are for, which are 69 MB and installed by this test
// alone: it checks their types and asks a Worker through them.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startLocalWorker } from '../../build/local/local-worker.ts';
import { silent } from '../../build/terminal/progress.ts';
import { sparsedge, temporaryFolder } from '../build/commands/command-line.ts';
import { SLOW } from '../fixtures/slow.ts';

const ROOT = join(import.meta.dirname, '../..');
const LIBRARIES = ['@langchain/core@1.4.0', 'ai@6.0.326', 'zod@4.6.7'];

const PAGES = [
  {
    id: 'keys',
    title: 'Keys',
    text: 'To rotate a key, make a new one.',
    url: 'https://example.org/keys',
    lang: 'en',
  },
  { id: 'roles', title: 'Roles', text: 'Readers see pages, and keys of none.', lang: 'en' },
  { id: 'alt', title: 'Key', text: 'To rotate a key, turn it.', lang: 'xx' },
];

const USE = `
import { open } from 'sparsedge';
import { SparsedgeRetriever } from './langchain.ts';
import { searchTool } from './ai-sdk.ts';

const index = await open({ endpoint: process.argv[2]! });
const retriever = new SparsedgeRetriever(index, { k: 2, filter: 'lang:en' });
const documents = await retriever.invoke('rotate a key');
const piped = await retriever.pipe((found) => found.length).invoke('rotate a key');
const { execute, inputSchema } = searchTool(index, 'the manual');
if (!execute || !('parse' in inputSchema)) throw new Error('no tool');
const answer = await execute({ query: 'rotate a key', k: 1 }, { toolCallId: '1', messages: [] });
const stopped = AbortSignal.abort();
const aborted = await Promise.resolve(
  execute({ query: 'rotate', k: 1 }, { toolCallId: '2', messages: [], abortSignal: stopped }),
).then(() => 'answered', (error: Error) => error.name);
console.log(JSON.stringify({ documents, piped, answer, aborted }));
`;

test.skipIf(!SLOW)(
  'adapters find documents for LangChain.js and the AI SDK (needs the network, SPARSEDGE_SLOW=1)',
  { timeout: 900_000 },
  async () => {
    const folder = temporaryFolder();
    const run = (command: string, ...args: string[]) =>
      execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
    run('npm', 'install', '--silent', '--no-audit', '--no-fund', ...LIBRARIES);
    run(process.execPath, join(ROOT, 'package/assemble.ts'));
    symlinkSync(ROOT, join(folder, 'node_modules/sparsedge'));
    for (const name of ['langchain.ts', 'ai-sdk.ts'])
      cpSync(join(ROOT, 'examples/agents', name), join(folder, name));
    writeFileSync(join(folder, 'use.ts'), USE);
    mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'));
    const strict = [
      '--strict',
      '--noEmit',
      '--skipLibCheck',
      '--allowImportingTsExtensions',
      '--noImplicitOverride',
    ];
    const as = ['--module', 'nodenext', '--target', 'es2023', '--lib', 'es2023,dom', '--types', 'node'];
    run(process.execPath, join(ROOT, 'node_modules/typescript/bin/tsc'), ...strict, ...as, 'use.ts');

    writeFileSync(join(folder, 'pages.jsonl'), PAGES.map((each) => JSON.stringify(each)).join('\n'));
    expect(await sparsedge(folder, ['build', 'pages.jsonl', '--encoder', 'bm25'])).toMatchObject({ code: 0 });
    const worker = await startLocalWorker(join(folder, 'shards/pages'), { port: 0, startProgress: silent });
    onTestFinished(() => worker.stop());
    const said = JSON.parse(run(process.execPath, 'use.ts', worker.url));
    expect(said.documents).toEqual([
      expect.objectContaining({
        id: 'keys',
        pageContent: 'To rotate a key, make a new one.',
        metadata: { title: 'Keys', url: 'https://example.org/keys', score: expect.any(Number) },
      }),
      expect.objectContaining({ id: 'roles' }),
    ]);
    expect([said.piped, said.aborted]).toEqual([2, 'AbortError']);
    expect(said.answer).toMatchObject({
      exact: true,
      results: [{ snippet: expect.stringContaining('rotate') }],
    });
  },
);
