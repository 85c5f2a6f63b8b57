// How a command ends: what a person and what a program sees of a failure, and the exit code. Nothing else knows exit
// codes.

import { CommanderError } from 'commander';
import { type ErrorCode, NOTICE, SparsedgeError } from '../../src/core/errors.ts';
import { safeLines } from './layout.ts';

/** The command did not succeed, though what was asked for was right. */
const FAILED = 1;
/** What was asked for is wrong: an option, an input or a query. */
const WRONG = 2;

/** A model that is not the index's is a wrong option, too. */
const ASKED_WRONGLY: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'bad-input',
  'bad-query',
  'model-mismatch',
]);

/** Set to anything, it shows where in the code an unexpected failure came from. */
const TRACE = 'SPARSEDGE_TRACE';

/** The exit code that an error ends with. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG;
  if (error instanceof SparsedgeError) {
    return ASKED_WRONGLY.has(error.code) ? WRONG : FAILED;
  }
  return FAILED;
}

/**
 * Says what went wrong: on stderr for people, and with `json` on stdout for programs.
 *
 * @param command whose help shows what can be asked for
 */
export function reportFailure(error: unknown, json: boolean, command = 'sparsedge'): void {
  if (error instanceof CommanderError && isHelp(error)) return;
  const failure = describe(error, command);
  process.stderr.write(safeLines(`sparsedge: ${failure.message}\n`));
  if (failure.hint !== undefined) process.stderr.write(`${failure.hint}\n`);
  if (process.env[TRACE] !== undefined && error instanceof Error)
    process.stderr.write(safeLines(`${error.stack}\n`));
  if (!json) return;
  const { code, message, details } = failure;
  printJson({ error: { code, message, details } });
}

/** Ends the command as failed, though it has told itself what came of it. */
export function endAsFailed(): void {
  process.exitCode = FAILED;
}

/** Shows what a person should know though nothing failed, in the words of the program; other warnings as Node does. */
export function showNotices(): void {
  const others = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name === NOTICE) process.stderr.write(`sparsedge: ${warning.message}\n`);
    else for (const listener of others) listener(warning);
  });
}

/** Writes a command's one JSON document. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Writes lines for people. */
export function print(...lines: readonly string[]): void {
  process.stdout.write(safeLines(`${lines.join('\n')}\n`));
}

/** Says what is waited for, where it is in nobody's way. */
export function say(line: string): void {
  process.stderr.write(safeLines(`${line}\n`));
}

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly hint?: string;
}

/** An object of rules, as messages name it. */
const RULES = /(?:^|[\s/])rules\/[0-9a-f]{16}-[0-9a-f]{16}\b/;

/** What to do about a failure, where it does not say so itself. */
function hintFor({ code, message, details }: SparsedgeError): string | undefined {
  if (code === 'corrupt' && details.generation === 'before')
    return 'The current one stays as it is; after the next build or publishing, it is the way back.';
  // Later builds and publishing keep the rules that are there, and so fail as well.
  if ((code === 'corrupt' || code === 'not-found') && RULES.test(message))
    return 'The rules are lost: set others with `sparsedge rules <folder> <file>`, or none with --remove, and do the same again.';
  if (code === 'corrupt')
    return 'The index is damaged: build it again, or copy it again from where it was built.';
  return details.skippable
    ? 'With --skip-bad, what cannot be read is left out, counted and named.'
    : undefined;
}

function describe(error: unknown, command: string): Failure {
  if (error instanceof SparsedgeError) {
    const { code, message, details } = error;
    const hint = hintFor(error);
    return { code, message, details, ...(hint !== undefined && { hint }) };
  }
  if (error instanceof CommanderError) {
    // "error: unknown option '--x'\n(Did you mean --y?)"
    const message = error.message.replace(/^error: /, '').replace(/\n\(/, ' (');
    return {
      code: 'bad-input',
      message,
      details: {},
      hint: `For the arguments and options, run: ${command} --help`,
    };
  }
  // What the system refuses (no space, no permission) says so itself: "ENOSPC: no space left on device, write".
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof Error && typeof code === 'string')
    return { code: 'failed', message, details: { system: code } };
  return {
    code: 'unexpected',
    message: `this should not happen: ${error instanceof Error ? error.message : String(error)}`,
    details: {},
    hint: `Please report it. With ${TRACE}=1 before the command, it shows where this happened.`,
  };
}

/** The help was shown, and all is said. */
function isHelp({ exitCode, code }: CommanderError): boolean {
  // Without a command, commander shows the help and calls that an error.
  return exitCode === 0 || code === 'commander.help';
}
