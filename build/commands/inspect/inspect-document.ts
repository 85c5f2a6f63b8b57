// One document of an index: what is shown of it, and its vector in every space. There is no forward index, so the
// vector is found by reading every list.

import type { Document } from '../../../src/core/document.ts';
import { fieldText } from '../../../src/core/fields.ts';
import { findDocumentNumber } from '../../../src/query/search/documents.ts';
import { noCost } from '../../../src/query/search/meter.ts';
import type { OpenIndex } from '../../../src/query/search/open.ts';
import { type TermSource, termSources } from '../../../src/query/shown/term-sources.ts';
import { documentsByNumber, impactIn, listsOf } from '../../inspect/lists.ts';
import { spacePieces } from '../../inspect/space-pieces.ts';
import { counted, oneLine, visible } from '../../terminal/layout.ts';
import type { StartProgress } from '../../terminal/progress.ts';

/** A term of a vector. Vectors are lists, because keys of an object that are numbers would not keep their place. */
interface TermImpact {
  readonly term: string;
  readonly impact: number;
  /** Where the document has the term from; nothing where that would take a model that is not beside the index. */
  readonly in?: readonly TermSource[];
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
 * @param folder of the index
 * @throws SparsedgeError `not-found` when no document has that id
 */
export async function inspectDocument(
  index: OpenIndex,
  folder: string,
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
    const sources = termSources(document, space, await spacePieces(space, folder));
    for await (const { key, postings } of listsOf(index, name)) {
      const impact = impactIn(postings, number);
      if (impact > 0) {
        const term = decoder.decode(key);
        found.push({ term, impact, ...(sources && { in: sources(term) }) });
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
    for (const [from, of] of bySource(terms)) lines.push(...termLines(from, of));
  }
  return lines;
}

const SAID: Readonly<Record<TermSource, string>> = {
  title: 'the title',
  text: 'the text',
  name: 'a name that links or a definition give it',
  added: 'what was added: by an expansion, a network, or neighbours of its words',
};

/** Terms by where they come from, in a sentence's words. */
function bySource(terms: readonly TermImpact[]): Map<string, TermImpact[]> {
  const found = new Map<string, TermImpact[]>();
  for (const term of terms) {
    const from = term.in
      ? `from ${term.in.map((source) => SAID[source]).join(' and ')}`
      : 'from the text or from the model, which is not beside the index to tell them apart';
    found.set(from, [...(found.get(from) ?? []), term]);
  }
  return found;
}

function termLines(from: string, terms: readonly TermImpact[]): string[] {
  const lines = [`    ${from}:`];
  let line = '     ';
  for (const { term, impact } of terms) {
    const part = ` ${visible(term)} ${impact},`;
    if (line.length + part.length > 110) {
      lines.push(line);
      line = '     ';
    }
    line += part;
  }
  return [...lines, line.replace(/,$/, '')];
}
