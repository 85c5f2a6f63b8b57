// Plain text as one document: its first line is its title where it stands apart.

import type { Document } from '../../../../src/core/document.ts';
import { checked } from '../lines/record.ts';
import { oneLine } from './sections/chunk.ts';

const LONGEST_TITLE = 100;
const UNDERLINE = /^\s*([=\-~*_#])\1{2,}\s*$/;

/**
 * A file of plain text. Its id is its whole path, since a page may have the same name without its end.
 *
 * @throws SparsedgeError `bad-input` when the document breaks a rule, for instance with a path too long for an id
 */
export function plainDocument(path: string, text: string, url: string): Document {
  const lines = text.split(/\r\n?|\n/).map((line) => line.trimEnd());
  const first = lines.findIndex((line) => line !== '');
  const [title = '', next = ''] = lines.slice(Math.max(first, 0));
  const standsApart = title.length <= LONGEST_TITLE && (next === '' || UNDERLINE.test(next));
  const body = lines.filter((line) => line !== '' && !UNDERLINE.test(line)).join('\n');
  return checked({ id: path, title: standsApart ? oneLine(title) : undefined, text: body, url });
}
