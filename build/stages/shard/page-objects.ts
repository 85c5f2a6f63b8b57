// Pages as objects of their own: for what is to lie where reads are free, such as a Worker's static assets. They are
// named by their content, so that a page which an earlier generation has is there already.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { openPage, sealPage } from '../../../src/core/format/page.ts';
import { DIGEST_BYTES, PAGES, type PageRun, pageName } from '../../../src/core/format/page-table.ts';
import { makeFolder } from '../../work/files.ts';
import { noteObject } from '../../work/object-log.ts';
import { naming } from '../../work/system-error.ts';
import type { PageSink } from './page-sink.ts';

/** Writes each page to an object that its content names. */
export function pageObjectWriter(folder: string, workFolder: string): PageSink {
  const pageStart = [0];
  const digests: Uint8Array[] = [];
  makeFolder(join(folder, PAGES));
  return {
    get nextPage() {
      return digests.length;
    },
    write(body): number {
      const digest = createHash('sha256').update(body).digest().subarray(0, DIGEST_BYTES);
      const name = pageName(digest);
      const sealed = sealPage(body, name);
      if (!isThere(join(folder, name), sealed, name)) {
        // Not one by one to the disk: the manifest that makes them reachable comes after all of them.
        noteObject(workFolder, name);
        naming(join(folder, name), 'written', () => writeFileSync(join(folder, name), sealed));
      }
      pageStart.push(pageStart[digests.length] + sealed.length);
      return digests.push(digest) - 1;
    },
    finish: (): PageRun => ({
      pageStart: Float64Array.from(pageStart),
      shards: [],
      digests: Buffer.concat(digests),
    }),
  };
}

/**
 * Whether a page is there from before. What a build that was stopped has left of it, or damage, is not the page.
 *
 * @throws SparsedgeError `bad-input` for another page of the same name, which no chance brings about
 */
function isThere(path: string, sealed: Uint8Array, name: string): boolean {
  if (!existsSync(path)) return false;
  const found = naming(path, 'read', () => readFileSync(path));
  if (found.equals(sealed)) return true;
  try {
    openPage(found, name);
  } catch {
    return false;
  }
  throw new SparsedgeError(
    'bad-input',
    `${path}: expected the page of that name or none, found another page whose content has the same digest`,
    { name },
  );
}
