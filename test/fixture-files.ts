// Files for tests in workerd, which has no disk: a service that answers with those of test/fixtures, and of the shared data.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedData } from './shared-data.ts';

const SHARED = '/shared/';

/** Answers with the file at the URL's path; 404 for shared data that is not there. */
export function answerFile({ url }: { readonly url: string }): Response {
  const { pathname } = new URL(url);
  const path = pathname.startsWith(SHARED)
    ? sharedData(pathname.slice(SHARED.length))
    : join(import.meta.dirname, 'fixtures', pathname);
  return path === undefined ? new Response(null, { status: 404 }) : new Response(readFileSync(path));
}
