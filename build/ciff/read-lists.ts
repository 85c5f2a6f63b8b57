// A CIFF's posting lists → spills, and the sum of each document's tfs.

import type { StartProgress } from '../terminal/progress.ts';
import type { MessageReader, Place } from './delimited.ts';
import { ListSpills } from './list-spills.ts';
import type { CiffHeader } from './messages.ts';
import { type CiffList, decodeList, emptyList, type ListLimits, longestList } from './posting-list.ts';

/** A file that is being read, past its header. */
export interface OpenCiff {
  readonly messages: MessageReader;
  readonly header: CiffHeader;
  readonly place: Place;
  /** Of intermediate files. */
  readonly folder: string;
  readonly startProgress: StartProgress;
}

/** What reading all lists leaves. */
export interface ReadLists {
  readonly spills: readonly string[];
  readonly postings: number;
  readonly sums: DocumentSums;
}

/** Sums of tfs. It grows with the documents that occur: a damaged header must not become an allocation. */
export class DocumentSums {
  #sums = new Float64Array(1024);

  add({ documents, values, count }: CiffList): void {
    const last = documents[count - 1];
    if (last >= this.#sums.length) {
      const grown = new Float64Array(Math.max(last + 1, this.#sums.length * 2));
      grown.set(this.#sums);
      this.#sums = grown;
    }
    for (let i = 0; i < count; i++) this.#sums[documents[i]] += values[i];
  }

  of(document: number): number {
    return this.#sums[document] ?? 0;
  }
}

/** @throws SparsedgeError `bad-input` */
export async function readLists(file: OpenCiff, largestTf: number): Promise<ReadLists> {
  const { messages, header, place, folder, startProgress } = file;
  const progress = startProgress('reading posting lists', 'lists');
  const limits: ListLimits = {
    documents: header.documents,
    value: largestTf,
    advice:
      '; if the file has counts of terms, use the encoder bm25; if it has larger impacts, let the configuration say which ' +
      "of them becomes 255: the quantizer's maximum",
  };
  const longest = longestList(header.documents);
  const spills = new ListSpills(folder);
  const sums = new DocumentSums();
  const list = emptyList();
  let postings = 0;
  place.kind = 'posting list';
  place.total = header.lists;
  for (place.number = 1; place.number <= header.lists; place.number++) {
    const bytes = messages.take(longest, place) ?? (await messages.wait(longest, place));
    decodeList(bytes, limits, place, list);
    spills.add(list, place);
    sums.add(list);
    postings += list.count;
    progress.at(place.number, header.lists);
  }
  const paths = spills.finish(place);
  progress.end();
  return { spills: paths, postings, sums };
}
