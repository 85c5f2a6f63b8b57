// Where the parts of a downloaded checkpoint lie. A folder is either one network with its config.json, or what
// sentence-transformers saves of a SparseEncoder: modules.json lists a network (MLMTransformer) and its pooling
// (SpladePooling), or one Router, whose router_config.json lists them for documents and for queries, where queries may
// have a table of weights instead (SparseStaticEmbedding).

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { SparsedgeError } from '../../../../src/core/errors.ts';
import { readJsonFile } from './json-file.ts';

/** SpladePooling's config: `activation_function` is what stands within log(1 + ·). */
const poolingSchema = z.object({
  pooling_strategy: z.enum(['max', 'sum']).default('max'),
  activation_function: z.enum(['relu', 'log1p_relu']).default('relu'),
});
export type Pooling = z.output<typeof poolingSchema>;

/** A network's folder, and its pooling where the layout says it. */
interface Part {
  readonly folder: string;
  readonly pooling?: Pooling;
}

/** The parts of a checkpoint. */
export interface Layout {
  readonly document: Part;
  /** A network, or the folder of a table; nothing where the layout does not tell. */
  readonly query?: ({ readonly kind: 'neural' } & Part) | { readonly kind: 'table'; readonly folder: string };
}

const modulesSchema = z.array(z.looseObject({ path: z.string(), type: z.string() }));

const routerSchema = z.looseObject({
  types: z.record(z.string(), z.string()),
  structure: z.record(z.string(), z.array(z.string())),
  parameters: z.looseObject({ route_mappings: z.record(z.string(), z.string()).nullish() }).nullish(),
});

/** A module: the last part of its type's name, which is what stays the same between versions, and its folder. */
interface Module {
  readonly type: string;
  readonly folder: string;
}

/**
 * Finds the parts of a checkpoint.
 *
 * @throws SparsedgeError `bad-input` for a folder that is none, or has modules that are not SPLADE's
 */
export function readLayout(folder: string): Layout {
  const list = join(folder, 'modules.json');
  const modules = readJsonFile(list, modulesSchema)?.map(({ path, type }) => moduleOf(folder, path, type));
  if (modules === undefined) {
    if (existsSync(join(folder, 'config.json'))) return { document: { folder } };
    throw new SparsedgeError(
      'bad-input',
      `${folder}: expected a checkpoint, found neither config.json nor modules.json`,
      {
        folder,
      },
    );
  }
  const [first] = modules;
  if (modules.length === 1 && first?.type === 'Router') return readRouter(first.folder);
  const part = networkOf(modules, list);
  return { document: part, query: { kind: 'neural', ...part } };
}

function readRouter(folder: string): Layout {
  const where = join(folder, 'router_config.json');
  const router = readJsonFile(where, routerSchema);
  if (router === undefined) throw unlike(where, 'the routes for documents and queries', 'no file');
  const [document, query] = ['document', 'query'].map((task) =>
    routeOf(router, task, where).map((id) => moduleOf(folder, id, router.types[id] ?? '')),
  ) as [Module[], Module[]];
  const [only] = query;
  const isTable = query.length === 1 && (only?.type === 'SparseStaticEmbedding' || only?.type === 'IDF');
  return {
    document: networkOf(document, where),
    query: isTable ? { kind: 'table', folder: only.folder } : { kind: 'neural', ...networkOf(query, where) },
  };
}

/** The modules of a task's texts, as the library finds them: by what is mapped, whose keys are tuples in Python. */
function routeOf(
  { structure, parameters }: z.output<typeof routerSchema>,
  task: string,
  where: string,
): readonly string[] {
  const mappings = new Map(Object.entries(parameters?.route_mappings ?? {}));
  const routes = new Map(Object.entries(structure));
  const keys = [`('${task}', 'text')`, `('${task}', None)`, "(None, 'text')", '(None, None)'];
  const key = keys.find((each) => mappings.has(each));
  const name = key === undefined ? [task, 'text'].find((each) => routes.has(each)) : mappings.get(key)!;
  const route = name === undefined ? undefined : routes.get(name);
  if (route !== undefined) return route;
  throw unlike(where, `the route of ${name ?? task}`, [...routes.keys()].join(', ') || 'none');
}

function moduleOf(folder: string, path: string, type: string): Module {
  return { type: type.split('.').at(-1) ?? '', folder: join(folder, path) };
}

/** The one chain of modules that a SPLADE network is. */
function networkOf(modules: readonly Module[], where: string): Required<Part> {
  const [network, pooling] = modules;
  const types = modules.map(({ type }) => type).join(', ');
  if (!/^(MLM)?Transformer, SpladePooling$/.test(types)) {
    throw unlike(where, 'the modules MLMTransformer and SpladePooling', types === '' ? 'none' : types);
  }
  const config = join(pooling!.folder, 'config.json');
  const read = readJsonFile(config, poolingSchema);
  if (read === undefined) throw unlike(config, 'how SpladePooling pools', 'no file');
  return { folder: network!.folder, pooling: read };
}

function unlike(where: string, expected: string, found: string): SparsedgeError {
  return new SparsedgeError('bad-input', `${where}: expected ${expected}, found ${found}`, {
    file: where,
    expected,
    found,
  });
}

/** Weights, or what names their files. */
const WEIGHTS = ['model.safetensors', 'model.safetensors.index.json', 'pytorch_model.bin'];

/** What openGraph's error does not say: how weights become a graph. */
const CONVERTER = 'python3 models/train/convert/to_onnx.py';

/**
 * The ONNX file of a network's folder.
 *
 * @param chosen its name in the folder, where there are several
 * @throws SparsedgeError `bad-input` if there is none, or which one is meant cannot be known
 */
export function findGraph(folder: string, files: readonly string[], chosen?: string): string {
  const graphs = files.filter((file) => file.endsWith('.onnx'));
  if (chosen !== undefined) {
    if (files.includes(chosen)) return join(folder, chosen);
    throw unlike(folder, `the network ${chosen}`, graphs.length === 0 ? 'none' : graphs.join(', '));
  }
  const usual = graphs.filter((file) => file === 'model.onnx' || file === 'onnx/model.onnx');
  const [found, second] = usual.length > 0 ? usual : graphs;
  if (found !== undefined && second === undefined) return join(folder, found);
  if (found !== undefined) {
    throw new SparsedgeError(
      'bad-input',
      `${folder}: expected one network, found ${graphs.join(', ')}: say which with --graph`,
      { folder, option: '--graph' },
    );
  }
  const weights = files.find((file) => WEIGHTS.includes(file));
  const advice = weights === undefined ? '' : `. ${weights} becomes one by: ${CONVERTER} ${folder}`;
  throw new SparsedgeError('bad-input', `${folder}: expected a network, found no ONNX file${advice}`, {
    folder,
  });
}
