// `sparsedge model add`: a checkpoint that was downloaded becomes a model folder.

import { Command, Option } from 'commander';
import { type Activation, HEADS, type Head, type ModelContract } from '../../../src/core/model/contract.ts';
import { addModel } from '../../model/add/add.ts';
import type { Stated } from '../../model/add/checkpoint/facts.ts';
import type { Addition } from '../../model/add/write-model.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { jsonOption } from '../options/json-output.ts';
import { whole } from '../options/values.ts';
import { addedLines, comparingOptions, samplesFrom } from './compared.ts';

interface Options {
  readonly out: string;
  readonly id?: string;
  readonly head?: Head;
  readonly activation?: Activation;
  readonly query?: NonNullable<Stated['query']>;
  readonly gate?: NonNullable<Stated['gate']>;
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
const GATES: readonly NonNullable<Stated['gate']>[] = [
  'literal-only',
  'expansion-only',
  'expansion-enhanced',
];

/** The command. */
export function modelAddCommand(): Command {
  const command = new Command('add')
    .summary('make a model folder of a downloaded checkpoint')
    .description(
      'Makes a model folder of a checkpoint in the form of Hugging Face or of sentence-transformers, ' +
        'quantizes its networks to eight bits, and checks that these give texts nearly the same values. ' +
        'What no file of the checkpoint says must be said by an option; an error names those that are ' +
        'missing.',
    )
    .argument('<folder>', 'The checkpoint: config.json or modules.json, a tokenizer, and a network in ONNX.')
    .requiredOption('-o, --out <folder>', 'The new model folder, models/<id>.')
    .addOption(jsonOption())
    .optionsGroup('What the checkpoint is:');
  for (const option of contractOptions()) command.addOption(option);
  describingOptions(command.optionsGroup('What its page says:'));
  fileOptions(command.optionsGroup('Files:'));
  comparingOptions(command.optionsGroup('Quantization:'))
    .option('--no-quantize', 'Leave the networks in float32.')
    .optionsGroup('Options:');
  return command.addHelpText('after', MORE).action(async (folder: string, options: Options) => {
    const added = await addModel(toAddition(folder, options));
    if (options.json) printJson({ folder: options.out, ...added });
    else print(...addedLines(options.out, added));
  });
}

/** The options that say how the network's output becomes values, and how queries are encoded. */
function contractOptions(): Option[] {
  return [
    new Option('--head <head>', "The head, which makes term values of the network's output.").choices(HEADS),
    new Option(
      '--activation <name>',
      "The function that makes values of the head's logits. Each head has a usual one, which is the default.",
    ).choices(ACTIVATIONS),
    new Option('--query <kind>', 'What gives query terms their weights.').choices([
      'binary',
      'count',
      'table',
      'neural',
    ]),
    new Option('--gate <mode>', "How SparTerm's gate selects terms.").choices(GATES),
    new Option(
      '--values <name>',
      'The output of the network that holds the values. The default is the first.',
    ),
    new Option('--max-length <pieces>', 'How many pieces of a text the network reads at once.').argParser(
      whole(3, 8192),
    ),
    new Option(
      '--long-documents <how>',
      'Whether a longer document is read in windows, or truncated.',
    ).choices(['windows', 'truncate']),
  ];
}

/** The options that describe the model to people. */
function describingOptions(command: Command): void {
  command
    .option('--id <id>', 'The id of the model. The default is the name of the new folder.')
    .option('--family <name>', 'The name of such models in the literature.')
    .option('--licence <name>', 'The SPDX identifier of the licence, or the name of the terms.')
    .option('--trained-on <data>', 'The data that the model was trained on.')
    .option('--source <where>', 'Where the model comes from.');
}

/** The options that name files besides those that are found in the folder. */
function fileOptions(command: Command): void {
  command
    .option('--graph <file>', 'The ONNX file of the document network, where the folder has several.')
    .option('--query-network <folder>', 'The checkpoint of a network for queries alone.')
    .option('--table <file>', 'The JSON file of the weights of query terms, {"term": weight}.')
    .option('--clusters <file>', 'For the head lens: the JSON file of `sparsedge model clusters`.');
}

const MORE = `
Examples:
  sparsedge model add ~/splade-v3 -o models/splade-v3 \\
    --source huggingface.co/naver/splade-v3 --trained-on "MS MARCO passages"
  sparsedge model add ~/deeper-impact -o models/deeper-impact --head deepimpact \\
    --source huggingface.co/soyuj/deeper-impact --licence "its page says" \\
    --trained-on "MS MARCO passages" --max-length 512

Weights become ONNX by: python3 models/train/convert/to_onnx.py <folder>
models/README.md has recipes for known models.

Exit codes: 0 the model folder is written; 2 the checkpoint is not whole, an
option is missing, or eight bits change its values too much.`;

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
    ...stated
  } = options;
  const files = { graph, queryNetwork, table, clusters };
  return {
    folder,
    out,
    stated: { ...stated, ...(values !== undefined && { outputs: { values } }) },
    files: Object.fromEntries(Object.entries(files).filter(([, path]) => path !== undefined)),
    quantize,
    acceptLoss,
    samples: samplesFrom(samples),
  };
}
