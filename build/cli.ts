#!/usr/bin/env node
// The command line. Which commands there are is in commands/command-list.ts, and how one ends in terminal/outcome.ts.

import { Command } from 'commander';
import { GROUPS } from './commands/command-list.ts';
import { exitCodeOf, reportFailure, showNotices } from './terminal/outcome.ts';
import { VERSION } from './terminal/version.ts';
import { systemError } from './work/system-error.ts';

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
With --json, every command but demo and mcp prints one JSON document, errors
included.`,
  );

// Commander lists the help command last, whenever it is added.
program.commandsGroup('Get help:').helpCommand('help [command]', 'show the help of a command');
const [first = '', second] = process.argv.slice(process.argv[2] === '--' ? 3 : 2);
const asked = first === 'help' ? second : first;
for (const [heading, commands] of Object.entries(GROUPS)) {
  program.commandsGroup(heading);
  for (const [name, { summary, load }] of Object.entries(commands)) {
    // Of the others, help and the words on a command that there is not need only the names.
    const command = (name === asked ? await load() : new Command(name)).summary(summary);
    program.addCommand(command.copyInheritedSettings(program).helpOption('-h, --help', 'Show this help.'));
    for (const subcommand of command.commands)
      subcommand.copyInheritedSettings(command).helpOption('-h, --help', 'Show this help.');
  }
}

// `sparsedge search ... | head` closes the pipe early; that is not an error, and a full disk behind it is.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  reportFailure(systemError('standard output', 'written', error), false);
  process.exit(exitCodeOf(error));
});
// Nobody reads what it would say, and what it does is done all the same.
process.stderr.on('error', () => {});

showNotices();
// For the help of a command that there is not, commander shows all of it; asked for itself, the command is named.
const isThere = program.commands.some((command) => command.name() === second);
const isMissing = first === 'help' && second !== undefined && !isThere;
try {
  await program.parseAsync(isMissing ? process.argv.toSpliced(2, 1) : process.argv);
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
