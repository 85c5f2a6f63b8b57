// A Worker that holds a whole index in memory and searches it as often as it is told: what is left of a request's time
// is then computing. Its clocks stand still while it computes, so whoever asks takes the time.

import { SparsedgeError } from '../../../src/core/errors.ts';
import type { Source } from '../../../src/core/source.ts';
import { encodeQuery } from '../../../src/query/encode/encode-query.ts';
import { type OpenIndex, openIndex, spaceNamed } from '../../../src/query/search/open.ts';
import { search } from '../../../src/query/search/search.ts';

/** Questions to answer, all of them `repeat` times over. */
export interface Batch {
  readonly questions: readonly string[];
  readonly repeat: number;
  readonly k: number;
}

const objects = new Map<string, Uint8Array>();
let index: OpenIndex | undefined;

const source: Source = {
  async read(name, range) {
    const object = objects.get(name);
    if (!object) throw new SparsedgeError('not-found', `there is no object ${name}`);
    return object.slice(range?.start, range?.end);
  },
};

// biome-ignore lint/style/noDefaultExport: workerd looks for its handlers there.
export default {
  async fetch(request: Request): Promise<Response> {
    if (request.method === 'PUT') {
      objects.set(new URL(request.url).pathname.slice(1), new Uint8Array(await request.arrayBuffer()));
      return new Response();
    }
    const { questions, repeat, k } = (await request.json()) as Batch;
    index ??= await openIndex(source);
    const space = spaceNamed(index);
    for (let i = 0; i < repeat; i++) {
      for (const question of questions) {
        await search({ terms: encodeQuery(question, space), k, documents: true }, { index, clock: () => 0 });
      }
    }
    return new Response();
  },
};
