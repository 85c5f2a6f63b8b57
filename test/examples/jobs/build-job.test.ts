// The Job that builds an index, run as it stands but for where its data lies: nothing in it can drift from the command
// line.

import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { CLI, type Ended, NODE, sparsedge, temporaryFolder } from '../../build/commands/command-line.ts';
import { contents } from '../../build/folder-contents.ts';

// Many processes are started at once; how long they take is no matter here.
vi.setConfig({ testTimeout: 900_000 });

const ROOT = join(import.meta.dirname, '../../..');
const JOBS = join(ROOT, 'examples/jobs');

interface Container {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

interface Job {
  readonly kind: string;
  readonly spec: {
    readonly completionMode: string;
    readonly completions: number;
    readonly parallelism: number;
    readonly podReplacementPolicy: string;
    readonly podFailurePolicy: { readonly rules: readonly { onExitCodes?: { containerName: string } }[] };
    readonly template: {
      readonly spec: { readonly restartPolicy: string; readonly containers: readonly Container[] };
    };
  };
}

const { kind, spec } = parse(readFileSync(join(JOBS, 'build.yaml'), 'utf8')) as Job;
const [container] = spec.template.spec.containers;

/** Runs the container's command as the system would at an index. */
function runAt(index: number, cwd: string, replaced: Readonly<Record<string, string>>): Promise<Ended> {
  const { command, args, env } = container!;
  const own = Object.fromEntries(env.map(({ name, value }) => [name, value]));
  const PATH = [join(cwd, 'bin'), dirname(NODE), '/usr/bin', '/bin'].join(':');
  return new Promise((resolve, reject) => {
    const child = spawn(command[0], [...command.slice(1), ...args], {
      cwd,
      env: { ...own, ...replaced, JOB_COMPLETION_INDEX: String(index), PATH },
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

function folderWithProgram(): string {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'bin'));
  symlinkSync(CLI, join(cwd, 'bin/sparsedge'));
  return cwd;
}

test('all indexes at once build the index of one machine', async () => {
  const cwd = folderWithProgram();
  const corpus = join(cwd, 'corpus.jsonl');
  const line = (i: number) => JSON.stringify({ id: `d${i}`, text: `w${1000 + i} w${2000 + (i % 7)}` });
  writeFileSync(corpus, Array.from({ length: 2000 }, (_, i) => line(i)).join('\n'));
  const replaced = { CORPUS: corpus, OUT: join(cwd, 'index') };
  const running = Array.from({ length: spec.completions }, (_, index) => runAt(index, cwd, replaced));
  for (const { code, out, err } of await Promise.all(running)) {
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('2,000 documents');
  }
  const encoder = container!.env.find(({ name }) => name === 'ENCODER')!.value;
  const whole = await sparsedge(cwd, ['build', corpus, '--encoder', encoder, '-o', 'whole']);
  expect(whole).toMatchObject({ code: 0, err: '' });
  expect(contents(join(cwd, 'index'))).toEqual(contents(join(cwd, 'whole')));
});

test('a corpus that is not there ends with the exit code that the Job does not try again', async () => {
  const cwd = folderWithProgram();
  const ended = await runAt(0, cwd, { CORPUS: join(cwd, 'none.jsonl'), OUT: join(cwd, 'index') });
  expect(ended.code).toBe(2);
  expect(spec.podFailurePolicy.rules).toContainEqual(
    expect.objectContaining({
      action: 'FailJob',
      onExitCodes: { containerName: container!.name, operator: 'In', values: [2] },
    }),
  );
});

test('as many indexes as parts, and what Kubernetes wants of such a Job', () => {
  expect({ kind, mode: spec.completionMode }).toEqual({ kind: 'Job', mode: 'Indexed' });
  const parts = container!.env.find(({ name }) => name === 'PARTS')!.value;
  expect([spec.completions, spec.parallelism].map(String)).toEqual([parts, parts]);
  // A policy for failures, and limits for each index, take both of these.
  expect(spec.template.spec.restartPolicy).toBe('Never');
  expect(spec.podReplacementPolicy).toBe('Failed');
});

test('the image is the one that the Job runs, with the Node of the package', () => {
  const dockerfile = readFileSync(join(JOBS, 'Dockerfile.build'), 'utf8');
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(dockerfile).toContain(`node:${devDependencies.node.split('.')[0]}-`);
  expect(dockerfile).toContain(`-t ${container!.image.split(':')[0]} .`);
  // The default model needs a runtime, which the package has bundled and a clone among what is for development.
  expect(dockerfile).toContain(`onnxruntime-node@${devDependencies['onnxruntime-web']}\n`);
});
