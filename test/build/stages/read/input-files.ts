// Real files in a folder of their own, and what reading them gives.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { newReport } from '../../../../build/stages/read/lines/report.ts';
import { type ReadOptions, readDocuments } from '../../../../build/stages/read/read.ts';
import type { Document } from '../../../../src/core/document.ts';

/** A folder that is removed when the test ends. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-read-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), contents);
  }
  return folder;
}

export function fileWith(name: string, contents: string | Uint8Array): string {
  return join(folderWith({ [name]: contents }), name);
}

export async function read(input: string, options: Omit<ReadOptions, 'input' | 'report'> = {}) {
  const report = newReport();
  const documents: Document[] = [];
  for await (const document of readDocuments({ ...options, input, report })) documents.push(document);
  return { documents, report };
}

/** Reads a file that has a malformed record, both ways: what stopping and what skipping say of it. */
export async function readBad(
  input: string,
  options: Omit<ReadOptions, 'input' | 'report' | 'skipBad'> = {},
) {
  const stopped: unknown = await read(input, options).then(
    () => undefined,
    (error) => error,
  );
  const { documents, report } = await read(input, { ...options, skipBad: true });
  return { stopped, ids: documents.map(({ id }) => id), report };
}
