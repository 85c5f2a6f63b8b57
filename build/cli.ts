#!/usr/bin/env node
// The command line: which commands there are. What each does is in commands/, and how it ends in terminal/outcome.ts.

import { Command } from 'commander';
import { buildCommand } from './commands/build/build.ts';
import { generationsCommand } from './commands/build/generations.ts';
import { pruneCommand } from './commands/build/prune.ts';
import { publishCommand } from './commands/build/publish.ts';
import { rollbackCommand } from './commands/build/rollback.ts';
import { rulesCommand } from './commands/build/set-rules.ts';
import { demoCommand } from './commands/demo.ts';
import { deployCommand } from './commands/deploy.ts';
import { costCommand } from './commands/evaluate/cost.ts';
import { evalCommand } from './commands/evaluate/eval.ts';
import { sweepCommand } from './commands/evaluate/sweep.ts';
import { reportCommand } from './commands/evaluate/usage-report.ts';
import { expandCommand } from './commands/expand/expand.ts';
import { filterCommand } from './commands/expand/filter.ts';
import { exportCommand } from './commands/inspect/export.ts';
import { inspectCommand } from './commands/inspect/inspect.ts';
import { verifyCommand } from './commands/inspect/verify.ts';
import { keysCommand } from './commands/keys.ts';
import { encodeCommand } from './commands/model/encode.ts';
import { modelCommand } from './commands/model/model.ts';
import { wordsCommand } from './commands/model/words.ts';
import { searchCommand } from './commands/search/search.ts';
import { serveCommand } from './commands/search/serve.ts';
import { mcpCommand } from './commands/search/serve-agents.ts';
import { suggestCommand } from './commands/search/suggest.ts';
import { exitCodeOf, reportFailure, showNotices } from './terminal/outcome.ts';
import { VERSION } from './terminal/version.ts';

/** Who wants to do what → the commands for it. */
const GROUPS: Readonly<Record<string, readonly Command[]>> = {
  'Build an index and ask it:': [
    buildCommand(),
    searchCommand(),
    suggestCommand(),
    rulesCommand(),
    serveCommand(),
    mcpCommand(),
    deployCommand(),
    keysCommand(),
    demoCommand(),
  ],
  'Look at an index:': [inspectCommand(), verifyCommand(), exportCommand()],
  'Publish an index:': [publishCommand(), generationsCommand(), rollbackCommand(), pruneCommand()],
  'Measure answers:': [evalCommand(), reportCommand(), costCommand(), sweepCommand()],
  'Predict queries of documents:': [expandCommand(), filterCommand()],
  'Use models:': [modelCommand(), encodeCommand(), wordsCommand()],
};

const program = new Command('sparsedge')
  .description(
    'Learned-sparse search that lives on a CDN: build an index, ask it on this machine, and serve it ' +
      'from the edge.',
  )
  .usage('<command> [options]')
  .configureHelp({ subcommandTerm: (command) => command.name() })
  .helpOption('-h, --help', 'Show this help.')
  .version(VERSION, '-V, --version', 'Show the version.')
  .exitOverride()
  // Commander's own errors are shown where all others are.
  .configureOutput({ outputError: () => {} })
  .addHelpText(
    'after',
    `
Examples:
  sparsedge build docs/ -o shards/manual          build an index of Markdown files
  sparsedge search shards/manual "rotate a key"   ask it a question

Exit codes: 0 done; 1 it failed, for instance because an index is damaged;
2 what was asked for is wrong: a command, an option, an input or a question.
With --json, every command prints one JSON document, errors included.`,
  );

// Commander lists the help command last, whenever it is added.
program.commandsGroup('Get help:').helpCommand('help [command]', 'show the help of a command');
for (const [heading, commands] of Object.entries(GROUPS)) {
  program.commandsGroup(heading);
  for (const command of commands) {
    program.addCommand(command.copyInheritedSettings(program).helpOption('-h, --help', 'Show this help.'));
    for (const subcommand of command.commands)
      subcommand.copyInheritedSettings(command).helpOption('-h, --help', 'Show this help.');
  }
}

// `sparsedge search ... | head` closes the pipe early; that is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

showNotices();
try {
  await program.parseAsync();
} catch (error) {
  reportFailure(error, process.argv.includes('--json'), namedCommand());
  process.exitCode = exitCodeOf(error);
}

/** The command that was asked for, whose help says what can be asked for. */
function namedCommand(): string {
  const [, , name, subname] = process.argv;
  const command = program.commands.find((known) => known.name() === name);
  const subcommand = command?.commands.find((known) => known.name() === subname);
  return [program, command, subcommand].flatMap((each) => each?.name() ?? []).join(' ');
}
