// `sparsedge encode`: one part of a corpus through a network, so that many machines can share the work.

import { Command, Option } from 'commander';
import { DEFAULT_MODEL, usualMerge } from '../config.ts';
import { type EncoderInput, given } from '../encode.ts';
import { withExpansions } from '../expand/file.ts';
import { merged } from '../expand/merge.ts';
import { openInputs } from '../input.ts';
import { modelEncoder } from '../model/encoder.ts';
import { openModelFolder } from '../model/folder.ts';
import { DEVICES, type Device } from '../model/graph.ts';
import { encodePart } from '../model/parts.ts';
import { type Part, parsePart } from '../parts.ts';
import { terminalProgress } from '../progress.ts';
import { newReport } from '../read/report.ts';
import { fieldsFrom } from './build-config.ts';
import { counted } from './layout.ts';
import {
  type ExpansionOptions,
  expansionOptions,
  jsonOption,
  type ReadingOptions,
  readingOptions,
} from './options.ts';
import { print, printJson } from './outcome.ts';

interface Options extends ReadingOptions, ExpansionOptions {
  readonly model: string;
  readonly part: Part;
  readonly out: string;
  readonly device: Device;
  readonly json?: true;
}

export function encodeCommand(): Command {
  const command = new Command('encode')
    .summary('weigh one part of a corpus with a model, for a build to take')
    .description(
      'Encodes every n-th batch of documents with a model. When all n parts lie in one folder, a build takes them instead of ' +
        'running the network, and its bytes are those of a build that did. Stopped and run again, a part goes on.',
    )
    .argument('<input>', 'a file or a folder: the same for every part, read in the same way')
    .addOption(
      new Option('--model <folder>', 'the model, a folder with model.json').default(
        DEFAULT_MODEL,
        'sparsedge-en, which comes with Sparsedge',
      ),
    )
    .requiredOption('--part <i/n>', 'which part of how many, from 1/n to n/n', parsePart)
    .requiredOption('-o, --out <folder>', 'where the parts go')
    .addOption(
      new Option('--device <device>', 'where the network runs; cuda takes onnxruntime-node and a GPU')
        .choices(DEVICES)
        .default('cpu'),
    );
  for (const option of [...expansionOptions(), ...readingOptions()]) command.addOption(option);
  return command
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  sparsedge encode corpus.jsonl --model models/my-splade --part 3/7 -o parts
  sparsedge encode papers.csv --field text=abstract --model models/my-splade
    --part 1/1 -o parts --device cuda
  sparsedge build corpus.jsonl --model models/my-splade --parts parts

Exit codes: 0 the part is there; 1 it failed; 2 the input, the model or an
option is wrong.`,
    )
    .action(async (input: string, options: Options) => {
      const { model, part, out, device, format, field = [], skipBad = false, json } = options;
      const encoder = modelEncoder(openModelFolder(model), given, device);
      const read = openInputs({ input, format, fields: fieldsFrom(field), skipBad, report: newReport() });
      const inputs = options.expansions === undefined ? read : expandedInputs(read, options);
      const progress = terminalProgress(process.stderr)('encoding', 'documents');
      const marker = await encodePart(inputs, encoder, out, part, progress);
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
