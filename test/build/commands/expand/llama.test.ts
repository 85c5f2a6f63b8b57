// A model in this process, and the same model behind a server of its own: real inference of the small model that
// models/train/expansion makes.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openLlama } from '../../../../build/stages/expand/predict/llama.ts';
import { localExpander } from '../../../../build/stages/expand/predict/local-expander.ts';
import { PRESETS } from '../../../../build/stages/expand/predict/prompt.ts';
import { NODE, sparsedge, temporaryFolder } from '../command-line.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const installed = existsSync(join(ROOT, 'node_modules/node-llama-cpp/package.json'));
const FIXTURES = join(ROOT, 'test/fixtures/expansion');
const MODEL = join(FIXTURES, 'doc2query-small.gguf');

const SMOLLM2 = join(process.env.SPARSEDGE_PRETRAINED ?? '', 'smollm2/SmolLM2-135M-Instruct.Q4_1.gguf');
const ADAPTER = join(ROOT, 'models/smollm2-doc2query/adapter.gguf');
/** PyTorch's likeliest queries of the sample's first documents, in floats. */
const BY_PYTORCH = [
  'What is the name of the stretchy mesh that forms when gluten is mixed with flour?',
  'What is the name of the yeast that is used in bread?',
  'What is the name of the starter that is used to make sourdough?',
  'What is the main purpose of salt in dough?',
  'What is the name of the process of shaping the loaf?',
];

interface Pinned {
  readonly text: string;
  readonly ids: readonly number[];
  readonly query?: string;
}

const REFERENCE = JSON.parse(readFileSync(join(FIXTURES, 'reference.json'), 'utf8')) as Pinned[];
const PAGES = REFERENCE.filter(({ query }) => query !== undefined).map(({ text }, i) => ({
  id: `d${i}`,
  text,
}));
const never = new AbortController().signal;
const { prompt: promptOf, sampling } = PRESETS['doc2query-small'];

function folderWithPages(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'pages.jsonl'), PAGES.map((page) => JSON.stringify(page)).join('\n'));
  return folder;
}

async function modelServer(): Promise<{ url: string; calls(): Promise<number> }> {
  const child = spawn(NODE, [join(import.meta.dirname, 'llama-server.ts'), MODEL], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill());
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const url = `${line.toString().trim()}/v1`;
  return {
    url,
    calls: async () => ((await (await fetch(`${url}/calls`)).json()) as { calls: number }).calls,
  };
}

interface Line {
  readonly doc_id: string;
  readonly queries: readonly string[];
}

function linesOf(path: string): Line[] {
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

test.skipIf(installed)(
  'without node-llama-cpp, a model in this process is refused with what to install',
  async () => {
    const folder = folderWithPages();
    const { code, err } = await sparsedge(folder, [
      'expand',
      'pages.jsonl',
      '-o',
      'e.jsonl',
      '--gguf',
      MODEL,
    ]);
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining('npm install --no-save -P node-llama-cpp'),
    });
  },
);

