// Where a result leads: only to the web, and to the words that were found there.

/** Words that are further apart are not of one phrase. */
const MOST_GAP = 24;
/** A longer phrase is said by its first word and its last one. */
const MOST_PHRASE = 80;

/**
 * The address of a result, if it is one that a page may lead to: documents are not trusted with `javascript:`.
 *
 * @param base what relative addresses are relative to
 */
export function safeUrl(url: string | undefined, base: string): URL | undefined {
  if (url === undefined) return undefined;
  const parsed = URL.canParse(url, base) ? new URL(url, base) : undefined;
  return parsed && /^https?:$/.test(parsed.protocol) ? parsed : undefined;
}

/**
 * An address that has the browser show and mark what was found (a text fragment, which all browsers know since 2024 and
 * which needs no script on the page; where the text is not found, only the anchor counts).
 */
export function withFragment(
  url: URL,
  snippet: string | undefined,
  matches: readonly (readonly [number, number])[] | undefined,
): string {
  const phrase = snippet === undefined ? undefined : bestPhrase(snippet, matches ?? []);
  if (phrase === undefined) return url.href;
  const words = phrase.split(/\s+/);
  const said = phrase.length > MOST_PHRASE && words.length > 1 ? [words[0], words.at(-1)!] : [phrase];
  const text = said.map((part) => encodeURIComponent(part).replaceAll('-', '%2D')).join(',');
  return `${url.href}${url.hash ? '' : '#'}:~:text=${text}`;
}

/** The matches that stand close together and are most letters, with what stands between them. */
function bestPhrase(text: string, matches: readonly (readonly [number, number])[]): string | undefined {
  let best: readonly [number, number] | undefined;
  let most = 0;
  let [from, to, letters] = [0, Number.NEGATIVE_INFINITY, 0];
  for (const [start, end] of matches) {
    if (start - to > MOST_GAP || text.slice(to, start).includes('…')) [from, letters] = [start, 0];
    letters += end - start;
    to = end;
    if (letters > most) [most, best] = [letters, [from, to]];
  }
  if (best === undefined) return undefined;
  // Browsers find whole words alone.
  const before = /[\p{L}\p{M}\p{N}_]*$/u.exec(text.slice(0, best[0]))![0].length;
  const after = /^[\p{L}\p{M}\p{N}_]*/u.exec(text.slice(best[1]))![0].length;
  return text.slice(best[0] - before, best[1] + after);
}

/** An address as people read it. */
export function shownUrl({ host, pathname }: URL): string {
  const path = pathname.replace(/\/(?:index\.html)?$/, '');
  const shown = (host === location.host ? '' : host) + path;
  try {
    return decodeURIComponent(shown).replace(/^\//, '').replaceAll('/', ' › ');
  } catch {
    return shown;
  }
}
