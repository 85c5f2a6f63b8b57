// A Worker that holds what queries read of an index in memory and searches as often as it is told: what is left of a
// request's time is then computing. Its clocks stand still while it computes, so whoever asks takes the time.

import { SparsedgeError } from '../../../src/core/errors.ts';
import type { Source } from '../../../src/core/source.ts';
import { type OpenIndex, openIndex, spaceNamed } from '../../../src/query/search/open.ts';
import { search } from '../../../src/query/search/search.ts';
import { type Asked, pieceName, termsOf } from './asked.ts';

/** Questions to answer, all of them `repeat` times over. */
export interface Batch {
  readonly questions: readonly Asked[];
  readonly repeat: number;
  readonly k: number;
}

/** What is put there, by the path and the query that name it. */
const pieces = new Map<string, Uint8Array>();
let index: OpenIndex | undefined;

const source: Source = {
  async read(name, range) {
    const piece = pieces.get(pieceName(name, range));
    if (!piece) throw new SparsedgeError('not-found', `nobody put ${pieceName(name, range)}`);
    return piece.slice();
  },
};

// biome-ignore lint/style/noDefaultExport: workerd looks for its handlers there.
export default {
  async fetch(request: Request): Promise<Response> {
    if (request.method === 'PUT') {
      const { pathname, search: range } = new URL(request.url);
      pieces.set(pathname.slice(1) + range, new Uint8Array(await request.arrayBuffer()));
      return new Response();
    }
    const { questions, repeat, k } = (await request.json()) as Batch;
    index ??= await openIndex(source);
    const space = spaceNamed(index);
    for (let i = 0; i < repeat; i++) {
      for (const question of questions) {
        await search({ terms: termsOf(question, space), k, documents: true }, { index, clock: () => 0 });
      }
    }
    return new Response();
  },
};
