// `sparsedge model clusters`: the clusters of pieces that are the terms of a LENS model.

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { DROPPED_PIECES } from '../../../src/core/model/contract.ts';
import { readTokenizerJson } from '../../../src/core/tokens/tokenizer-json.ts';
import { readWordPieces } from '../../../src/core/tokens/wordpiece.ts';
import { clusterRows, readEmbedding } from '../../model/add/k-means.ts';
import { openModelFolder, readModelFile } from '../../model/model-folder.ts';
import { counted } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { terminalProgress } from '../../terminal/progress.ts';
import { checkWritable, writeNamed } from '../../work/files.ts';
import { jsonOption } from '../options/json-output.ts';
import { whole } from '../options/values.ts';

interface Options {
  readonly clusters: number;
  readonly tokenizer?: string;
  readonly weights?: string;
  readonly rounds: number;
  readonly seed: number;
  readonly out: string;
  readonly json?: true;
}

/** A network, and the vocabulary that its embedding has a row for each piece of. */
interface Material {
  readonly onnx: Uint8Array;
  readonly where: string;
  readonly pieces: readonly string[];
  readonly dropped: readonly string[];
}

/** The command. */
export function modelClustersCommand(): Command {
  return new Command('clusters')
    .summary('cluster the pieces of a vocabulary, for the head lens')
    .description(
      "Clusters the rows of a model's token embedding by k-means and writes the cluster of each " +
        'piece, in the order of the ' +
        'pieces; it is −1 for pieces that are never terms. The same model and seed give the same clusters.',
    )
    .argument('<model>', 'The model folder, or an ONNX file in float32.')
    .requiredOption('--clusters <n>', 'How many clusters; the papers on LENS have 4000 and 8000.', whole(1))
    .requiredOption('-o, --out <file>', 'The JSON file of the clusters.')
    .option(
      '--tokenizer <file>',
      'The vocab.txt or tokenizer.json of an ONNX file; a model folder has its own.',
    )
    .option(
      '--weights <name>',
      'The name of the embedding matrix, needed where the file has several of its size.',
    )
    .option('--rounds <n>', 'The most rounds of k-means.', whole(1), 20)
    .option('--seed <n>', 'The seed of the random numbers.', whole(0, 2 ** 32 - 1), 1)
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  sparsedge model clusters models/my-splade --clusters 4000 -o clusters.json
  sparsedge model clusters model.onnx --tokenizer vocab.txt --clusters 4000 \\
    -o clusters.json

Exit codes: 0 the clusters are written; 1 it failed; 2 the network, the
tokenizer or an option is wrong.`,
    )
    .action(async (model: string, options: Options) => {
      const { clusters, weights, rounds, seed, out, json } = options;
      checkWritable(out);
      const { onnx, where, pieces, dropped } = await materialOf(model, options.tokenizer);
      const rows = readEmbedding(onnx, where, pieces.length, weights);
      const kept = [...pieces.keys()].filter((id) => !dropped.includes(pieces[id]));
      const progress = terminalProgress(process.stderr)('clustering', 'rounds');
      const found = clusterRows(rows, kept, { clusters, rounds, seed }, progress);
      await writeNamed(out, [JSON.stringify(found)]);
      const used = new Set(found).size - (kept.length < found.length ? 1 : 0);
      if (json) printJson({ file: out, pieces: pieces.length, clustered: kept.length, clusters: used });
      else print(`${counted(kept.length, 'piece')} in ${counted(used, 'cluster')} are in ${out}.`);
    });
}

async function materialOf(model: string, tokenizer: string | undefined): Promise<Material> {
  if (!statSync(model, { throwIfNoEntry: false })?.isDirectory()) {
    if (tokenizer === undefined) {
      throw new SparsedgeError(
        'bad-input',
        `${model} is not a model folder: for an ONNX file, give its --tokenizer <file>`,
        {
          file: model,
        },
      );
    }
    const bytes = readGiven(tokenizer);
    const facts = tokenizer.endsWith('.json') ? readTokenizerJson(bytes, tokenizer).facts : {};
    const { pieces } = readWordPieces(bytes, tokenizer, facts);
    return { onnx: readGiven(model), where: model, pieces, dropped: DROPPED_PIECES };
  }
  const folder = openModelFolder(model);
  const { files, tokenizer: contract } = folder.contract;
  const file = files.document ?? files.query;
  if (file === undefined)
    throw new SparsedgeError(
      'bad-input',
      `the model ${model} has no network whose embedding could be clustered`,
    );
  const name = join(model, files.tokenizer.name);
  const facts = contract.kind === 'wordpiece' ? contract : {};
  const { pieces } = readWordPieces(await readModelFile(folder, files.tokenizer), name, facts);
  const onnx = await readModelFile(folder, file);
  return {
    onnx,
    where: join(model, file.name),
    pieces,
    dropped: contract.kind === 'wordpiece' ? contract.dropTokens : [],
  };
}

function readGiven(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new SparsedgeError('bad-input', `there is no file ${path}`, { file: path }, { cause });
  }
}
