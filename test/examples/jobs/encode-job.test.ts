// The Job for a GPU pool, run as it stands but for where its data lies and on the processor: nothing in it can drift
// from the command line.

import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { CLI, type Ended, NODE, sparsedge, temporaryFolder } from '../../build/commands/command-line.ts';
import { contents } from '../../build/folder-contents.ts';
import { FIXTURES, modelFolder, numberedVocabularyFile } from '../../build/model/reference-model.ts';

const ROOT = join(import.meta.dirname, '../../..');
const JOBS = join(ROOT, 'examples/jobs');

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

interface Container {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly resources: { readonly limits: Readonly<Record<string, unknown>> };
}

const { kind, spec } = parse(readFileSync(join(JOBS, 'encode.yaml'), 'utf8')) as Job;
const [container] = spec.template.spec.containers;

/** Runs the container's command as the system would at an index. */
function runAt(index: number, path: string, replaced: Readonly<Record<string, string>>): Promise<Ended> {
  const { command, args, env } = container!;
  const own = Object.fromEntries(env.map(({ name, value }) => [name, value]));
  return new Promise((resolve, reject) => {
    const child = spawn(command[0], [...command.slice(1), ...args], {
      env: { ...own, ...replaced, JOB_COMPLETION_INDEX: String(index), PATH: path },
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

test('every index encodes its part, and a build takes them all', async () => {
  const cwd = temporaryFolder();
  const model = modelFolder(
    'residual',
    { tokenizer: numberedVocabularyFile(), document: join(FIXTURES, 'scalars.onnx') },
    { outputs: { values: 'gates' }, query: { kind: 'count' } },
  );
  const corpus = join(cwd, 'corpus.jsonl');
  const line = (i: number) => JSON.stringify({ id: `d${i}`, text: `w${1000 + i} w${2000 + (i % 7)}` });
  writeFileSync(corpus, Array.from({ length: 2000 }, (_, i) => line(i)).join('\n'));
  const bin = join(cwd, 'bin');
  mkdirSync(bin);
  symlinkSync(CLI, join(bin, 'sparsedge'));
  const path = [bin, dirname(NODE), '/usr/bin', '/bin'].join(':');
  const replaced = { CORPUS: corpus, MODEL: model, OUT: join(cwd, 'parts'), DEVICE: 'cpu' };
  for (let index = 0; index < spec.completions; index++) {
    const { code, out, err } = await runAt(index, path, replaced);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`Part ${index + 1} of ${spec.completions} of 2,000 documents`);
  }
  const build = (folder: string, ...more: string[]) =>
    sparsedge(cwd, ['build', corpus, '-o', folder, '--model', model, ...more]);
  expect(await build('merged', '--parts', 'parts')).toMatchObject({ code: 0, err: '' });
  expect(await build('whole')).toMatchObject({ code: 0, err: '' });
  expect(contents(join(cwd, 'merged'))).toEqual(contents(join(cwd, 'whole')));
});

test('a model that is not there ends with the exit code that the Job does not try again', async () => {
  const cwd = temporaryFolder();
  const bin = join(cwd, 'bin');
  mkdirSync(bin);
  symlinkSync(CLI, join(bin, 'sparsedge'));
  const ended = await runAt(0, [bin, dirname(NODE), '/usr/bin', '/bin'].join(':'), { MODEL: cwd });
  expect(ended.code).toBe(2);
  expect(spec.podFailurePolicy.rules).toContainEqual(
    expect.objectContaining({
      action: 'FailJob',
      onExitCodes: { containerName: container!.name, operator: 'In', values: [2] },
    }),
  );
});

test('as many indexes as parts, on one GPU each, and what Kubernetes wants of such a Job', () => {
  expect({ kind, mode: spec.completionMode }).toEqual({ kind: 'Job', mode: 'Indexed' });
  const parts = container!.env.find(({ name }) => name === 'PARTS')!.value;
  expect([spec.completions, spec.parallelism].map(String)).toEqual([parts, parts]);
  expect(container!.resources.limits['nvidia.com/gpu']).toBe(1);
  // A policy for failures, and limits for each index, take both of these.
  expect(spec.template.spec.restartPolicy).toBe('Never');
  expect(spec.podReplacementPolicy).toBe('Failed');
});

test('the image has the runtime of the version that the package has', () => {
  const dockerfile = readFileSync(join(JOBS, 'Dockerfile'), 'utf8');
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(dockerfile).toContain(`onnxruntime-node@${devDependencies['onnxruntime-web']}\n`);
  expect(dockerfile).toContain(`node:${devDependencies.node.split('.')[0]}-`);
  expect(dockerfile).toContain(`-t ${container!.image.split(':')[0]} .`);
});
