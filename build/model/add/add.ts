// A downloaded checkpoint → a model's folder, which was found to weigh texts as the checkpoint does.

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { MODEL_JSON, type ModelContract, parseModel, VOCABULARY } from '../../../src/core/model/contract.ts';
import type { WordPieces } from '../../../src/core/tokens/wordpiece.ts';
import { readTable } from '../../../src/query/encode/query-model.ts';
import type { ModelFolder } from '../model-folder.ts';
import { withUsualInputs } from '../onnx/graph-inputs.ts';
import { readNetwork, writeNetwork as writeOnnx } from '../onnx/network.ts';
import { quantizeNetwork } from '../onnx/quantize-graph.ts';
import { outputForm } from '../output-form.ts';
import { type AddedNetwork, modelCard } from './card.ts';
import { findGraph, type Layout, readLayout } from './checkpoint-layout.ts';
import { describe, type Facts, type Said } from './facts.ts';
import { compareModels, mustBeFaithful } from './fidelity.ts';
import { mustBeSame, readTokenizer, vocabularyText } from './find-tokenizer.ts';
import { makeFolder, writeModelFile } from './new-folder.ts';
import { readStaticTable } from './query-table.ts';

/** What is to be added, and how. */
export interface Addition {
  /** What was downloaded. */
  readonly folder: string;
  /** Where the model is to lie: models/<id>. */
  readonly out: string;
  readonly said: Said & {
    readonly id?: string;
    /** Names of the graph's outputs, where the first is not meant. */
    readonly outputs?: ModelContract['outputs'];
    readonly longDocuments?: ModelContract['longDocuments'];
  };
  /** Files that the folder does not have in their usual places. */
  readonly files: {
    readonly graph?: string;
    readonly queryNetwork?: string;
    readonly table?: string;
    readonly clusters?: string;
  };
  readonly quantize: boolean;
  /** Takes a model in eight bits however far it is from the original. */
  readonly acceptLoss: boolean;
  readonly samples: readonly string[];
}

/** What was made. */
export interface Added {
  readonly contract: ModelContract;
  readonly networks: readonly AddedNetwork[];
}

/**
 * Adds a model.
 *
 * @throws SparsedgeError `bad-input` for a checkpoint that is not whole, not understood, or not the same in eight bits
 */
export async function addModel(addition: Addition): Promise<Added> {
  return makeFolder(addition.out, (path) => writeModel(path, readParts(addition), addition));
}

/** A checkpoint, found and described; its networks are not read yet. */
interface Parts {
  readonly facts: Facts;
  readonly pieces: WordPieces;
  readonly table?: Uint8Array | undefined;
  readonly document: string;
  /** Another network than the document's. */
  readonly query?: string | undefined;
}

function readParts({ folder, files, said }: Addition): Parts {
  const layout = readLayout(folder);
  const { pieces, maxLength } = readTokenizer(tokenizerFolder(layout.document.folder, folder));
  const queryFolder = queryNetworkOf(layout, files.queryNetwork);
  if (queryFolder !== undefined) {
    mustBeSame(
      pieces,
      readTokenizer(tokenizerFolder(queryFolder, folder)).pieces,
      layout.document.folder,
      queryFolder,
    );
  }
  const table = readTableOf(folder, layout, files.table, pieces);
  const hasTable = table !== undefined;
  const hasQueryNetwork = queryFolder !== undefined;
  const facts = describe(
    { folder, layout, hasTable, hasQueryNetwork, pieces: pieces.pieces.length, maxLength },
    said,
  );
  return {
    facts,
    pieces,
    table: facts.query === 'table' ? table : undefined,
    document: findGraph(layout.document.folder, filesBelow(layout.document.folder), files.graph),
    query: queryFolder === undefined ? undefined : findGraph(queryFolder, filesBelow(queryFolder)),
  };
}

/** A module of a SparseEncoder need not repeat the tokenizer of its folder. */
function tokenizerFolder(part: string, folder: string): string {
  const has = ['tokenizer.json', 'vocab.txt'].some((name) => existsSync(join(part, name)));
  return has ? part : folder;
}

/** The folder of the query's own network, where it has one. */
function queryNetworkOf({ document, query }: Layout, given: string | undefined): string | undefined {
  const shown = query?.kind === 'neural' && query.folder !== document.folder ? query.folder : undefined;
  return given ?? shown;
}

function readTableOf(
  folder: string,
  { query }: Layout,
  given: string | undefined,
  pieces: WordPieces,
): Uint8Array | undefined {
  const usual = join(folder, 'idf.json');
  const path = given ?? (query === undefined && existsSync(usual) ? usual : undefined);
  if (path === undefined && query?.kind !== 'table') return undefined;
  const bytes = path === undefined ? readStaticTable(query!.folder, pieces) : readBytes(path);
  readTable(bytes, path ?? query!.folder);
  return bytes;
}

