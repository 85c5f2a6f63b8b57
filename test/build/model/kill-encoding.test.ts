// What encodes is killed by the system, again and again: nothing gets to tidy up, and nothing may show in the bytes.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SLOW } from '../../fixtures/slow.ts';
import { CLI, NODE, temporaryFolder } from '../commands/command-line.ts';
import { contents } from '../folder-contents.ts';
import { FIXTURES, modelFolder, numberedVocabularyFile } from './reference-model.ts';

const DOCUMENTS = 1500;
const KILLS = SLOW ? 10 : 4;
const MOST_ATTEMPTS = 60;

/** Runs a command; kills it after so long, if it takes that long. */
function run(args: readonly string[], milliseconds?: number): Promise<'done' | 'killed'> {
  return new Promise((settle, fail) => {
    const child = spawn(NODE, [CLI, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let err = '';
    child.stderr.on('data', (chunk) => (err += chunk));
    const timer =
      milliseconds === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), milliseconds);
    child.on('error', fail);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (signal === 'SIGKILL') settle('killed');
      else if (code === 0) settle('done');
      else fail(new Error(`it ended with ${code ?? signal}: ${err}`));
    });
  });
}

/** Numbers from 0 to 1 that are the same in every run. */
function* random(seed: number): Generator<number, never> {
  let state = seed;
  while (true) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    yield state / 0x7fffffff;
  }
}

test.each([
  ['encode', ['--part', '1/1'], 'part-1-of-1', 1],
  ['build', [], '.work/random-residual.journal.0', 2],
] as const)(
  `%s killed ${KILLS} times at random moments ends with the bytes of one run`,
  async (command, options, journal, seed) => {
    const cwd = temporaryFolder();
    const model = modelFolder(
      'residual',
      { tokenizer: numberedVocabularyFile(), document: join(FIXTURES, 'scalars.onnx') },
      { outputs: { values: 'gates' }, query: { kind: 'count' } },
    );
    const corpus = join(cwd, 'corpus.jsonl');
    const line = (i: number) => {
      const words = Array.from({ length: 20 }, (_, j) => `w${1000 + ((i * 31 + j * j * 17) % 9000)}`);
      return JSON.stringify({ id: `d${i}`, text: words.join(' ') });
    };
    writeFileSync(corpus, Array.from({ length: DOCUMENTS }, (_, i) => line(i)).join('\n'));
    const into = (folder: string) => [command, corpus, '--model', model, ...options, '-o', folder];

    const whole = join(cwd, 'whole');
    const started = performance.now();
    expect(await run(into(whole))).toBe('done');
    const duration = performance.now() - started;

    const broken = join(cwd, 'broken');
    mkdirSync(broken);
    const moments = random(seed);
    let [kills, midway] = [0, 0];
    for (let attempt = 0; kills < KILLS && attempt < MOST_ATTEMPTS; attempt++) {
      if ((await run(into(broken), duration * moments.next().value)) === 'killed') {
        kills++;
        if (existsSync(join(broken, journal))) midway++;
      } else {
        // It got to its end between two kills: the next is killed in a new one.
        expect(contents(broken)).toEqual(contents(whole));
        rmSync(broken, { recursive: true });
        mkdirSync(broken);
      }
    }
    expect(kills).toBe(KILLS);
    expect(midway).toBeGreaterThan(SLOW ? 1 : 0);
    expect(await run(into(broken))).toBe('done');
    expect(contents(broken)).toEqual(contents(whole));
  },
);
