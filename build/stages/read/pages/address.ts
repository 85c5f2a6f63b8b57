// URLs of pages: what a page says of itself, else its path, below the URL at which the site stands.

import { SparsedgeError } from '../../../../src/core/errors.ts';
import type { Address } from './sections/chunk.ts';

/**
 * Where a site stands, with `/` at its end.
 *
 * @throws SparsedgeError `bad-input` when it is no URL of the web
 */
export function baseOf(text: string): URL {
  const url = parsedUrl(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new SparsedgeError(
      'bad-input',
      `--base-url must be the URL at which the site stands, such as https://example.org/docs/; it is "${text}"`,
    );
  }
  url.search = '';
  url.hash = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/**
 * The URL of a page.
 *
 * @param path of the page's URL below the site's, not encoded
 */
export function urlOf(path: string, address: Address | undefined, base: URL | undefined): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  // The site's own page has a URL as well, which is not empty.
  const own = base === undefined ? encoded || './' : new URL(encoded, base).href;
  if (address === undefined) return own;
  const { kind, value } = address;
  if (kind === 'canonical') return canonical(address, base === undefined ? undefined : new URL(own), own);
  // A generator's pattern, such as `/:year/:title/` or `{{ title }}/`, is no address of one page, nor is `false`.
  if (/(?:^|\/):\w|\{\{|\{%|^(?:true|false|null)$/.test(value)) return own;
  const absolute = parsedUrl(value);
  if (absolute !== null) return /^https?:$/.test(absolute.protocol) ? absolute.href : own;
  const folder = encoded.includes('/') ? encoded.replace(/[^/]*\/?$/, '') : '';
  const placed = value.startsWith('/') || kind === 'url' ? value : `${folder}${value}`;
  return base === undefined ? encodeURI(placed) : new URL(encodeURI(placed).replace(/^\/+/, ''), base).href;
}

/** A canonical link, if it is one of this site: not of another scheme or host, and not relative to nothing. */
function canonical({ value, base }: Address, own: URL | undefined, path: string): string {
  const stated = base === undefined ? undefined : (parsedUrl(base, own?.href) ?? undefined);
  const url = parsedUrl(value, stated?.href ?? own?.href);
  if (url === null || !/^https?:$/.test(url.protocol)) return path;
  if (own !== undefined && url.origin !== own.origin) return path;
  url.hash = '';
  return url.href;
}

function parsedUrl(text: string, base?: string): URL | null {
  return URL.canParse(text, base) ? new URL(text, base) : null;
}

/** The path of an HTML page's URL without `.html` and `index`, as servers with clean URLs have it. */
export function cleanPath(path: string): string {
  return path.replace(/(^|\/)index\.html?$/i, '$1').replace(/\.html?$/i, '');
}

/** The path of an HTML page's URL as any static host serves it: a folder's for its index. */
export function servedPath(path: string): string {
  return path.replace(/(^|\/)index\.html?$/i, '$1');
}
