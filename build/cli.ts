#!/usr/bin/env node
// The command line: says which commands there are. What each does is in commands/, and how it ends in commands/outcome.ts.

import { Command } from 'commander';
import { buildCommand } from './commands/build/build.ts';
import { evalCommand } from './commands/evaluate/eval.ts';
import { sweepCommand } from './commands/evaluate/sweep.ts';
import { expandCommand } from './commands/expand/expand.ts';
import { filterCommand } from './commands/expand/filter.ts';
import { exportCommand } from './commands/inspect/export.ts';
import { inspectCommand } from './commands/inspect/inspect.ts';
import { verifyCommand } from './commands/inspect/verify.ts';
import { encodeCommand } from './commands/model/encode.ts';
import { modelCommand } from './commands/model/model.ts';
import { wordsCommand } from './commands/model/words.ts';
import { searchCommand } from './commands/search/search.ts';
import { serveCommand } from './commands/search/serve.ts';
import { exitCodeOf, reportFailure } from './terminal/outcome.ts';

const program = new Command('sparsedge')
  .description(
    'Learned-sparse search that lives on a CDN: build an index, try it here, serve it from the edge.',
  )
  .usage('<command> [options]')
  .helpCommand('help [command]', 'show the help of a command')
  .helpOption('-h, --help', 'show this help')
  .exitOverride()
  // Commander's own errors are shown where all others are.
  .configureOutput({ outputError: () => {} })
  .addHelpText(
    'after',
    `
Start with:
  sparsedge build docs/ -o shards/manual          index a folder of Markdown
  sparsedge search shards/manual "rotate a key"   ask it something
  sparsedge serve shards/manual                   the same over HTTP, in the Worker

Exit codes: 0 done; 1 it failed, for instance because an index is damaged;
2 what was asked for is wrong: a command, an option, an input or a query.
With --json every command prints one JSON document, errors too.`,
  );

for (const command of [
  buildCommand(),
  searchCommand(),
  serveCommand(),
  evalCommand(),
  inspectCommand(),
  verifyCommand(),
  exportCommand(),
  modelCommand(),
  encodeCommand(),
  expandCommand(),
  filterCommand(),
  sweepCommand(),
  wordsCommand(),
]) {
  program.addCommand(command.copyInheritedSettings(program).helpOption('-h, --help', 'show this help'));
  for (const part of command.commands)
    part.copyInheritedSettings(command).helpOption('-h, --help', 'show this help');
}

// `sparsedge search ... | head` closes the pipe early; that is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

try {
  await program.parseAsync();
} catch (error) {
  const command = program.commands.find((known) => known.name() === process.argv[2]);
  reportFailure(
    error,
    process.argv.includes('--json'),
    command ? `sparsedge ${command.name()}` : 'sparsedge',
  );
  process.exitCode = exitCodeOf(error);
}
