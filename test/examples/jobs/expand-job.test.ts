// The compose file and the Job for expansion, their commands run as they stand but for where the data and the server
// are: nothing in them can drift from the command line. What vLLM is told is not tried: there is none here.

import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { CLI, type Ended, NODE, sparsedge, temporaryFolder } from '../../build/commands/command-line.ts';
import { hostileServer } from '../../build/commands/expand/start-server.ts';

const ROOT = join(import.meta.dirname, '../../..');
const JOBS = join(ROOT, 'examples/jobs');
const read = (name: string) => readFileSync(join(JOBS, name), 'utf8');

interface Container {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly restartPolicy?: string;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly resources: { readonly limits: Readonly<Record<string, unknown>> };
}

interface Job {
  readonly spec: {
    readonly completionMode: string;
    readonly completions: number;
    readonly parallelism: number;
    readonly podReplacementPolicy: string;
    readonly podFailurePolicy: { readonly rules: readonly { onExitCodes?: { containerName: string } }[] };
    readonly template: {
      readonly spec: {
        readonly restartPolicy: string;
        readonly initContainers: readonly Container[];
        readonly containers: readonly Container[];
      };
    };
  };
}

interface Service {
  readonly image: string;
  readonly command: readonly string[];
  readonly build: { readonly context: string; readonly dockerfile: string };
  readonly depends_on: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}

const { spec } = parse(read('expand.yaml')) as Job;
const { initContainers, containers, restartPolicy } = spec.template.spec;
const [container] = containers;
const { services } = parse(read('expand.compose.yaml')) as { services: { vllm: Service; expand: Service } };

function folderWithCorpus(): string {
  const folder = temporaryFolder();
  const line = (i: number) => JSON.stringify({ id: `d${i}`, text: `document ${i} of many` });
  writeFileSync(join(folder, 'corpus.jsonl'), Array.from({ length: 30 }, (_, i) => line(i)).join('\n'));
  mkdirSync(join(folder, 'bin'));
  symlinkSync(CLI, join(folder, 'bin/sparsedge'));
  return folder;
}

/** Runs the Job's command as the system would at an index. */
function runAt(index: number, folder: string, server: string): Promise<Ended> {
  const { command, args, env } = container!;
  const own = Object.fromEntries(env.map(({ name, value }) => [name, value]));
  const replaced = { CORPUS: join(folder, 'corpus.jsonl'), SERVER: server, OUT: join(folder, 'parts') };
  const PATH = [join(folder, 'bin'), dirname(NODE), '/usr/bin', '/bin'].join(':');
  return new Promise((resolve, reject) => {
    const child = spawn(command[0], [...command.slice(1), ...args], {
      env: { ...own, ...replaced, JOB_COMPLETION_INDEX: String(index), PATH },
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

test('every index expands its part, and a build takes them all', async () => {
  const folder = folderWithCorpus();
  const { url } = await hostileServer('--failures', '0', '--delay', '1');
  for (let index = 0; index < spec.completions; index++) {
    const { code, err } = await runAt(index, folder, url);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  }
  const built = await sparsedge(folder, [
    'build',
    'corpus.jsonl',
    '--expansions',
    'parts',
    '-o',
    'i',
    '--json',
  ]);
  expect({ code: built.code, err: built.err }).toEqual({ code: 0, err: '' });
  expect(JSON.parse(built.out).documents).toBe(30);
});

test("the compose file's command expands the corpus", async () => {
  const folder = folderWithCorpus();
  const { url } = await hostileServer('--failures', '0', '--delay', '1');
  const args = services.expand.command.map((arg) =>
    arg.replace('http://vllm:8000/v1', url).replace('/data/', `${folder}/`),
  );
  const { code, err } = await sparsedge(folder, args);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(readFileSync(join(folder, 'expansions.jsonl'), 'utf8').trim().split('\n')).toHaveLength(30);
});

test('both ask vLLM for the adapter by the name that it is given, and wait until it answers', () => {
  const [vllm] = initContainers;
  expect(vllm!.args.map((arg) => arg.replace(/=.*/, ''))).toEqual(
    services.vllm.command.map((arg) => arg.replace(/=.*/, '')),
  );
  for (const args of [vllm!.args, services.vllm.command])
    expect(args.find((arg) => arg.startsWith('--lora-modules='))).toMatch(/^--lora-modules=doc2query=/);
  expect(services.expand.command).toContain('--model=doc2query');
  expect(container!.args[0]).toContain('--model doc2query ');
  expect(vllm!.image).toBe(services.vllm.image);
  // A sidecar, that ends with the pod's work.
  expect(vllm).toMatchObject({
    restartPolicy: 'Always',
    startupProbe: { httpGet: { path: '/health', port: 8000 } },
  });
  expect(services.expand.depends_on).toEqual({ vllm: { condition: 'service_healthy' } });
  expect(services.vllm.healthcheck!.test.join(' ')).toContain('http://127.0.0.1:8000/health');
});

test('as many indexes as parts, on one GPU each, and what Kubernetes wants of such a Job', () => {
  const parts = container!.env.find(({ name }) => name === 'PARTS')!.value;
  expect([spec.completions, spec.parallelism].map(String)).toEqual([parts, parts]);
  expect(initContainers[0].resources.limits['nvidia.com/gpu']).toBe(1);
  expect([spec.completionMode, restartPolicy, spec.podReplacementPolicy]).toEqual([
    'Indexed',
    'Never',
    'Failed',
  ]);
  expect(spec.podFailurePolicy.rules).toContainEqual(
    expect.objectContaining({
      action: 'FailJob',
      onExitCodes: { containerName: container!.name, operator: 'In', values: [2] },
    }),
  );
});

test('a corpus that is not there ends with the exit code that the Job does not try again', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'bin'));
  symlinkSync(CLI, join(folder, 'bin/sparsedge'));
  expect((await runAt(0, folder, 'http://127.0.0.1:9/v1')).code).toBe(2);
});

test('the image is made of the file that is named, with the Node.js that the package is tested with', () => {
  const dockerfile = read('Dockerfile.expand');
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(dockerfile).toContain(`node:${devDependencies.node.split('.')[0]}-`);
  expect(dockerfile).toContain(`-t ${container!.image.split(':')[0]} .`);
  expect(dockerfile).toContain(`openai@${devDependencies.openai}\n`);
  expect(services.expand.image).toBe(container!.image.split(':')[0]);
  expect(join(JOBS, services.expand.build.context, services.expand.build.dockerfile)).toBe(
    join(JOBS, 'Dockerfile.expand'),
  );
  expect(read('Dockerfile.expand.dockerignore')).toBe(read('Dockerfile.dockerignore'));
});
