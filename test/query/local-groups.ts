// Groups of windows without other invocations: what a search over groups finds is the same.

import { SparsedgeError } from '../../src/core/errors.ts';
import { divide, type Group } from '../../src/query/grouped-index.ts';
import { localIndex } from '../../src/query/local-index.ts';
import { findTop } from '../../src/query/search/find.ts';
import { noCost } from '../../src/query/search/meter.ts';
import type { OpenIndex } from '../../src/query/search/open.ts';
import type { Factors } from '../../src/query/search/sums/factors.ts';

const clock = () => 0;
const encode = () => Promise.reject(new Error('queries come encoded'));

/** Groups that are searched here, each over its own windows only. */
export function localGroups(open: OpenIndex, firstRoundBytes: number, factors?: Factors): Group[] {
  return divide(open.manifest).map((windows) => {
    const index = { ...open, windows };
    const context = { index, clock, firstRoundBytes, factors };
    return {
      windows,
      find: (request) => findTop(request, context),
      show: async (numbers) => {
        const cost = noCost();
        return { documents: await localIndex(context, encode).show(numbers, cost), cost };
      },
      vectors: async (wanted) => {
        const cost = noCost();
        return { vectors: await localIndex(context, encode).vectors(wanted, cost), cost };
      },
      byId: async (id) => {
        const cost = noCost();
        try {
          // As it travels to another invocation.
          const found = await localIndex(context, encode).byId(id, cost);
          return { found: JSON.parse(JSON.stringify(found)), cost };
        } catch (error) {
          if (error instanceof SparsedgeError && error.code === 'not-found') return { cost };
          throw error;
        }
      },
      impacts: async (wanted) => {
        const cost = noCost(true);
        return { found: await localIndex(context, encode).impacts(wanted, cost), cost };
      },
      words: () => Promise.reject(new Error('nobody asks for words')),
    };
  });
}