describe.skipIf(!installed)(
  'a model in this process (needs node-llama-cpp: npm install --no-save -P node-llama-cpp)',
  () => {
    test('llama.cpp cuts texts into the ids of the trainer, and goes on as PyTorch does', async () => {
      const llama = await openLlama({ model: MODEL, device: 'cpu', sequences: 1, tokens: 512 });
      try {
        const greedy = { ...sampling, temperature: 0, topK: 0, topP: 1 };
        const found: Pinned[] = [];
        for (const { text, query } of REFERENCE) {
          const ids = [...llama.tokenize(text)];
          if (query === undefined) {
            found.push({ text, ids });
            continue;
          }
          const request = { prompt: promptOf(text, 1), answers: 1, sampling: greedy, seed: 0 };
          const { answers } = await llama.answer(request, never);
          found.push({ text, ids, query: answers[0].text.trim() });
        }
        expect(found).toEqual(REFERENCE);
      } finally {
        await llama.close();
      }
    });

    test('a document has the same queries alone and among others, and again', async () => {
      const expand = async (ids: readonly number[], concurrency: number) => {
        const expander = await localExpander({
          model: MODEL,
          device: 'cpu',
          preset: PRESETS['doc2query-small'],
          concurrency,
        });
        const found = await Promise.all(ids.map((i) => expander.expand(PAGES[i], never)));
        await expander.close();
        return found;
      };
      const [alone] = await expand([1], 1);
      const together = await expand([0, 1, 2], 2);
      expect(alone!.queries.length).toBeGreaterThan(1);
      expect(together[1]).toEqual(alone);
      expect(new Set(together.map(({ queries }) => queries.join())).size).toBe(3);
    });

    test('a preset that the model has no room for is refused, and not tried on every document', async () => {
      const { code, err } = await sparsedge(folderWithPages(), [
        ...['expand', 'pages.jsonl', '-o', 'e.jsonl', '--gguf', MODEL, '--device', 'cpu'],
        ...['--max-tokens', '600'],
      ]);
      expect({ code, err }).toEqual({
        code: 2,
        err: expect.stringMatching(/reads at most 512 tokens, .*: another --preset/),
      });
    });

    test('an adapter changes what a model says, and is part of what names the expander', async () => {
      const expand = async (adapter?: string) => {
        const preset = PRESETS['doc2query-small'];
        const expander = await localExpander({
          model: MODEL,
          adapter,
          device: 'cpu',
          preset,
          concurrency: 1,
        });
        const prediction = await expander.expand(PAGES[0], never);
        await expander.close();
        return { key: expander.key, prediction };
      };
      const [without, adapted] = [await expand(), await expand(join(FIXTURES, 'random-adapter.gguf'))];
      expect(adapted.key).not.toBe(without.key);
      expect(adapted.prediction.usage.output).toBeGreaterThan(0);
      expect(adapted.prediction).not.toEqual(without.prediction);
    });

    test.skipIf(!existsSync(SMOLLM2))(
      'the adapter of SmolLM2 predicts what PyTorch does (needs SPARSEDGE_PRETRAINED)',
      async () => {
        const folder = temporaryFolder();
        const sample = readFileSync(join(ROOT, 'test/fixtures/sample/corpus.jsonl'), 'utf8').split('\n');
        writeFileSync(join(folder, 'pages.jsonl'), sample.slice(0, BY_PYTORCH.length).join('\n'));
        const { code, err } = await sparsedge(folder, [
          ...[
            'expand',
            'pages.jsonl',
            '-o',
            'e.jsonl',
            '--gguf',
            SMOLLM2,
            '--adapter',
            ADAPTER,
            '--device',
            'cpu',
          ],
          ...['--preset', 'llama2-doc2query', '--queries', '1', '--temperature', '0'],
        ]);
        expect({ code, err }).toEqual({ code: 0, err: '' });
        expect(linesOf(join(folder, 'e.jsonl')).map(({ queries }) => queries[0])).toEqual(BY_PYTORCH);
      },
    );

    test('a document that is too long is cut until its prompt fits, and the separator stays', async () => {
      const text = 'żółć '.repeat(2000);
      const preset = { ...PRESETS['doc2query-small'], documentCharacters: 5000, queries: 2 };
      const expander = await localExpander({ model: MODEL, device: 'cpu', preset, concurrency: 1 });
      const { usage, failure } = await expander.expand({ id: 'a', text }, never);
      await expander.close();
      expect(failure?.reason ?? '').not.toContain('no room');
      // The model was trained for 512 tokens.
      expect(usage.input).toBeGreaterThan(300);
      expect(usage.input).toBeLessThanOrEqual(3 * 512);
    });

    test('a server and this process, given the same prompts, say the same; an index of either is searched', async () => {
      const folder = folderWithPages();
      const server = await modelServer();
      const likeliest = [
        '--preset',
        'doc2query-small',
        '--temperature',
        '0',
        '--top-k',
        '0',
        '--queries',
        '1',
        '--json',
      ];
      const run = (out: string, ...args: string[]) =>
        sparsedge(folder, ['expand', 'pages.jsonl', '-o', out, ...args]);
      const asked = await run('server.jsonl', '--server', server.url, '--model', 'small', ...likeliest);
      expect({ code: asked.code, err: asked.err }).toEqual({ code: 0, err: '' });
      expect(await server.calls()).toBe(PAGES.length);
      const here = await run('here.jsonl', '--gguf', MODEL, '--device', 'cpu', ...likeliest);
      expect({ code: here.code, err: here.err }).toEqual({ code: 0, err: '' });
      expect(linesOf(join(folder, 'here.jsonl'))).toEqual(linesOf(join(folder, 'server.jsonl')));
      expect(linesOf(join(folder, 'here.jsonl')).map(({ queries }) => queries[0])).toEqual(
        REFERENCE.flatMap(({ query }) => query ?? []),
      );
      const tokens = ({ out }: { out: string }) => {
        const { inputTokens, outputTokens } = JSON.parse(out);
        return { inputTokens, outputTokens };
      };
      expect(tokens(here)).toEqual(tokens(asked));

      const drawn = ['--preset', 'doc2query-small', '--queries', '8'];
      expect((await run('s.jsonl', '--server', server.url, '--model', 'small', ...drawn)).code).toBe(0);
      expect((await run('h.jsonl', '--gguf', MODEL, '--device', 'cpu', ...drawn)).code).toBe(0);
      for (const name of ['s', 'h']) {
        const lines = linesOf(join(folder, `${name}.jsonl`));
        expect(lines.map(({ doc_id }) => doc_id)).toEqual(PAGES.map(({ id }) => id));
        const built = await sparsedge(folder, [
          'build',
          'pages.jsonl',
          '--expansions',
          `${name}.jsonl`,
          '-o',
          name,
        ]);
        expect({ code: built.code, err: built.err }).toEqual({ code: 0, err: '' });
        // A word that only the model said of a document finds it.
        const word = newWord(PAGES[0].text, lines[0].queries);
        const { out } = await sparsedge(folder, ['search', name, word, '--json']);
        expect(JSON.parse(out).hits.map(({ id }: { id: string }) => id)).toContain(PAGES[0].id);
      }
    });

    test.each([
      [['--gguf', 'nothing.gguf'], 'there is no file nothing.gguf'],
      [['--gguf', 'pages.jsonl', '--device', 'cpu'], 'expected a GGUF model in pages.jsonl'],
      [['--gguf', MODEL, '--adapter', 'pages.jsonl', '--device', 'cpu'], 'with the adapter pages.jsonl'],
      [['--model', 'm', '--adapter', 'a.gguf'], '--adapter needs --gguf'],
      [['--gguf', MODEL, '--model', 'm'], "cannot be used with option '--model <name>'"],
    ])('%s is refused with the reason: %s', async (args, message) => {
      const { code, err } = await sparsedge(folderWithPages(), [
        'expand',
        'pages.jsonl',
        '-o',
        'e.jsonl',
        ...args,
      ]);
      expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
    });
  },
);

/** A word of at least six letters that the queries have and the text has not. */
function newWord(text: string, queries: readonly string[]): string {
  const known = new Set(text.toLowerCase().match(/\p{L}+/gu));
  const word = queries.flatMap((query) => query.match(/\p{L}{6,}/gu) ?? []).find((each) => !known.has(each));
  if (word === undefined) throw new Error(`no new word in ${queries.join(' | ')}`);
  return word;
}
