import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GROUPS } from '../../../build/commands/command-list.ts';
import { CLI, NODE, sparsedge, temporaryFolder } from './command-line.ts';

const COMMANDS = [
  ...[
    'build',
    'search',
    'suggest',
    'rules',
    'serve',
    'mcp',
    'deploy',
    'keys',
    'demo',
    'inspect',
    'verify',
    'publish',
    'generations',
    'rollback',
    'prune',
    'export',
    'eval',
    'report',
    'cost',
    'sweep',
    'expand',
    'filter',
    'model',
  ],
  ...['encode', 'words'],
];
const SUBCOMMANDS = [
  ['keys', 'create'],
  ['keys', 'list'],
  ['keys', 'revoke'],
  ['keys', 'sign'],
  ['expand', 'predict'],
  ['expand', 'import'],
  ['model', 'add'],
  ['model', 'quantize'],
  ['model', 'clusters'],
  ['model', 'show'],
];

test('the help names every command', async () => {
  const { code, out } = await sparsedge(temporaryFolder(), ['--help']);
  expect(code).toBe(0);
  for (const command of COMMANDS) expect(out).toMatch(new RegExp(`^ {2}${command} `, 'm'));
});

test.each(
  [...COMMANDS.map((command) => [command]), ...SUBCOMMANDS].map(
    (command) => [command.join(' '), command] as const,
  ),
)('the help of %s has sentences, examples and exit codes, and fits a terminal', async (_, command) => {
  const { code, out, err } = await sparsedge(temporaryFolder(), [...command, '--help']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^Examples?:\n {2}sparsedge /m);
  expect(out).toMatch(/^Exit codes: 0 /m);
  for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(82);
  const sentences = descriptionsIn(out);
  expect(sentences).toContain('Show this help.');
  for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].*([.]|bm25=1,splade=\.7)( \(.*\))?$/);
});

/** What a help says of each argument and option: a term, two spaces, and text that may go on below. */
function descriptionsIn(help: string): string[] {
  const [, ...described] = help.split(/^ {2}(?=-|[a-z]+ {2,}[A-Z])/m);
  return described.map((each) => {
    const [first = ''] = each.split('\n\n');
    return first
      .replace(/^.*? {2,}/, '')
      .replaceAll(/\s+/g, ' ')
      .trim();
  });
}

test('a command that does not exist is refused with the one that was meant', async () => {
  for (const args of [
    ['serch', 'x', 'y'],
    ['help', 'serch'],
  ]) {
    const { code, err } = await sparsedge(temporaryFolder(), args);
    expect({ args, code, err }).toEqual({
      args,
      code: 2,
      err: expect.stringContaining('Did you mean search?'),
    });
  }
});

/** Names of the folders of commands and of files whose modules a run of the command line loads. */
async function roomsLoaded(args: readonly string[]): Promise<string[]> {
  const hooks = `import { registerHooks } from 'node:module';
    import { appendFileSync } from 'node:fs';
    registerHooks({ load(url, context, next) { appendFileSync('loaded', url + '\\n'); return next(url, context); } });`;
  const folder = temporaryFolder();
  const flag = `--import=data:text/javascript,${encodeURIComponent(hooks)}`;
  await sparsedge(folder, args, '', { NODE_OPTIONS: flag });
  const rooms = readFileSync(join(folder, 'loaded'), 'utf8').matchAll(
    /\/build\/commands\/(\w+|[\w-]+\.ts)(?=[/\n])/g,
  );
  return [...new Set(Array.from(rooms, ([, room]) => room ?? ''))].sort();
}

test.each([[[]], [['--help']], [['--version']], [['help']], [['--json']], [['serch']], [['help', 'serch']]])(
  'what is of no command loads the modules of none: sparsedge %j',
  async (args) => {
    expect(await roomsLoaded(args)).toEqual(['command-list.ts']);
  },
);

test.each([[['report', '--help']], [['help', 'report']], [['--', 'report', '--help']]])(
  'the help of a command loads its own modules: sparsedge %j',
  async (args) => {
    expect(await roomsLoaded(args)).toEqual(['command-list.ts', 'evaluate', 'options']);
  },
);

test.each(Object.values(GROUPS).flatMap((commands) => Object.entries(commands)))(
  'the list has the name of the command %s, and alone what it is for',
  async (name, { load }) => {
    const command = await load();
    expect([command.name(), command.summary()]).toEqual([name, '']);
  },
);

test('a build of nothing leaves nothing', async () => {
  const folder = temporaryFolder();
  const { code, err } = await sparsedge(folder, ['build', 'nowhere']);
  expect({ code, err }).toEqual({ code: 2, err: 'sparsedge: there is no file or folder nowhere\n' });
  expect(readdirSync(folder)).toEqual([]);
});

test('a file that is named and is not there is a wrong option, and said to be none', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'pages.jsonl'), '{"id": "a", "text": "salt"}\n');
  expect((await sparsedge(folder, ['build', 'pages.jsonl', '--encoder', 'bm25'])).code).toBe(0);
  for (const args of [
    ['rules', 'shards/pages', 'nowhere'],
    ['eval', 'shards/pages', '--gate', 'nowhere'],
    ['eval', 'shards/pages', '--queries', 'nowhere', '--qrels', 'nowhere'],
    ['cost', 'shards/pages', '--queries', 'nowhere'],
    ['build', 'pages.jsonl', '--schema', 'nowhere'],
    ['build', 'pages.jsonl', '--config', 'nowhere'],
    ['build', 'pages.jsonl', '--expansions', 'nowhere'],
    ['serve', 'shards/pages', '--keys', 'nowhere'],
  ]) {
    const { code, err } = await sparsedge(folder, args);
    expect({ args, code, err }).toEqual({
      args,
      code: 2,
      err: expect.stringMatching(/nowhere.* no (such )?file|no file or folder nowhere/),
    });
  }
});

test.skipIf(!existsSync('/dev/full'))(
  'what cannot be written is said, and is no fault of the code',
  async () => {
    for (const [args, code, said] of [
      [
        '--version > /dev/full',
        1,
        'sparsedge: standard output cannot be written: no space is left on the device\n',
      ],
      ['search nowhere x 2> /dev/full', 2, ''],
      ['--help | true', 0, ''],
    ] as const) {
      const child = spawn('sh', ['-c', `"${NODE}" "${CLI}" ${args}`], { cwd: temporaryFolder() });
      let err = '';
      child.stderr.on('data', (chunk) => (err += chunk));
      expect([args, ...(await once(child, 'close')), err]).toEqual([args, code, null, said]);
    }
  },
);

test('no command at all shows the help and fails', async () => {
  const { code, err } = await sparsedge(temporaryFolder(), []);
  expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('Examples:') });
});

test('the demo shows a build, answers with their costs and a measure, and ends by itself', async () => {
  const child = spawn(NODE, [CLI, 'demo'], { cwd: temporaryFolder() });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (err += chunk));
  const [code] = await once(child, 'close');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^1\. Built an index of 300 documents/m);
  expect(out.match(/\d reads?, .* rounds?.*; proved/g)).toHaveLength(7);
  // The answer to a question that shares no word with it.
  expect(out).toMatch(/toxic greenery and kittens\n +1\. Plants and pets:/);
  expect(out).toMatch(/nDCG@10 0\.\d{3}/);
});
