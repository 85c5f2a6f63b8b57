// `sparsedge keys`: who may search a deployment, and what of it.

import { existsSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { createKey, type StoredKey, signToken } from '../../access/key-ring.ts';
import { SparsedgeError } from '../../src/core/errors.ts';
import { parseFilter } from '../../src/query/filter/parse-filter.ts';
import { keyFile, readKeys, writeKeys } from '../local/runtime/key-file.ts';
import { print, printJson } from '../terminal/outcome.ts';
import { lockFile, whileLocked } from '../work/lock.ts';
import { jsonOption } from './options/json-output.ts';

interface Restrictions {
  readonly index?: readonly string[];
  readonly filter?: string;
  readonly expires?: number;
  readonly json?: true;
}

/** The command. */
export function keysCommand(): Command {
  return new Command('keys')
    .description(
      'Keys of a deployment, in its folder as keys.json: what checks them, not the keys themselves. sparsedge deploy ' +
        "makes that file the Worker's secret KEYS, and from then on a key is needed, unless its setting ACCESS is public.",
    )
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(revokeCommand())
    .addCommand(signCommand())
    .addHelpText(
      'after',
      `
Examples:
  sparsedge keys create deploy/docs-search --note "the site" --expires 1y
  sparsedge keys list deploy/docs-search
  sparsedge keys revoke deploy/docs-search 3f9a0c21

${EXIT_CODES}`,
    );
}

const FILE = 'The folder of a deployment, or a file of keys.';
const EXIT_CODES = `Exit codes: 0 it is done; 1 there is no such key, or the file cannot be written;
2 an option is wrong, or there are no keys.`;

function restricted(command: Command): Command {
  return command
    .option('--index <names>', 'The indexes that it is for, as docs,v1. The default is all.', names)
    .option(
      '--filter <filter>',
      'Which documents there are for whoever has it, such as tenant:acme.',
      filterText,
    )
    .option(
      '--expires <when>',
      'When it ends: after 30m, 12h, 90d or 1y, or on a date, as 2027-12-31.',
      moment,
    );
}

function createCommand(): Command {
  return restricted(new Command('create'))
    .summary('make a key, which is shown once')
    .description('Makes a key and keeps what checks it. The key itself is shown now and never again.')
    .argument('<deployment>', FILE)
    .addOption(
      new Option('--scope <scope>', 'What it opens: searching, or also the list of keys.')
        .choices(['search', 'admin'])
        .default('search'),
    )
    .option('--signs', 'Let it sign tokens for tenants (sparsedge keys sign).')
    .option('--note <text>', 'What it is for.')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  sparsedge keys create deploy/docs-search --note "the site"
  sparsedge keys create deploy/docs-search --signs --expires 1y
  sparsedge deploy shards/docs          makes them known to the Worker

${EXIT_CODES}`,
    )
    .action(
      async (place: string, options: Restrictions & Pick<StoredKey, 'scope' | 'note'> & { signs?: true }) => {
        const { index, filter, expires, scope, note, signs, json } = options;
        const indexes = index && [...index];
        const path = keyFile(place);
        const { key, stored } = await createKey({ scope, signs, indexes, filter, expires, note });
        await changeKeys(path, () => [...(existsSync(path) ? readKeys(path) : []), stored]);
        if (json) return printJson({ key, id: stored.id, file: path });
        print(key, '', `It is shown only now. ${path} has what checks it; deploy again to make it known.`);
      },
    );
}

function listCommand(): Command {
  return new Command('list')
    .summary('show which keys there are')
    .description('Shows which keys there are, without what checks them.')
    .argument('<deployment>', FILE)
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Example:
  sparsedge keys list deploy/docs-search

${EXIT_CODES}`,
    )
    .action((place: string, { json }: { json?: true }) => {
      const keys = readKeys(keyFile(place)).map(({ hash: _, signs, ...key }) => ({
        ...key,
        signs: signs !== undefined,
      }));
      if (json) return printJson({ keys });
      print(...(keys.length === 0 ? ['There are no keys: nobody may search.'] : keys.map(line)));
    });
}

