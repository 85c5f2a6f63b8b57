// In place of engine.ts where a Worker serves the element: it asks Workers, and the engine is larger than all that is
// served together.

import type { openSite as open } from '../engine.ts';

export const openSite: typeof open = async (_host, _signal, Problem) => {
  const detail =
    'this element is from a Worker and has no engine: load the one beside the index, or set an endpoint';
  throw new Problem(500, 'bad-input', detail);
};
