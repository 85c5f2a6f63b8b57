// MS MARCO's `collection.tsv`: an id, a tab, the passage. There is no header and quotes mean nothing.

import type { Source } from '../lines/input-source.ts';
import { recordsByLine } from '../lines/lines.ts';
import { checked } from '../lines/record.ts';
import { type Batches, type Gate, malformed } from '../lines/report.ts';

/**
 * Reads an MS MARCO collection.
 *
 * @throws SparsedgeError `bad-input` for a malformed line, unless the gate skips them
 */
export function readMsmarco(source: Source, gate: Gate): Batches {
  return recordsByLine(source, gate, (line) => {
    const tab = line.indexOf('\t');
    // A second tab means another layout (MS MARCO's documents have four columns), which must not pass as text.
    if (tab === -1 || line.includes('\t', tab + 1)) {
      throw malformed(`expected 2 columns, found ${line.split('\t').length}`);
    }
    return checked({ id: line.slice(0, tab), text: line.slice(tab + 1) });
  });
}