function revokeCommand(): Command {
  return new Command('revoke')
    .summary('end a key, and the tokens that it signed')
    .description(
      'Forgets a key. It ends, with all tokens that it signed, when the deployment is deployed again.',
    )
    .argument('<deployment>', FILE)
    .argument('<id>', 'As sparsedge keys list has it.')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Example:
  sparsedge keys revoke deploy/docs-search 3f9a0c21

${EXIT_CODES}`,
    )
    .action(async (place: string, id: string, { json }: { json?: true }) => {
      const path = keyFile(place);
      // Where there is no file, no folder is made for its lock.
      readKeys(path);
      await changeKeys(path, () => {
        const keys = readKeys(path);
        if (keys.some((key) => key.id === id)) return keys.filter((key) => key.id !== id);
        throw new SparsedgeError('not-found', `${path} has no key ${id}`, { id });
      });
      if (json) return printJson({ id, file: path });
      print(`${id} is no key any more, once it is deployed again.`);
    });
}

function signCommand(): Command {
  return restricted(new Command('sign'))
    .summary('sign a token for a tenant')
    .description(
      'Signs a token with a key that was made with --signs, read from SPARSEDGE_KEY. It grants no more than the key, and ' +
        'is kept nowhere. A server of your own signs with signToken of the package, from sparsedge/keys.',
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Example:
  sparsedge keys sign --filter tenant:acme --expires 1h

Exit codes: 0 it is signed; 2 the key or an option is wrong.`,
    )
    .action(async ({ index: indexes, filter, expires, json }: Restrictions) => {
      const { SPARSEDGE_KEY: key } = process.env;
      if (key === undefined)
        throw new SparsedgeError('bad-input', 'expected a key in SPARSEDGE_KEY, found none');
      if (expires === undefined)
        throw new SparsedgeError('bad-input', 'a token ends: say when with --expires');
      const token = await signToken(key, { indexes: indexes && [...indexes], filter, expires });
      if (json) return printJson({ token });
      print(token);
    });
}

/** Changes keys while nobody else does: of two at once, one would forget what the other did. */
function changeKeys(path: string, changed: () => readonly StoredKey[]): Promise<void> {
  return whileLocked(lockFile(path, 'changing keys'), async () => writeKeys(path, changed()));
}

function names(text: string): readonly string[] {
  const list = text.split(',').map((name) => name.trim());
  if (list.every((name) => /^[a-z0-9][a-z0-9-]{0,63}$/.test(name))) return list;
  throw new InvalidArgumentError('It must be names of indexes with commas between them.');
}

/** @throws SparsedgeError `bad-query` for what is no filter, which would open nothing */
function filterText(text: string): string {
  parseFilter(text);
  return text;
}

const SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, y: 31_536_000 };

/** When something ends → seconds since 1970. */
function moment(text: string): number {
  const [, count, unit = ''] = /^(\d{1,5})([mhdy])$/.exec(text) ?? [];
  const now = Date.now() / 1000;
  const then = count === undefined ? Date.parse(text) / 1000 : now + Number(count) * SECONDS[unit];
  if (then > now) return Math.floor(then);
  throw new InvalidArgumentError('It must be a time to come: 30m, 12h, 90d, 1y, or a date.');
}

function line({
  id,
  scope,
  signs,
  indexes,
  filter,
  expires,
  note,
}: Omit<StoredKey, 'hash' | 'signs'> & { signs: boolean }) {
  const ends = expires === undefined ? undefined : new Date(expires * 1000);
  const facts = [
    scope,
    ...(signs ? ['signs tokens'] : []),
    ...(indexes ? [`for ${indexes.join(', ')}`] : []),
    ...(filter === undefined
      ? []
      : [`where ${typeof filter === 'string' ? filter : JSON.stringify(filter)}`]),
    ...(ends
      ? [`${ends.getTime() > Date.now() ? 'until' : 'ended'} ${ends.toISOString().slice(0, 16)}Z`]
      : []),
    ...(note === undefined ? [] : [note]),
  ];
  return `${id}  ${facts.join('; ')}`;
}
