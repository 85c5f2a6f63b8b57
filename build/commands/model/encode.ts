// `sparsedge encode`: one part of a corpus through a network, so that many machines can share the work.

import { Command, Option } from 'commander';
import { DEFAULT_MODEL, usualMerge } from '../../index/config.ts';
import { modelEncoder } from '../../model/model-encoder.ts';
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
import { type Part, parsePart } from '../../work/parts.ts';
import { fieldsFrom } from '../options/building.ts';
import {
  type ExpansionOptions,
  expansionOptions,
  jsonOption,
  type ReadingOptions,
  readingOptions,
} from '../options/values.ts';

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
