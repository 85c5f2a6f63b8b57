// The pages that a Worker serves, and what browsers are told not to do with them.

import { etagOf, matchesEtag } from './etag.ts';
import { PAGE_FILES } from './page-files.ts';

/** Where there is something for browsers. */
export const PAGE_PATHS: readonly string[] = Object.keys(PAGE_FILES);

/**
 * Nothing but what this Worker serves is loaded or run, and no text becomes markup. The workbench asks other Workers,
 * too: whichever its user names.
 */
function policyOf(path: string): string {
  const asked = path === '/workbench' ? '*' : "'self'";
  return (
    `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src ${asked}; base-uri 'none'; ` +
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
  );
}

/** A file for a browser, which may keep it for five minutes, and one that is named by its content for a year. */
export async function servedPage(path: string, ifNoneMatch: string | undefined): Promise<Response> {
  const { type, text } = PAGE_FILES[path];
  const etag = await etagOf({ text });
  const isNamedByContent = /-[\w-]{8}\.js$/.test(path);
  const headers = {
    'Content-Type': type,
    'Cache-Control': isNamedByContent ? 'public, max-age=31536000, immutable' : 'public, max-age=300',
    ETag: etag,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    ...(type.startsWith('text/html') && { 'Content-Security-Policy': policyOf(path) }),
  };
  if (matchesEtag(ifNoneMatch, etag)) return new Response(null, { status: 304, headers });
  return new Response(text, { headers });
}