function readBytes(path: string): Uint8Array {
  if (existsSync(path)) return readFileSync(path);
  throw new SparsedgeError('bad-input', `${path}: expected a file, found none`, { file: path });
}

/** Files of a folder and of the ones in it, by their path from it. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return [entry.name];
    // Modules of a SparseEncoder are numbered, and are networks of their own.
    if (/_\d+_/.test(entry.name)) return [];
    return readdirSync(join(folder, entry.name)).map((name) => `${entry.name}/${name}`);
  });
}

async function writeModel(path: string, parts: Parts, addition: Addition): Promise<Added> {
  const { facts, pieces } = parts;
  const { files: given } = addition;
  const write = (name: string, bytes: Uint8Array) => writeModelFile(path, name, bytes);
  const shared = {
    tokenizer: write('vocab.txt', vocabularyText(pieces)),
    ...(parts.table && { table: write('query-weights.json', parts.table) }),
    ...(given.clusters !== undefined && { clusters: write('clusters.json', readBytes(given.clusters)) }),
  };
  // Symmetric models have one network, which is both.
  const roles =
    facts.query === 'neural' && parts.query === undefined
      ? (['document', 'query'] as const)
      : (['document'] as const);
  const networks = [
    await writeNetwork('document', parts.document, roles),
    ...(parts.query === undefined ? [] : [await writeNetwork('query', parts.query, ['query'])]),
  ];
  const files = Object.fromEntries(
    networks.flatMap(({ roles: all, file }) => all.map((role) => [role, file])),
  );
  const contract = contractOf({ ...shared, ...files });
  writeFileSync(join(path, MODEL_JSON), `${JSON.stringify(contract.written, null, 2)}\n`);
  const added = { contract: contract.parsed, networks };
  writeFileSync(join(path, 'README.md'), modelCard(added));
  return added;

  /** Writes a network, in eight bits if it may be, and says what it is. */
  async function writeNetwork(name: string, from: string, of: AddedNetwork['roles']): Promise<AddedNetwork> {
    const published = readBytes(from);
    // Before the runtime does, whose errors tell less.
    const found = readNetwork(published, from);
    const read = withUsualInputs(found, from);
    const bytes = read === found ? published : writeOnnx(read);
    const original = write(`${name}.onnx`, bytes);
    const whole = modelOf({ ...shared, document: original });
    const form = await outputForm(whole, original, { pieces });
    const network = { roles: of, from, form, original: bytes.length };
    if (!addition.quantize) return { ...network, file: original };
    const { file: small, quantized, kept } = quantizeNetwork(read, from);
    // Someone else may have quantized it, or it keeps its weights in operators that are not known here.
    if (quantized === 0) return { ...network, file: original };
    const file = write(`${name}.int8.onnx`, small);
    const fidelity = await compareModels(whole, modelOf({ ...shared, document: file }), addition.samples);
    if (!addition.acceptLoss) mustBeFaithful(fidelity, from);
    rmSync(join(path, original.name));
    return { ...network, file, eight: { quantized, kept, fidelity } };
  }

  /** A model that encodes documents alone, whatever weighs its queries. */
  function modelOf(these: Partial<ModelContract['files']>): ModelFolder {
    const { parsed } = contractOf(these, { kind: facts.query === 'count' ? 'count' : 'binary' });
    return { path, contract: parsed, name: { id: parsed.id, sha256: '' } };
  }

  function contractOf(
    these: object,
    query: object = { kind: facts.query },
  ): { written: object; parsed: ModelContract } {
    const { said, out } = addition;
    const written = {
      format: 1,
      id: said.id ?? basename(out),
      family: facts.family,
      head: facts.head,
      tokenizer: { kind: 'wordpiece', maxLength: facts.maxLength },
      files: these,
      outputs: said.outputs,
      activation: facts.activation,
      vocabulary: VOCABULARY[facts.head],
      gate: facts.gate && { mode: facts.gate },
      longDocuments: said.longDocuments,
      query,
      // As in its authors' code; the others' weights are rounded to the nearest impact.
      quantizer: facts.head === 'deepimpact' ? { rounding: 'floor' } : undefined,
      licence: facts.licence,
      trainedOn: facts.trainedOn,
      source: facts.source,
    };
    return { written, parsed: parseModel(Buffer.from(JSON.stringify(written)), join(out, MODEL_JSON)) };
  }
}
