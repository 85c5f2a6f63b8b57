// Runs the command line as its users do: a process of its own, in a folder of its own.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');
export const CLI = join(ROOT, 'build/cli.ts');
export const NODE = join(ROOT, 'node_modules/.bin/node');

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs a command to its end.
 *
 * @param env what is in its environment besides
 */
export function sparsedge(
  cwd: string,
  args: readonly string[],
  input: string | Buffer = '',
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(NODE, [CLI, ...args], { cwd, env: { ...process.env, ...env } });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
    // A command that reads no input may have ended by now.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const DOCUMENTS = [
  {
    id: 'a',
    title: 'Tides',
    text: 'The moon pulls the sea, and the sea rises twice a day.',
    url: 'https://example.com/a',
  },
  { id: 'b', title: 'Moonlight', text: 'The moon shines with the light of the sun.' },
  { id: 'c', title: 'Bread', text: 'Flour, water, salt and time make bread.' },
  { id: 'd', title: 'Salt', text: 'Salt of the sea is salt of the table.' },
];

/** Writes the documents as JSON lines. */
export function writeDocuments(folder: string, documents: readonly object[] = DOCUMENTS): string {
  const path = join(folder, 'pages.jsonl');
  writeFileSync(path, documents.map((document) => `${JSON.stringify(document)}\n`).join(''));
  return path;
}

/** A folder with an index of the documents in shards/pages, by BM25. */
export async function folderWithIndex(): Promise<string> {
  const folder = temporaryFolder();
  writeDocuments(folder);
  const { code, err } = await sparsedge(folder, ['build', 'pages.jsonl', '--encoder', 'bm25']);
  if (code !== 0) throw new Error(err);
  return folder;
}
