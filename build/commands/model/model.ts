// `sparsedge model`: the models that weigh terms. Each command has a file of its own.

import { Command } from 'commander';
import { modelAddCommand } from './add.ts';
import { modelClustersCommand } from './clusters.ts';
import { modelQuantizeCommand } from './quantize.ts';
import { modelShowCommand } from './show.ts';

export function modelCommand(): Command {
  const command = new Command('model').summary('add a model that weighs terms, or look at one');
  for (const each of [modelAddCommand(), modelQuantizeCommand(), modelClustersCommand(), modelShowCommand()])
    command.addCommand(each);
  return command;
}
