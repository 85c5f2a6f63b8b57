// `sparsedge model quantize`: one of our own models, in eight bits.

import { Command } from 'commander';
import { quantizeModel } from '../../model/add/eight-bits.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { jsonOption } from '../options/json-output.ts';
import { addedLines, comparingOptions, samplesFrom } from './compared.ts';

interface Options {
  readonly out: string;
  readonly replace?: true;
  readonly samples?: string;
  readonly acceptLoss?: true;
  readonly json?: true;
}

/** The command. */
export function modelQuantizeCommand(): Command {
  const command = new Command('quantize')
    .summary('quantize the networks of a model to eight bits')
    .description(
      'Quantizes the networks of a model in float32, such as models/train writes, to eight bits, and ' +
        'checks that both models ' +
        'give texts nearly the same values. The new model is described in a README.md beside it.',
    )
    .argument('<folder>', 'The model folder, which holds model.json.')
    .requiredOption('-o, --out <folder>', 'The folder of the new model.')
    .option('--replace', 'Replace the model that is in that folder, and keep the text of its README.md.');
  return comparingOptions(command)
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  sparsedge model quantize trained/my-model -o models/my-model
  sparsedge model quantize trained/sparsedge-en -o models/sparsedge-en --replace

Exit codes: 0 the new model is written; 2 the model is not whole or has no weights
in float32, or eight bits change its values too much.`,
    )
    .action(async (folder: string, options: Options) => {
      const { out, replace = false, acceptLoss = false, samples, json } = options;
      const made = await quantizeModel({ folder, out, replace, acceptLoss, samples: samplesFrom(samples) });
      if (json) printJson({ folder: out, ...made });
      else print(...addedLines(out, made));
    });
}
