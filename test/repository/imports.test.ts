// What the compiler does not check: rooms import only downward and stay small, no file imports itself however far
// around, and no file is a grab bag.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

/**
 * The rooms of the two halves, from the ground up. A line is a floor: its rooms import those of lower floors and not
 * one another. A room is a folder without the rooms in it, or a file.
 */
const FLOORS = [
  ['src/core'],
  ['src/core/analyzer/words'],
  ['src/core/analyzer'],
  ['src/core/format'],
  ['src/core/tokens'],
  ['src/core/model'],
  ['src/core/heads/outputs'],
  ['src/core/heads'],
  ['access', 'agents'],
  ['src/query/search/sums'],
  ['src/query/filter'],
  ['src/query/search'],
  ['src/query/language/rules'],
  ['src/query/encode/words'],
  ['src/query/encode', 'src/query/rerank'],
  ['src/query/language'],
  ['src/query'],
  ['src/store', 'src/encode'],
  ['src/edge'],
  ['src/http/schemas', 'src/http/messages'],
  ['src/http'],
  ['src'],
  ['browser'],
  ['browser/element/view', 'browser/element/words'],
  ['browser/element'],
  ['browser/pages'],
  ['build/work', 'build/terminal'],
  ['build/stages/read/language', 'build/stages/read/lines', 'build/stages/weighting'],
  ['build/stages/read/fields', 'build/stages/read/tables'],
  ['build/stages/read/pages/sections'],
  ['build/stages/read/pages/markup'],
  ['build/stages/read/pages'],
  ['build/stages/read'],
  ['build/stages/encode'],
  ['build/stages/expand/predict/answers', 'build/stages/expand/predict/server'],
  ['build/stages/expand/predict'],
  ['build/stages/expand'],
  ['build/stages/invert'],
  ['build/stages/order'],
  ['build/stages/quantize'],
  ['build/stages/shard'],
  ['build/stages/words'],
  ['build/model/onnx'],
  ['build/model'],
  ['build/model/encoding'],
  ['build/model/add/checkpoint'],
  ['build/model/add'],
  ['build/inspect'],
  ['build/inspect/rules'],
  ['build/ciff', 'build/index/phases/base'],
  ['build/index/phases'],
  ['build/index'],
  ['build/local/bundles', 'build/local/runtime'],
  ['build/local'],
  ['build/evaluate'],
  ['build/commands/options', 'build/commands/remote'],
  [
    'build/commands/build',
    'build/commands/evaluate',
    'build/commands/expand',
    'build/commands/inspect',
    'build/commands/model',
    'build/commands/search',
  ],
  ['build/commands'],
  ['build'],
  ['plugins/site'],
  ['plugins'],
  ['docs'],
];
const floorOf = new Map(FLOORS.flatMap((rooms, floor) => rooms.map((room) => [room, floor])));

/** A folder with more entries than this is two rooms. */
const MOST_ENTRIES = 12;

const files = ['src', 'access', 'agents', 'browser', 'build', 'plugins', 'docs', 'test', 'models', 'examples']
  .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));

/** File → the files it imports, types and imports at run time included. */
const imports = new Map(
  files.map((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    const specifiers = text.matchAll(
      /^(?:import|export)\b[^'"]*?from '(\.[^']+)'|\bimport\('(\.[^']+)'\)/gms,
    );
    const paths = Array.from(specifiers, ([, first, second]) => first ?? second!);
    return [file, paths.map((path) => relative(ROOT, resolve(ROOT, dirname(file), path)))];
  }),
);

function roomOf(file: string): string | undefined {
  for (let room = file; room !== '.'; room = dirname(room)) if (floorOf.has(room)) return room;
  return undefined;
}

/** The imports of a file that its room must not make, each as a sentence. */
function upward(file: string, imported: readonly string[]): string[] {
  const room = roomOf(file);
  if (room === undefined) return [];
  return imported.flatMap((target) => {
    const other = roomOf(target);
    if (other === room) return [];
    const down = other !== undefined && floorOf.get(other)! < floorOf.get(room)!;
    return down ? [] : [`${file} imports ${target}, which is not below ${room}`];
  });
}

test('rooms import only downward', () => {
  expect([...imports].flatMap(([file, imported]) => upward(file, imported))).toEqual([]);
  // The rule must see imports, and must refuse one that goes up.
  expect([...imports.values()].flat().length).toBeGreaterThan(100);
  expect(upward('src/core/format/page.ts', ['src/query/search/plan.ts'])).toHaveLength(1);
  expect(upward('build/work/files.ts', ['build/terminal/progress.ts'])).toHaveLength(1);
});

test('every file of the two halves has a room', () => {
  const halves = files.filter((file) => /^(src|access|agents|browser|build|plugins|docs)\//.test(file));
  expect(halves.filter((file) => roomOf(file) === undefined)).toEqual([]);
  const used = new Set(halves.map(roomOf));
  expect([...floorOf.keys()].filter((room) => !used.has(room))).toEqual([]);
});

test(`no folder has more than ${MOST_ENTRIES} entries`, () => {
  const folders = ['src', 'access', 'agents', 'browser', 'build', 'plugins', 'docs', 'models/train'].flatMap(
    (top) => [
      top,
      ...readdirSync(join(ROOT, top), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isDirectory() && entry.name !== '__pycache__')
        .map((entry) => relative(ROOT, join(entry.parentPath, entry.name))),
    ],
  );
  const entries = (folder: string) =>
    readdirSync(join(ROOT, folder)).filter((name) => name !== '__pycache__').length;
  expect(folders.filter((folder) => entries(folder) > MOST_ENTRIES)).toEqual([]);
  expect(folders.length).toBeGreaterThan(30);
});

/** The first cycle that is reached from a file, if any. */
function cycleFrom(file: string, path: readonly string[], done: Set<string>): string[] | undefined {
  if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
  if (done.has(file)) return undefined;
  for (const next of imports.get(file) ?? []) {
    const cycle = cycleFrom(next, [...path, file], done);
    if (cycle) return cycle;
  }
  done.add(file);
  return undefined;
}

test('no file imports itself, however far around', () => {
  const done = new Set<string>();
  for (const file of files) expect(cycleFrom(file, [], done), 'an import cycle').toBeUndefined();
});

test('every file has a domain name', () => {
  expect(files.filter((file) => /\b(utils?|helpers?|common|misc|shared)\.ts$/.test(file))).toEqual([]);
});

test('no file passes 400 lines', () => {
  const long = files.filter((file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length > 400);
  expect(long).toEqual([]);
});

test('no index is asserted to be there: the compiler never asks', () => {
  const asserted = files.filter(
    (file) =>
      /^(src|access|agents|browser|build|plugins|docs)\//.test(file) &&
      /\]!(?!=)/.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  expect(asserted).toEqual([]);
});
