// `sparsedge expand`: the ways to get predicted queries, by which a build then lets documents be found. Each command
// has a file of its own.

import { Command } from 'commander';
import { importCommand } from './import.ts';
import { predictCommand } from './predict.ts';

/** The command. */
export function expandCommand(): Command {
  return new Command('expand')
    .description(
      'Writes queries that each document answers to a file of JSON lines {doc_id, queries}. With ' +
        '`sparsedge build --expansions`, documents are then found by these queries, too.',
    )
    .usage('[command] <input> [options]')
    .addCommand(predictCommand(), { isDefault: true })
    .addCommand(importCommand())
    .addHelpText('after', MORE);
}

const MORE = `
Without a command, \`sparsedge expand <input>\` does what predict does;
\`sparsedge expand predict --help\` lists its options.

Examples:
  sparsedge expand docs/ --model my-instruct-model -o docs.expansions.jsonl
  sparsedge expand import corpus.jsonl queries.jsonl.gz -o expansions.jsonl
  sparsedge build docs/ --expansions docs.expansions.jsonl

Exit codes: 0 the file is written; 1 it failed; 2 an input or an option is wrong.`;
