// `sparsedge encode`: one part of a corpus through a network, so that many machines can share the work.

import { Command, Option } from 'commander';
import { DEFAULT_MODEL, usualMerge } from '../../index/config.ts';
import { contextEncoder } from '../../model/encoding/context-encoder.ts';
import { usualThreads } from '../../model/encoding/encoding-threads.ts';
import { modelEncoder } from '../../model/encoding/model-encoder.ts';
import { openModelFolder } from '../../model/model-folder.ts';
import { DEVICES, type Device } from '../../model/session.ts';
import { encodePart } from '../../model/vector-parts.ts';
import type { EncoderInput } from '../../stages/encode/encoder.ts';
import { openInputs } from '../../stages/encode/inputs.ts';
import { withExpansions } from '../../stages/expand/expansion-file.ts';
import { merged } from '../../stages/expand/merge.ts';
import { newReport } from '../../stages/read/lines/report.ts';
import { given } from '../../stages/weighting/weighting.ts';
import { counted } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { terminalProgress } from '../../terminal/progress.ts';
import { lockFile, whileLocked } from '../../work/lock.ts';
import { type Part, partPath } from '../../work/parts.ts';
import { threadsOption } from '../options/building.ts';
import { jsonOption } from '../options/json-output.ts';
import {
  type ExpansionOptions,
  expansionOptions,
  type ReadingOptions,
  readingOf,
  readingOptions,
} from '../options/reading.ts';
import { parsePart } from '../options/values.ts';

interface Options extends ReadingOptions, ExpansionOptions {
  readonly model: string;
  readonly part: Part;
  readonly out: string;
  readonly device: Device;
  readonly threads?: number;
  readonly json?: true;
}

/** The command. */
export function encodeCommand(): Command {
  const command = new Command('encode')
    .description(
      'Encodes every n-th batch of documents with a model. When all n parts are in one folder, ' +
        '`sparsedge build --parts` takes them instead of running the model, and makes the same bytes. A ' +
        'part that was stopped continues when it is run again.',
    )
    .argument(
      '<input>',
      'The documents, in a file or a folder: the same input with the same options for every part.',
    )
    .addOption(
      new Option('--model <folder>', 'The model folder, which holds model.json.').default(
        DEFAULT_MODEL,
        'sparsedge-en, which comes with Sparsedge',
      ),
    )
    .requiredOption('--part <i/n>', 'Which part to encode, i, of how many, n: from 1/n to n/n.', parsePart)
    .requiredOption('-o, --out <folder>', 'The folder of parts, which all of them can share.')
    .addOption(
      new Option(
        '--device <device>',
        'The device that runs the model; cuda needs a GPU and onnxruntime-node.',
      )
        .choices(DEVICES)
        .default('cpu'),
    )
    .addOption(threadsOption());
  for (const option of [...expansionOptions(), ...readingOptions()]) command.addOption(option);
  return command
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  sparsedge encode corpus.jsonl --model models/my-splade --part 3/7 -o parts
  sparsedge encode papers.csv --field text=abstract --model models/my-splade \\
    --part 1/1 -o parts --device cuda
  sparsedge build corpus.jsonl --model models/my-splade --parts parts

Exit codes: 0 the part is written; 1 it failed; 2 the input, the model or an
option is wrong.`,
    )
    .action(async (input: string, options: Options) => {
      const { model, part, out, device, json } = options;
      // A GPU is one.
      const { threads = device === 'cpu' ? usualThreads() : 1 } = options;
      const [folder, place] = [openModelFolder(model), { device, threads }];
      const encoder = modelEncoder(folder, given, place);
      const context = folder.contract.context && contextEncoder(folder, place);
      const read = openInputs({ ...readingOf(input, options), report: newReport() });
      const inputs = options.expansions === undefined ? read : expandedInputs(read, options);
      const progress = terminalProgress(process.stderr)('encoding', 'documents');
      const path = partPath(out, part);
      const marker = await whileLocked(lockFile(path, 'an encoding'), () =>
        encodePart(inputs, { encoder, context }, out, part, progress),
      );
      if (json) printJson({ folder: out, ...marker });
      else print(`Part ${part.part} of ${part.of} of ${counted(marker.documents, 'document')} is in ${out}.`);
    });
}

/** Documents as a build merges them. */
async function* expandedInputs(
  inputs: AsyncIterable<EncoderInput>,
  { expansions, model, merge = usualMerge({ model }), maxQueries }: Options,
): AsyncGenerator<EncoderInput> {
  for await (const input of withExpansions(inputs, expansions!)) yield merged(input, { merge, maxQueries });
}
