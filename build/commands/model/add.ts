// `sparsedge model add`: a checkpoint that someone downloaded becomes a model's folder.

import { existsSync, readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { type Activation, HEADS, type Head, type ModelContract } from '../../../src/core/model/contract.ts';
import { addModel } from '../../model/add/add.ts';
import { networkLines } from '../../model/add/card.ts';
import type { Said } from '../../model/add/facts.ts';
import { SAMPLES } from '../../model/add/samples.ts';
import type { Added, Addition } from '../../model/add/write-model.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { jsonOption, whole } from '../options/values.ts';

interface Options {
  readonly out: string;
  readonly id?: string;
  readonly head?: Head;
  readonly activation?: Activation;
  readonly query?: NonNullable<Said['query']>;
  readonly gate?: NonNullable<Said['gate']>;
  readonly values?: string;
  readonly maxLength?: number;
  readonly longDocuments?: ModelContract['longDocuments'];
  readonly family?: string;
  readonly licence?: string;
  readonly trainedOn?: string;
  readonly source?: string;
  readonly graph?: string;
  readonly queryNetwork?: string;
  readonly table?: string;
  readonly clusters?: string;
  readonly quantize: boolean;
  readonly samples?: string;
  readonly acceptLoss?: true;
  readonly json?: true;
}

const ACTIVATIONS: readonly Activation[] = ['none', 'relu', 'log1p-relu', 'log1p-log1p-relu', 'exp-half'];
const GATES: readonly NonNullable<Said['gate']>[] = ['literal-only', 'expansion-only', 'expansion-enhanced'];

export function modelAddCommand(): Command {
  return new Command('add')
    .summary('make a model of a downloaded checkpoint')
    .description(
      'Makes a model of a checkpoint in the form of Hugging Face or of sentence-transformers, with its networks in eight bits, ' +
        'and checks that these weigh texts as the checkpoint does. What no file says is asked for by the name of an option.',
    )
    .argument('<folder>', 'with config.json or modules.json, a tokenizer, and a network in ONNX')
    .requiredOption('-o, --out <folder>', 'where the model goes, models/<id>')
    .option('--id <id>', 'what the model is called (default: the name of the folder where it goes)')
    .addOption(new Option('--head <head>', "what the network's output means").choices(HEADS))
    .addOption(
      new Option('--activation <name>', 'what makes weights of logits; each head has its usual one').choices(
        ACTIVATIONS,
      ),
    )
    .addOption(
      new Option('--query <kind>', 'what weighs queries').choices(['binary', 'count', 'table', 'neural']),
    )
    .addOption(new Option('--gate <mode>', "SparTerm's gate").choices(GATES))
    .option('--values <name>', 'which output of the network has the values (default: the first)')
    .addOption(
      new Option('--max-length <pieces>', 'how much of a text the network reads at once').argParser(
        whole(3, 8192),
      ),
    )
    .addOption(
      new Option('--long-documents <how>', 'read piece by piece, or cut off').choices([
        'windows',
        'truncate',
      ]),
    )
    .option('--family <name>', 'what the literature calls it')
    .option('--licence <name>', 'SPDX identifier, or the name of the terms')
    .option('--trained-on <data>', 'what it was trained on')
    .option('--source <where>', 'where it comes from')
    .option('--graph <file>', "which ONNX file of the document network's folder")
    .option('--query-network <folder>', 'a checkpoint of its own for queries')
    .option('--table <file>', 'the weights of query terms, {"term": weight}')
    .option('--clusters <file>', 'for lens: the cluster of each piece')
    .option('--no-quantize', 'leave the networks in float32')
    .option('--samples <file>', 'texts to compare by, one a line, instead of the built-in ones')
    .option('--accept-loss', 'take networks in eight bits however far they are from the original')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  sparsedge model add ~/splade-v3 -o models/splade-v3 \\
    --source huggingface.co/naver/splade-v3 --trained-on "MS MARCO passages"
  sparsedge model add ~/deeper-impact -o models/deeper-impact --head deepimpact \\
    --source huggingface.co/soyuj/deeper-impact --licence "its page says" \\
    --trained-on "MS MARCO passages" --max-length 512

Weights become ONNX by: python3 models/train/convert/to_onnx.py <folder>
models/README.md has recipes.

Exit codes: 0 the model is there; 2 the checkpoint is
not whole, something must be said of it, or eight bits change it too much.`,
    )
    .action(async (folder: string, options: Options) => {
      const added = await addModel(toAddition(folder, options));
      if (options.json) printJson({ folder: options.out, ...added });
      else print(...addedLines(options.out, added));
    });
}

function toAddition(folder: string, options: Options): Addition {
  const {
    out,
    graph,
    queryNetwork,
    table,
    clusters,
    quantize,
    samples,
    acceptLoss = false,
    values,
    ...said
  } = options;
  const files = { graph, queryNetwork, table, clusters };
  return {
    folder,
    out,
    said: { ...said, ...(values !== undefined && { outputs: { values } }) },
    files: Object.fromEntries(Object.entries(files).filter(([, path]) => path !== undefined)),
    quantize,
    acceptLoss,
    samples: samplesFrom(samples),
  };
}

/** The texts of a file by which a model is compared, or ours. */
export function samplesFrom(path: string | undefined): readonly string[] {
  if (path === undefined) return SAMPLES;
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split(/\r?\n/) : [];
  const texts = lines.filter((line) => line.trim() !== '');
  if (texts.length > 0) return texts;
  throw new SparsedgeError('bad-input', `${path}: expected texts, one a line, found none`, { file: path });
}

/** What there is to say of a new model. */
export function addedLines(out: string, { contract, networks }: Added): string[] {
  const { id, head, query, licence } = contract;
  return [
    `${out}: ${id}, ${head}, queries ${query.kind}; licence ${licence}`,
    ...networks.flatMap((network) => ['', ...networkLines(network)]),
    '',
    `next: sparsedge model show ${out} "the moon pulls the sea"`,
  ];
}
