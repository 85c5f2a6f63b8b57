// Pages as objects of their own: for what is to lie where reads are free, such as a Worker's static assets.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type RunIdentity, sealPage } from '../../../src/core/format/page.ts';
import { type PageRun, pageName } from '../../../src/core/format/page-table.ts';
import { noteObject } from '../../work/object-log.ts';
import { naming } from '../../work/system-error.ts';
import type { PageSink } from './page-sink.ts';

/** Writes each page to an object that its identity names. */
export function pageObjectWriter(folder: string, workFolder: string, where: RunIdentity): PageSink {
  const pageStart = [0];
  mkdirSync(dirname(join(folder, pageName({ ...where, page: 0 }))), { recursive: true });
  return {
    get nextPage() {
      return pageStart.length - 1;
    },
    write(body): number {
      const page = pageStart.length - 1;
      const identity = { ...where, page };
      const sealed = sealPage(body, identity);
      // Not one by one to the disk: the manifest that makes them reachable comes after all of them.
      const name = pageName(identity);
      noteObject(workFolder, name);
      naming(join(folder, name), 'written', () => writeFileSync(join(folder, name), sealed));
      pageStart.push(pageStart[page] + sealed.length);
      return page;
    },
    finish: (): PageRun => ({ pageStart: Float64Array.from(pageStart), shards: [] }),
  };
}
