// XHTML as HTML. In XML `<script src="a.js"/>` is whole, and `<![CDATA[...]]>` is text; parsed as HTML, the one would
// hold the rest of the page, and the other be a comment.

/** Elements that have no end in HTML either. */
const VOID = /^(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)$/i;
/** Elements in which HTML takes all for text up to their end. */
const RAW = /^(?:script|style|title|textarea|iframe|noembed|noframes|noscript|xmp|plaintext)$/i;
const IS_XHTML = /^\s*<\?xml\s|<html\s[^>]*\bxmlns\s*=\s*["']http:\/\/www\.w3\.org\/1999\/xhtml["']/i;
const MARKUP = /<!--|<!\[CDATA\[|<([a-z][^\s/>]*)/gi;
const SIGN = /["'>]/g;

/** So far into a page it says what it is. */
const SAID_WITHIN = 2048;

/**
 * A page in which elements that are closed by their own tag have an end tag.
 *
 * @param isXml whether it is XML by its name. Else only what would hold the rest of the page is ended, and only in
 *   pages that say that they are XHTML: browsers read them as HTML
 */
export function withEndTags(page: string, isXml: boolean): string {
  if (!isXml && !IS_XHTML.test(page.slice(0, SAID_WITHIN))) return page;
  const lower = page.toLowerCase();
  let written = '';
  let copied = 0;
  MARKUP.lastIndex = 0;
  for (let found = MARKUP.exec(page); found !== null; found = MARKUP.exec(page)) {
    const [start, name] = found;
    const end = name === undefined ? endOf(page, start) : endOfTag(page, MARKUP.lastIndex);
    if (end === -1) break;
    if (name === undefined) {
      if (isXml && start !== '<!--') {
        written += page.slice(copied, found.index) + escaped(page.slice(found.index + start.length, end - 3));
        copied = end;
      }
    } else if (page[end - 2] !== '/') {
      if (/^(?:script|style)$/i.test(name)) {
        const close = lower.indexOf(`</${name.toLowerCase()}`, end);
        if (close === -1) break;
        MARKUP.lastIndex = close;
        continue;
      }
    } else if (isXml ? !VOID.test(name) : RAW.test(name)) {
      written += `${page.slice(copied, end - 2)}></${name}>`;
      copied = end;
    }
    MARKUP.lastIndex = end;
  }
  return written + page.slice(copied);
}

/** Behind a comment, or text that is marked as such. */
function endOf(page: string, start: string): number {
  const mark = start === '<!--' ? '-->' : ']]>';
  const at = page.indexOf(mark, MARKUP.lastIndex);
  return at === -1 ? -1 : at + mark.length;
}

/** Behind the sign that ends a tag, which is none within quotes. */
function endOfTag(page: string, from: number): number {
  let quote = '';
  SIGN.lastIndex = from;
  for (let found = SIGN.exec(page); found !== null; found = SIGN.exec(page)) {
    const [sign] = found;
    if (quote === '' && sign === '>') return SIGN.lastIndex;
    if (quote === '') quote = sign;
    else if (sign === quote) quote = '';
  }
  return -1;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
