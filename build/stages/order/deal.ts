// Documents are dealt to windows by subject: those of a spool are sorted by cell and written anew, in sections of a few
// cells each, so that a window reads little of what is not its own. All documents in the order of cells, and of spools
// within a cell, are then cut into windows of equal size; so a window has related documents, however unequal subjects
// are.

import { join } from 'node:path';
import { RecordFile, RecordWriter } from '../../work/records.ts';
import { lengthsOf, type Slice, spillsOf } from '../invert/slices.ts';
import { mergeSpills, type SpillPart, SpillWriter } from '../invert/spills.ts';
import type { SpoolFiles } from '../invert/spool.ts';
import { DocumentSorter } from './permutation.ts';
import { assignCells, type Cells } from './subject-cells.ts';

/** A part of a build's id: to be raised whenever documents are dealt in another way. */
export const DEALING = 'dealt 1';
/** Cells of a window. */
const CELLS_OF_WINDOW = 4;
/** Sections of a spool, at most. */
const MOST_SECTIONS = 16;

/** How many cells suit so many windows. */
export function cellsFor(windows: number): number {
  return windows * CELLS_OF_WINDOW;
}

/** A spool's documents in the order of their cells, in sections: files by their names in a folder. */
export interface DealtSpool {
  readonly folder: string;
  readonly sections: readonly DealtSection[];
}

/** Documents of consecutive cells. */
interface DealtSection extends Omit<SpoolFiles, 'folder'> {
  /** How many documents are of each cell, from `firstCell` on. */
  readonly firstCell: number;
  readonly ofCell: readonly number[];
}

/**
 * Deals the documents of a spool, which `slices` are one of.
 *
 * @param articleOf where the sections of a page are to stay together: of each document the first one of its article
 */
export function dealSpool(
  slices: readonly Slice[],
  cells: Cells,
  folder: string,
  articleOf?: Uint32Array,
): DealtSpool {
  const [{ spool }] = slices;
  const assigned = assignCells(cells, spillsOf(slices, 0), spool.documents);
  const cellOf = articleOf ? assigned.map((_, document) => assigned[articleOf[document]]) : assigned;
  const { before, ofCell } = sortByCell(cellOf, cells.cells);
  const sections = cutSections(ofCell);
  const writer = new SectionWriter(folder, before, sections);
  writer.documents(join(spool.folder, spool.documentsFile));
  writer.spills(spillsOf(slices, 'ids'), IDS);
  writer.spills(spillsOf(slices, 'fields'), FIELDS);
  for (const space of spool.spaces.keys()) {
    writer.spills(spillsOf(slices, space), `${space}`);
    writer.lengths(lengthsOf(slices, space), `${space}`);
  }
  return {
    folder,
    sections: sections.map(({ start, end, firstCell, ofCell }, section) => ({
      firstCell,
      ofCell,
      documents: end - start,
      documentsFile: fileOf(section, 'documents'),
      idSpills: [fileOf(section, IDS)],
      fieldSpills: [fileOf(section, FIELDS)],
      spaces: Array.from(spool.spaces, (_, space) => ({
        spills: [fileOf(section, `${space}`)],
        lengths: { file: fileOf(section, `${space}.lengths`) },
      })),
    })),
  };
}

const IDS = 'ids';
const FIELDS = 'fields';

function fileOf(section: number, what: string): string {
  return `${section}.${what}`;
}

/** Documents by cell, and in their order within one: their numbers before, and how many each cell has. */
function sortByCell(cellOf: Uint16Array, cells: number): { before: Uint32Array; ofCell: number[] } {
  const next = new Uint32Array(cells + 1);
  for (const cell of cellOf) next[cell + 1]++;
  const ofCell = [...next.subarray(1)];
  for (let cell = 0; cell < cells; cell++) next[cell + 1] += next[cell];
  const before = new Uint32Array(cellOf.length);
  for (const [document, cell] of cellOf.entries()) before[next[cell]++] = document;
  return { before, ofCell };
}

/** Documents `start` to `end` (half-open), sorted by cell. */
interface Section {
  readonly start: number;
  readonly end: number;
  readonly firstCell: number;
  readonly ofCell: readonly number[];
}

