// Our own models in eight bits: the same bytes as `model add` makes of their checkpoints, and a card that keeps what it
// said.

import { appendFileSync, cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Quantization, quantizeModel } from '../../../../build/model/add/eight-bits.ts';
import { openModelFolder } from '../../../../build/model/model-folder.ts';
import { sparsedge } from '../../commands/command-line.ts';
import { modelFolder, numberedVocabularyFile } from '../reference-model.ts';
import { add, CHECKPOINTS, TEXTS, temporary } from './checkpoints.ts';

function quantize(folder: string, more: Partial<Quantization> = {}) {
  const out = join(temporary(), 'model');
  return quantizeModel({ folder, out, replace: false, acceptLoss: false, samples: TEXTS, ...more });
}

test.each([
  ['masked-bert', ['document', 'query']],
  ['deep-impact', ['document']],
  ['router-network', ['document', 'query']],
] as const)('%s gets the files that model add makes, and its own contract', async (name, roles) => {
  const stated = { ...(name === 'masked-bert' && { head: 'splade-sum' as const }), maxLength: 48 };
  const whole = await add(join(CHECKPOINTS, name), { stated: stated as never, quantize: false });
  const added = await add(join(CHECKPOINTS, name), { stated: stated as never });
  const out = join(temporary(), 'small');
  const { contract, networks } = await quantize(whole.path, { out });
  expect(contract).toEqual(added.contract);
  expect(networks.flatMap((network) => network.roles)).toEqual(roles);
  for (const [i, { eight }] of networks.entries())
    expect(eight!.quantized).toBe(added.networks[i].eight!.quantized);
  expect(readdirSync(out).sort()).toEqual(readdirSync(added.path).sort());
  expect((await sparsedge('.', ['model', 'show', out])).out).toContain('every file is as model.json says');
});

test('on the command line says what eight bits cost, and writes it beside the model', async () => {
  const cwd = temporary();
  const { path } = await add(join(CHECKPOINTS, 'deep-impact'), {
    stated: { maxLength: 48 } as never,
    quantize: false,
  });
  const { out, err, code } = await sparsedge(cwd, ['model', 'quantize', path, '-o', 'small']);
  expect([err, code]).toEqual(['', 0]);
  const measured = /against the original, over \d+ texts: .*/.exec(out)![0];
  expect(readFileSync(join(cwd, 'small/README.md'), 'utf8')).toContain(measured);
  const again = await sparsedge(cwd, ['model', 'quantize', path, '-o', 'small']);
  expect(again.err).toContain('small: expected a new folder, found one');
  expect(again.code).toBe(2);
});

test('a model that takes the place of another keeps what the card says outside of its marks', async () => {
  const { path } = await add(join(CHECKPOINTS, 'deep-impact'), {
    stated: { maxLength: 48 } as never,
    quantize: false,
  });
  const out = join(temporary(), 'model');
  await quantize(path, { out });
  const card = join(out, 'README.md');
  const before = readFileSync(card, 'utf8');
  writeFileSync(
    card,
    before.replace(/- licence: .*/, '- licence: forgotten').replace('# ', 'Words of its author.\n# '),
  );
  appendFileSync(card, '\n## How it is trained\n');
  await quantize(path, { out, replace: true });
  expect(readFileSync(card, 'utf8')).toBe(
    `${before.replace('# ', 'Words of its author.\n# ')}\n## How it is trained\n`,
  );
});

test('what is refused leaves the model that was there', async () => {
  const { path } = await add(join(CHECKPOINTS, 'deep-impact'), {
    stated: { maxLength: 48 } as never,
    quantize: false,
  });
  const out = join(temporary(), 'model');
  await quantize(path, { out });
  const kept = openModelFolder(out).name;
  await expect(quantize(out, { out, replace: true })).rejects.toThrow(
    /document\.int8\.onnx: expected weights in float32, found none .* already\?/,
  );
  expect(openModelFolder(out).name).toEqual(kept);
  const damaged = join(temporary(), 'damaged');
  cpSync(path, damaged, { recursive: true });
  appendFileSync(join(damaged, 'vocab.txt'), 'x');
  await expect(quantize(damaged, { out, replace: true })).rejects.toThrow(/vocab\.txt: expected \d+ bytes/);
  expect(openModelFolder(out).name).toEqual(kept);
  expect(existsSync(`${out}.partial`)).toBe(false);
});

test('a model without a network has nothing to put into eight bits', async () => {
  const folder = modelFolder('residual', { tokenizer: numberedVocabularyFile() });
  await expect(quantize(folder)).rejects.toThrow(/expected a model with a network, found one without/);
});
