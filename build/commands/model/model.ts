// `sparsedge model`: the models that encode documents and queries. Each command has a file of its own.

import { Command } from 'commander';
import { modelAddCommand } from './add.ts';
import { modelClustersCommand } from './clusters.ts';
import { modelQuantizeCommand } from './quantize.ts';
import { modelShowCommand } from './show.ts';

/** The command. */
export function modelCommand(): Command {
  const command = new Command('model')
    .description(
      'Makes model folders, which hold the networks of a model and a contract that says how they are ' +
        'used, and shows what is in one.',
    )
    .addHelpText('after', MORE);
  for (const each of [modelAddCommand(), modelQuantizeCommand(), modelClustersCommand(), modelShowCommand()])
    command.addCommand(each);
  return command;
}

const MORE = `
Examples:
  sparsedge model add ~/splade-v3 -o models/splade-v3
  sparsedge model show models/splade-v3 the moon pulls the sea
  sparsedge build docs/ --model models/splade-v3

Exit codes: 0 done; 1 it failed; 2 a model, a file or an option is wrong.`;
