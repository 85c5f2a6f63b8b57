// The files of a new model: its vocabulary, tables and networks, in eight bits where they may be, its contract and its
// card.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { type ModelContract, parseModel, VOCABULARY } from '../../../src/core/model/contract.ts';
import { MODEL_JSON } from '../../../src/core/model/model-name.ts';
import type { WordPieces } from '../../../src/core/tokens/wordpiece.ts';
import {
  type CompleteFacts,
  completeFacts,
  type WordPieceFacts,
} from '../../../src/core/tokens/wordpiece-facts.ts';
import type { ModelFolder } from '../model-folder.ts';
import { withUsualInputs } from '../onnx/graph-inputs.ts';
import { mustPoolAs } from '../onnx/graph-pooling.ts';
import { readNetwork, writeNetwork } from '../onnx/network.ts';
import { quantizeNetwork } from '../onnx/quantize-graph.ts';
import { type AddedNetwork, modelCard } from './card.ts';
import type { Facts, Stated } from './checkpoint/facts.ts';
import { vocabularyText } from './checkpoint/find-tokenizer.ts';
import { compareModels, mustBeFaithful, weighTexts } from './fidelity.ts';
import { writeModelFile } from './new-folder.ts';
import { outputForm } from './output-form.ts';
import { scaleOf } from './query-scale.ts';

