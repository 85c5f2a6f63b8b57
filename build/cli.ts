#!/usr/bin/env node
// The command line: which commands there are. What each does is in commands/, and how it ends in terminal/outcome.ts.

import { Command } from 'commander';
import { exitCodeOf, reportFailure, showNotices } from './terminal/outcome.ts';
import { VERSION } from './terminal/version.ts';
import { systemError } from './work/system-error.ts';

type Load = () => Promise<Command>;

/** Who wants to do what → the commands for it by their names, whose modules are loaded when one is asked for. */
const GROUPS: Readonly<Record<string, Readonly<Record<string, Load>>>> = {
  'Build an index and ask it:': {
    build: async () => (await import('./commands/build/build.ts')).buildCommand(),
    search: async () => (await import('./commands/search/search.ts')).searchCommand(),
    suggest: async () => (await import('./commands/search/suggest.ts')).suggestCommand(),
    rules: async () => (await import('./commands/build/set-rules.ts')).rulesCommand(),
    serve: async () => (await import('./commands/search/serve.ts')).serveCommand(),
    mcp: async () => (await import('./commands/search/serve-agents.ts')).mcpCommand(),
    deploy: async () => (await import('./commands/deploy.ts')).deployCommand(),
    keys: async () => (await import('./commands/keys.ts')).keysCommand(),
    demo: async () => (await import('./commands/demo.ts')).demoCommand(),
  },
  'Look at an index:': {
    inspect: async () => (await import('./commands/inspect/inspect.ts')).inspectCommand(),
    verify: async () => (await import('./commands/inspect/verify.ts')).verifyCommand(),
    export: async () => (await import('./commands/inspect/export.ts')).exportCommand(),
  },
  'Publish an index:': {
    publish: async () => (await import('./commands/build/publish.ts')).publishCommand(),
    generations: async () => (await import('./commands/build/generations.ts')).generationsCommand(),
    rollback: async () => (await import('./commands/build/rollback.ts')).rollbackCommand(),
    prune: async () => (await import('./commands/build/prune.ts')).pruneCommand(),
  },
  'Measure answers:': {
    eval: async () => (await import('./commands/evaluate/eval.ts')).evalCommand(),
    report: async () => (await import('./commands/evaluate/usage-report.ts')).reportCommand(),
    cost: async () => (await import('./commands/evaluate/cost.ts')).costCommand(),
    sweep: async () => (await import('./commands/evaluate/sweep.ts')).sweepCommand(),
  },
  'Predict queries of documents:': {
    expand: async () => (await import('./commands/expand/expand.ts')).expandCommand(),
    filter: async () => (await import('./commands/expand/filter.ts')).filterCommand(),
  },
  'Use models:': {
    model: async () => (await import('./commands/model/model.ts')).modelCommand(),
    encode: async () => (await import('./commands/model/encode.ts')).encodeCommand(),
    words: async () => (await import('./commands/model/words.ts')).wordsCommand(),
  },
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
const [, , asked = ''] = process.argv;
const isKnown = Object.values(GROUPS).some((commands) => Object.hasOwn(commands, asked));
for (const [heading, commands] of Object.entries(GROUPS)) {
  program.commandsGroup(heading);
  for (const [name, load] of Object.entries(commands)) {
    // All of them are needed for help, and to say what was meant by another name.
    if (isKnown && name !== asked) continue;
    const command = await load();
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
const [, , , helped] = process.argv;
const isThere = program.commands.some((command) => command.name() === helped);
const isMissing = asked === 'help' && helped !== undefined && !isThere;
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
