// The fields of a collection, in lines for people.

import type { FoundField } from '../../stages/read/lines/report.ts';
import { count, counted, oneLine, table } from '../../terminal/layout.ts';

/** Fields that are shown; the JSON has them all. */
const FIELDS_SHOWN = 40;

/** What fields there are, of which types, and why. */
export function aboutFields(fields: readonly FoundField[] = []): string[] {
  const present = fields.filter(({ documents }) => documents > 0);
  if (present.length === 0) return [];
  const rows = present.slice(0, FIELDS_SHOWN).map((field) => {
    const { name, documents, why, isGiven } = field;
    const because = isGiven ? 'as the schema says' : (why ?? '');
    return ['', oneLine(name, 40), typeName(field), counted(documents, 'document'), oneLine(because, 160)];
  });
  const more = present.length - rows.length;
  return [
    '',
    'Fields, by which documents are filtered, counted and sorted, but for text; --schema gives other types:',
    ...table(rows),
    ...(more > 0 ? [`  and ${count(more)} more`] : []),
  ];
}

function typeName({ type, list }: FoundField): string {
  return list ? `list of ${type}s` : type;
}
