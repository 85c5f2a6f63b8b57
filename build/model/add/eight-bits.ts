// A model's folder → one of the same model with its networks in eight bits, which was found to weigh texts as it does.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { parseGivenJson } from '../../../src/core/format/bytes.ts';
import { type ModelContract, type ModelFile, parseModel } from '../../../src/core/model/contract.ts';
import { MODEL_JSON } from '../../../src/core/model/model-name.ts';
import { contextEncoder } from '../encoding/context-encoder.ts';
import { type ModelFolder, openModelFolder, readModelFile, readVocabulary } from '../model-folder.ts';
import { readNetwork } from '../onnx/network.ts';
import { quantizeNetwork } from '../onnx/quantize-graph.ts';
import { type AddedNetwork, modelCard, renewedCard } from './card.ts';
import { compareModels, mustBeFaithful, weighTexts } from './fidelity.ts';
import { makeFolder, writeModelFile } from './new-folder.ts';
import { outputForm } from './output-form.ts';
import type { Added } from './write-model.ts';

/** What is to be made, and how. */
export interface Quantization {
  /** A model in float32. */
  readonly folder: string;
  readonly out: string;
  /** Takes the place of the model in `out`, whose README.md keeps what its author wrote. */
  readonly replace: boolean;
  /** Takes networks in eight bits however far they are from the original. */
  readonly acceptLoss: boolean;
  readonly samples: readonly string[];
}

/**
 * Makes a model in eight bits.
 *
 * @throws SparsedgeError `bad-input` for a model that is not whole, has no weights in float32, or is not the same in
 *   eight bits
 */
export async function quantizeModel({ out, replace, ...job }: Quantization): Promise<Added> {
  const folder = openModelFolder(job.folder);
  const networks = networksOf(folder);
  const readme = join(out, 'README.md');
  const before = replace && existsSync(readme) ? readFileSync(readme, 'utf8') : undefined;
  return makeFolder(
    out,
    async (path) => {
      const changed = new Set(networks.map(({ file }) => file.name));
      for (const file of Object.values(folder.contract.files))
        if (file && !changed.has(file.name))
          writeModelFile(path, file.name, await readModelFile(folder, file));
      const made: AddedNetwork[] = [];
      for (const { roles, file } of networks)
        made.push({ roles, ...(await quantizeFile(folder, file, path, job)) });
      const added = { contract: writeContract(folder, path, made), networks: made };
      writeFileSync(join(path, 'README.md'), renewedCard(before, modelCard(added)));
      return added;
    },
    replace,
  );
}

/** Each network once, with all that it does. One that reads whole documents stands beside gates in eight bits. */
function networksOf({ path, contract }: ModelFolder): Pick<AddedNetwork, 'roles' | 'file'>[] {
  const { document, query, context } = contract.files;
  if (context) return [{ roles: ['context'], file: context }];
  if (document && query?.name === document.name) return [{ roles: ['document', 'query'], file: document }];
  const networks = [
    ...(document ? [{ roles: ['document'] as const, file: document }] : []),
    ...(query ? [{ roles: ['query'] as const, file: query }] : []),
  ];
  if (networks.length > 0) return networks;
  throw new SparsedgeError('bad-input', `${path}: expected a model with a network, found one without`, {
    model: contract.id,
  });
}

async function quantizeFile(
  folder: ModelFolder,
  file: ModelFile,
  path: string,
  { acceptLoss, samples }: Pick<Quantization, 'acceptLoss' | 'samples'>,
): Promise<Omit<AddedNetwork, 'roles'>> {
  const from = join(folder.path, file.name);
  const {
    file: bytes,
    quantized,
    kept,
  } = quantizeNetwork(readNetwork(await readModelFile(folder, file), from), from);
  // What is left in float32 of a network in eight bits makes it no smaller.
  if (quantized === 0 || bytes.length >= file.bytes) {
    throw new SparsedgeError(
      'bad-input',
      `${from}: expected weights in float32, found none that eight bits make smaller: is it in eight bits already?`,
      { file: from },
    );
  }
  const small = writeModelFile(path, file.name.replace(/(\.onnx)?$/, '.int8.onnx'), bytes);
  const isContext = folder.contract.files.context === file;
  const [original, changed] = [alone(folder, file, folder.path), alone(folder, small, path)];
  const form = isContext ? 'pooled' : await outputForm(original, file, await readVocabulary(folder));
  const encoderOf = isContext ? contextEncoder : undefined;
  const before = await weighTexts(original, samples, encoderOf);
  const fidelity = await compareModels(before, changed, samples, encoderOf);
  if (!acceptLoss) mustBeFaithful(fidelity, from);
  return { from, form, original: file.bytes, file: small, eight: { quantized, kept, fidelity } };
}

/** A model with one network, to be compared: without phrases, whose values no network changes. */
function alone({ contract, name }: ModelFolder, network: ModelFile, path: string): ModelFolder {
  const { phrases: _, ...rest } = contract;
  const role = rest.context ? 'context' : 'document';
  return { path, name, contract: { ...rest, files: { ...rest.files, [role]: network } } };
}

/** The contract as its author wrote it, but for the networks. */
function writeContract(
  { path: from }: ModelFolder,
  path: string,
  networks: readonly AddedNetwork[],
): ModelContract {
  const where = join(from, MODEL_JSON);
  const written = parseGivenJson(readFileSync(where), where) as { readonly files: object };
  const small = networks.flatMap(({ roles, file }) => roles.map((role) => [role, file]));
  const files = { ...written.files, ...Object.fromEntries(small) };
  const bytes = Buffer.from(`${JSON.stringify({ ...written, files }, null, 2)}\n`);
  writeFileSync(join(path, MODEL_JSON), bytes);
  return parseModel(bytes, where);
}
