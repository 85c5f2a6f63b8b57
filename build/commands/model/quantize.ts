// `sparsedge model quantize`: one of our own models, in eight bits.

import { Command } from 'commander';
import { quantizeModel } from '../../model/add/eight-bits.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { jsonOption } from '../options/values.ts';
import { addedLines, samplesFrom } from './add.ts';

interface Options {
  readonly out: string;
  readonly replace?: true;
  readonly samples?: string;
  readonly acceptLoss?: true;
  readonly json?: true;
}

export function modelQuantizeCommand(): Command {
  return new Command('quantize')
    .summary('put the networks of a model into eight bits')
    .description(
      'Makes a model with its networks in eight bits of one in float32, such as models/train writes, and checks that both weigh ' +
        'texts alike. What it found is written into README.md beside the model.',
    )
    .argument('<folder>', 'of the model, with model.json')
    .requiredOption('-o, --out <folder>', 'where the new model goes')
    .option('--replace', 'take the place of the model that is there, and keep what its README.md says')
    .option('--samples <file>', 'texts to compare by, one a line, instead of the built-in ones')
    .option('--accept-loss', 'take networks in eight bits however far they are from the original')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  sparsedge model quantize trained/my-model -o models/my-model
  sparsedge model quantize trained/sparsedge-en -o models/sparsedge-en --replace

Exit codes: 0 the model is there; 2 it is not whole, has no weights in float32,
or eight bits change it too much.`,
    )
    .action(async (folder: string, options: Options) => {
      const { out, replace = false, acceptLoss = false, samples, json } = options;
      const made = await quantizeModel({ folder, out, replace, acceptLoss, samples: samplesFrom(samples) });
      if (json) printJson({ folder: out, ...made });
      else print(...addedLines(out, made));
    });
}
