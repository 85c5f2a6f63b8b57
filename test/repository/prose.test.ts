// Prose keeps one width: comments, and the Markdown that people read.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const WIDTH = 120;

/** Where comments are held to the width. */
const ROOMS = [
  'src',
  'access',
  'agents',
  'browser',
  'build',
  'plugins',
  'docs',
  'test',
  'models',
  'examples',
];

/** Markdown that is held to the width; FORMAT.md changes only with the format. */
const DOCUMENTS = ['.', 'docs', 'examples', 'models', 'plugins', 'shards', 'test']
  .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: folder !== '.', withFileTypes: true }))
  .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
  .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));

const modules = ROOMS.flatMap((room) =>
  readdirSync(join(ROOT, room), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|py)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name))),
);

/** Lines that are too long, as `path:line`. */
function tooLong(path: string, lines: readonly string[]): string[] {
  return lines.flatMap((line, i) => (line.length > WIDTH ? [`${path}:${i + 1}`] : []));
}

/** Each line of a module that is a comment; others as empty lines, so that numbers stay. */
function comments(text: string): string[] {
  return text.split('\n').map((line) => (/^\s*(\/\/|\/?\*|#)/.test(line) ? line : ''));
}

/** Each line of Markdown as it is read: without tables, code, comments, what is generated and addresses of links. */
function prose(markdown: string): string[] {
  let code = false;
  let generated = false;
  return markdown.split('\n').map((line) => {
    const fence = /^\s*```/.test(line);
    if (fence) code = !code;
    generated = line.startsWith('<!-- /') ? false : generated || line === '<!-- contract -->';
    return code || generated || fence || /^\s*(\||<!--)/.test(line) ? '' : line.replace(/\]\([^)]*\)/g, ']');
  });
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

test(`no comment is wider than ${WIDTH} columns`, () => {
  expect(modules.flatMap((path) => tooLong(path, comments(read(path))))).toEqual([]);
  // The scan must see comments at all.
  expect(modules.flatMap((path) => comments(read(path)).filter(Boolean)).length).toBeGreaterThan(100);
});

test(`no line of prose is wider than ${WIDTH} columns`, () => {
  expect(DOCUMENTS.flatMap((path) => tooLong(path, prose(read(path))))).toEqual([]);
});

test('every file that a page of the project names is there', () => {
  const named = ['ARCHITECTURE.md', 'CONTRIBUTING.md', 'README.md'].flatMap((page) =>
    Array.from(
      read(page).matchAll(
        /`((?:src|access|agents|browser|build|plugins|docs|test|models|examples)\/[\w./-]+)`/g,
      ),
      ([, path]) => path!,
    ),
  );
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  expect(named.length).toBeGreaterThan(50);
});