function cutSections(ofCell: readonly number[]): Section[] {
  const cells = Math.max(CELLS_OF_WINDOW, Math.ceil(ofCell.length / MOST_SECTIONS));
  const sections: Section[] = [];
  for (let firstCell = 0, start = 0; firstCell < ofCell.length; firstCell += cells) {
    const here = ofCell.slice(firstCell, firstCell + cells);
    const end = here.reduce((sum, count) => sum + count, start);
    sections.push({ start, end, firstCell, ofCell: here });
    start = end;
  }
  return sections;
}

/** Writes the files of sections, in which documents are numbered from 0. */
class SectionWriter {
  readonly #folder: string;
  readonly #before: Uint32Array;
  readonly #after: Uint32Array;
  readonly #sections: readonly Section[];

  constructor(folder: string, before: Uint32Array, sections: readonly Section[]) {
    this.#folder = folder;
    this.#before = before;
    this.#after = new Uint32Array(before.length);
    for (const [after, document] of before.entries()) this.#after[document] = after;
    this.#sections = sections;
  }

  documents(path: string): void {
    const records = new RecordFile(path, this.#before.length);
    for (const [section, { start, end }] of this.#sections.entries()) {
      const writer = new RecordWriter(this.#path(section, 'documents'));
      for (let i = start; i < end; i++) writer.write(records.at(this.#before[i]));
      writer.close();
    }
    records.close();
  }

  lengths(lengths: Float32Array, what: string): void {
    for (const [section, { start, end }] of this.#sections.entries()) {
      const here = Float32Array.from(this.#before.subarray(start, end), (document) => lengths[document]);
      const writer = new RecordWriter(this.#path(section, `${what}.lengths`));
      writer.write(new Uint8Array(here.buffer));
      writer.close();
    }
  }

  spills(spills: readonly SpillPart[], what: string): void {
    const writers = this.#sections.map((_, section) => new SpillWriter(this.#path(section, what)));
    const valueAt = new Float32Array(this.#before.length);
    const sorter = new DocumentSorter(this.#before.length);
    for (const { key, documents, values, count } of mergeSpills(spills)) {
      for (let i = 0; i < count; i++) {
        documents[i] = this.#after[documents[i]];
        valueAt[documents[i]] = values[i];
      }
      sorter.sort(documents, count);
      let at = 0;
      for (const [section, { start, end }] of this.#sections.entries()) {
        const from = at;
        for (; at < count && documents[at] < end; at++) {
          values[at] = valueAt[documents[at]];
          documents[at] -= start;
        }
        if (at > from) writers[section].write(key, documents, values, from, at);
      }
    }
    for (const writer of writers) writer.close();
  }

  #path(section: number, what: string): string {
    return join(this.#folder, fileOf(section, what));
  }
}

/**
 * The documents of each window.
 *
 * @param windowStart windowStart[w] .. windowStart[w + 1] are the documents of window w, counted by cell and spool
 */
export function dealtSlices(spools: readonly DealtSpool[], windowStart: readonly number[]): Slice[][] {
  const windows = windowStart.slice(1).map((): Map<string, Slice> => new Map());
  const cells = spools[0].sections.reduce((sum, { ofCell }) => sum + ofCell.length, 0);
  let [window, dealt] = [0, 0];
  for (let cell = 0; cell < cells; cell++) {
    for (const [number, { folder, sections }] of spools.entries()) {
      const at = sections.findLastIndex(({ firstCell }) => firstCell <= cell);
      const { firstCell, ofCell, ...files } = sections[at];
      let from = ofCell.slice(0, cell - firstCell).reduce((sum, count) => sum + count, 0);
      for (let left = ofCell[cell - firstCell]; left > 0; ) {
        while (dealt === windowStart[window + 1]) window++;
        const taken = Math.min(left, windowStart[window + 1] - dealt);
        const key = `${number}.${at}`;
        // Cells of a section follow one another.
        const begun = windows[window].get(key);
        const spool = { ...files, folder };
        windows[window].set(key, { spool, from: begun?.from ?? from, to: from + taken, at: 0 });
        from += taken;
        dealt += taken;
        left -= taken;
      }
    }
  }
  return windows.map((slices) => numbered([...slices.values()]));
}

/** Slices that number their documents one after the other. */
function numbered(slices: readonly Slice[]): Slice[] {
  let at = 0;
  return slices.map((slice) => {
    const here = { ...slice, at };
    at += slice.to - slice.from;
    return here;
  });
}
