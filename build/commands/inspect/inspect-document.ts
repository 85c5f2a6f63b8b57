// One document of an index: what is shown of it, and its vector in every space. There is no forward index, so the
// vector is found by reading every list.

import type { Document } from '../../../src/core/document.ts';
import { fieldText } from '../../../src/core/fields.ts';
import { findDocumentNumber } from '../../../src/query/search/documents.ts';
import { noCost } from '../../../src/query/search/meter.ts';
import type { OpenIndex } from '../../../src/query/search/open.ts';
import { documentsByNumber, impactIn, listsOf } from '../../inspect/lists.ts';
import { ownTerms } from '../../inspect/own-terms.ts';
import { counted, oneLine, visible } from '../../terminal/layout.ts';
import type { StartProgress } from '../../terminal/progress.ts';

/** A term of a vector. Vectors are lists, because keys of an object that are numbers would not keep their place. */
interface TermImpact {
  readonly term: string;
  readonly impact: number;
  /** The text does not have the term: an expansion or the model added it. Only said where terms are words. */
  readonly expanded?: true;
}

/** A document with its impacts in each space, largest first. */
export interface DocumentReport {
  readonly document: Document;
  readonly number: number;
  readonly vectors: Readonly<Record<string, readonly TermImpact[]>>;
}

/**
 * Reads a document and its vectors.
 *
 * @throws SparsedgeError `not-found` when no document has that id
 */
export async function inspectDocument(
  index: OpenIndex,
  id: string,
  startProgress: StartProgress,
): Promise<DocumentReport> {
  const number = await findDocumentNumber(index, id, noCost());
  const document = (await documentsByNumber(index, [number])).get(number)!;
  const progress = startProgress('reading every list', 'lists');
  const decoder = new TextDecoder();
  const vectors: Record<string, TermImpact[]> = {};
  let lists = 0;
  for (const space of index.manifest.spaces) {
    const { name } = space;
    const found: TermImpact[] = [];
    const own = ownTerms(document, space);
    for await (const { key, postings } of listsOf(index, name)) {
      const impact = impactIn(postings, number);
      if (impact > 0) {
        const term = decoder.decode(key);
        found.push({ term, impact, ...(own && !own(term) && { expanded: true }) });
      }
      progress.at(++lists);
    }
    vectors[name] = found.sort((a, b) => b.impact - a.impact);
  }
  progress.end();
  return { document, number, vectors };
}

/** A document as lines for people. */
export function documentLines({ document, number, vectors }: DocumentReport): string[] {
  const { id, title, text, url, fields } = document;
  const lines = [`Document ${visible(id)}, number ${number}`];
  if (title !== undefined) lines.push(`  title  ${oneLine(title, 100)}`);
  if (url !== undefined) lines.push(`  url    ${visible(url)}`);
  lines.push(`  text   ${oneLine(text, 300)}`);
  for (const [name, value] of Object.entries(fields ?? {}))
    lines.push(`  ${visible(name)}: ${oneLine(fieldText(value), 100)}`);
  for (const [space, terms] of Object.entries(vectors)) {
    lines.push('', `  space ${space}: ${counted(terms.length, 'term')}, largest impact first`);
    let line = '   ';
    for (const { term, impact, expanded } of terms) {
      const part = ` ${visible(term)}${expanded ? '*' : ''} ${impact},`;
      if (line.length + part.length > 110) {
        lines.push(line);
        line = '   ';
      }
      line += part;
    }
    lines.push(line.replace(/,$/, ''));
    if (terms.some(({ expanded }) => expanded))
      lines.push('    * not in the text: matched through expansion');
  }
  return lines;
}
