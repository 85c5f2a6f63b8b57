// An index that a model weighed, from its folder through the Worker in local workerd.

import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildIndex } from '../../../build/index/build.ts';
import { parseConfig } from '../../../build/index/config.ts';
import { startLocalWorker } from '../../../build/local/local-worker.ts';
import { openQueryModel } from '../../../build/model/query/open-query-model.ts';
import { silent } from '../../../build/terminal/progress.ts';
import { folderSource } from '../../../build/work/files.ts';
import { encodeQueryWith } from '../../../src/query/encode/query-model.ts';
import { openIndex, spaceNamed } from '../../../src/query/search/open.ts';
import { search } from '../../../src/query/search/search.ts';
import { sharedData } from '../../fixtures/shared-data.ts';
import { FIXTURES, modelFolder, references } from '../model/reference-model.ts';

const vocabulary = sharedData('oracles/bert-base-uncased-vocab.txt');
const temporary = () => mkdtempSync(join(tmpdir(), 'sparsedge-model-serve-'));
const graph = join(FIXTURES, 'splade-max.onnx');

describe.skipIf(vocabulary === undefined)(
  'a model in the Worker (needs the vocabulary of the shared data)',
  () => {
    test.each(['binary', 'neural'] as const)(
      'whose queries are %s answers as on the command line',
      async (kind) => {
        const files = { tokenizer: vocabulary!, document: graph, ...(kind === 'neural' && { query: graph }) };
        const model = modelFolder(kind === 'neural' ? 'splade-max' : 'splade-doc', files, {
          query: kind === 'neural' ? { kind, scale: 1 } : { kind },
        });
        const folder = temporary();
        await buildIndex({
          inputs: async function* () {
            for (const [i, { text }] of references().slice(0, 40).entries())
              yield { document: { id: String(i), text } };
          },
          inputKey: kind,
          config: parseConfig({ spaces: [{ encoder: 'model', model }] }),
          folder,
          workFolder: temporary(),
          startProgress: silent,
        });
        expect(readdirSync(join(folder, 'models')).length).toBe(1);
        const index = await openIndex(folderSource(folder));
        const space = spaceNamed(index);
        const worker = await startLocalWorker(folder, { port: 0, startProgress: silent });
        let found = 0;
        try {
          // Of random weights a network makes a thousand terms from one word, and a tokenizer none that documents have.
          const texts =
            kind === 'neural'
              ? ['the moon pulls the sea', 'index']
              : references()
                  .slice(0, 30)
                  .map(({ text }) => text.slice(0, 300));
          for (const text of texts.filter((each) => each.trim() !== '')) {
            const terms = await encodeQueryWith(text, space, await openQueryModel(space, folder));
            const { hits } = await search({ terms, k: 5, documents: false }, { index, clock: () => 0 });
            const response = await fetch(
              `${worker.url}v1/search?q=${encodeURIComponent(text)}&k=5&documents=false&operators=false`,
            );
            const answer = (await response.json()) as {
              hits: { document: number; score: number }[];
              exact: boolean;
            };
            expect(response.status).toBe(200);
            expect(answer.exact).toBe(true);
            found += hits.length;
            expect(answer.hits.map(({ document, score }) => ({ document, score }))).toEqual(hits);
          }
          expect(found).toBeGreaterThan(0);
        } finally {
          await worker.stop();
        }
      },
    );
  },
);