/** What is to be added, and how. */
export interface Addition {
  /** What was downloaded. */
  readonly folder: string;
  /** Where the model is to lie: models/<id>. */
  readonly out: string;
  readonly stated: Stated & {
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

/** A checkpoint, found and described; its networks are not read yet. */
export interface Parts {
  readonly facts: Facts;
  readonly pieces: WordPieces;
  /** How text is cut into them. */
  readonly cutting: CompleteFacts;
  readonly table?: { readonly bytes: Uint8Array; readonly scale?: number | undefined } | undefined;
  readonly document: string;
  /** Another network than the document's. */
  readonly query?: string | undefined;
}

type Files = Partial<ModelContract['files']>;

/** Fills the folder of a new model. */
export class ModelWriter {
  readonly #path: string;
  readonly #parts: Parts;
  readonly #addition: Addition;
  /** Of the weights of queries. */
  #scale: number | undefined;

  /** @param path of an empty folder */
  constructor(path: string, parts: Parts, addition: Addition) {
    this.#path = path;
    this.#parts = parts;
    this.#addition = addition;
    this.#scale = parts.table?.scale;
  }

  /** @throws SparsedgeError `bad-input` for a network that is not understood, or not the same in eight bits */
  async write(): Promise<Added> {
    const { facts, document, query } = this.#parts;
    const shared = this.#writeShared();
    // Symmetric models have one network, which is both.
    const both = facts.query === 'neural' && query === undefined;
    const networks = [
      await this.#writeNetwork('document', document, both ? ['document', 'query'] : ['document'], shared),
    ];
    if (query !== undefined) networks.push(await this.#writeNetwork('query', query, ['query'], shared));
    const files: Files = { ...shared };
    for (const { roles, file } of networks) for (const role of roles) files[role] = file;
    const written = this.#contract(files, facts.query);
    const added = { contract: this.#parse(written), networks };
    writeFileSync(join(this.#path, MODEL_JSON), `${JSON.stringify(written, null, 2)}\n`);
    writeFileSync(join(this.#path, 'README.md'), modelCard(added));
    return added;
  }

  /** Writes the files that are there whatever the networks are. */
  #writeShared(): Files {
    const { pieces, table } = this.#parts;
    const { clusters } = this.#addition.files;
    return {
      tokenizer: this.#writeFile('vocab.txt', vocabularyText(pieces)),
      ...(table && { table: this.#writeFile('query-weights.json', table.bytes) }),
      ...(clusters !== undefined && { clusters: this.#writeFile('clusters.json', readBytes(clusters)) }),
    };
  }

  /** Writes a network, in eight bits if it may be, and says what it is. */
  async #writeNetwork(
    name: string,
    from: string,
    roles: AddedNetwork['roles'],
    shared: Files,
  ): Promise<AddedNetwork> {
    const published = readBytes(from);
    // Before the runtime does, whose errors tell less.
    const found = readNetwork(published, from);
    const network = withUsualInputs(found, from);
    const bytes = network === found ? published : writeNetwork(network);
    const original = this.#writeFile(`${name}.onnx`, bytes);
    const whole = this.#documentModel({ ...shared, document: original });
    const form = await outputForm(whole, original, this.#parts);
    if (form === 'pooled') mustPoolAs(network, whole.contract, from);
    const added: AddedNetwork = { roles, from, form, original: bytes.length, file: original };
    const { samples, acceptLoss, quantize } = this.#addition;
    const before = await weighTexts(whole, samples);
    if (roles.includes('query')) this.#scale = scaleOf(before, from);
    const eight = quantize ? quantizeNetwork(network, from) : undefined;
    // Someone else may have quantized it, or it keeps its weights in operators that are not known here.
    if (eight === undefined || eight.quantized === 0) return added;
    const { file: small, quantized, kept } = eight;
    const file = this.#writeFile(`${name}.int8.onnx`, small);
    const fidelity = await compareModels(before, this.#documentModel({ ...shared, document: file }), samples);
    if (!acceptLoss) mustBeFaithful(fidelity, from);
    rmSync(join(this.#path, original.name));
    return { ...added, file, eight: { quantized, kept, fidelity } };
  }

  /** A model that encodes documents alone, whatever weighs its queries. */
  #documentModel(files: Files): ModelFolder {
    const query = this.#parts.facts.query === 'count' ? 'count' : 'binary';
    const contract = this.#parse(this.#contract(files, query));
    return { path: this.#path, contract, name: { id: contract.id, sha256: '' } };
  }

  /** The contract as it is written; what is undefined is left out. */
  #contract(files: Files, query: Facts['query']): object {
    const { facts, cutting } = this.#parts;
    const isWeighed = query === 'neural' || query === 'table';
    const { stated, out } = this.#addition;
    const { documentPrefix, queryPrefix, maxTerms, similarity } = facts.sentence ?? {};
    return {
      format: 1,
      id: stated.id ?? basename(out),
      family: facts.family,
      head: facts.head,
      tokenizer: {
        kind: 'wordpiece',
        ...unusual(cutting),
        maxLength: facts.maxLength,
        dropTokens: facts.allPieces ? [] : undefined,
      },
      files,
      outputs: stated.outputs,
      activation: facts.activation,
      vocabulary: VOCABULARY[facts.head],
      gate: facts.gate && { mode: facts.gate },
      longDocuments: stated.longDocuments,
      prefix: documentPrefix,
      maxTerms,
      similarity,
      query: {
        kind: query,
        maxLength: isWeighed ? facts.queryMaxLength : undefined,
        prefix: isWeighed ? queryPrefix : undefined,
        // Weights of vectors of length 1 are small, and are rounded to whole numbers.
        scale: isWeighed ? (similarity === 'cosine' ? 1000 : this.#scale) : undefined,
      },
      // As in its authors' code; the others' weights are rounded to the nearest impact.
      quantizer: facts.head === 'deepimpact' ? { rounding: 'floor' } : undefined,
      licence: facts.licence,
      trainedOn: facts.trainedOn,
      source: facts.source,
    };
  }

  #parse(contract: object): ModelContract {
    return parseModel(Buffer.from(JSON.stringify(contract)), join(this.#addition.out, MODEL_JSON));
  }

  #writeFile(name: string, bytes: Uint8Array) {
    return writeModelFile(this.#path, name, bytes);
  }
}

/** The facts of a tokenizer that are not BERT-uncased's. */
function unusual(facts: CompleteFacts): WordPieceFacts {
  const usual = completeFacts({ lowercase: facts.lowercase });
  const names = Object.keys(facts) as (keyof CompleteFacts)[];
  const differing = names.filter((name) => JSON.stringify(facts[name]) !== JSON.stringify(usual[name]));
  return {
    ...(facts.lowercase ? {} : { lowercase: false }),
    ...Object.fromEntries(differing.map((name) => [name, facts[name]])),
  };
}

/** @throws SparsedgeError `bad-input` where there is no such file */
export function readBytes(path: string): Uint8Array {
  if (existsSync(path)) return readFileSync(path);
  throw new SparsedgeError('bad-input', `${path}: expected a file, found none`, { file: path });
}
