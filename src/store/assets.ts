// Static assets as storage: pages that are objects of their own, deployed with the Worker. Requests for assets are free
// and answered from the platform's own caches.

import { corrupt, SparsedgeError } from '../core/errors.ts';
import { PAGES } from '../core/format/page-table.ts';
import type { Source } from '../core/source.ts';

/**
 * Storage in which page objects are read from assets. A page that is not among them is read from `rest`: assets are
 * replaced whole by a deployment, and a generation can outlive them.
 */
export function withAssets(assets: Fetcher, rest: Source): Source {
  return {
    async read(name, range) {
      if (!name.startsWith(`${PAGES}/`)) return rest.read(name, range);
      let response: Response;
      let bytes: Uint8Array;
      try {
        response = await assets.fetch(`https://assets/${name.slice(PAGES.length + 1)}`);
        bytes = new Uint8Array(await response.arrayBuffer());
      } catch (cause) {
        throw new SparsedgeError(
          'unavailable',
          `assets failed to serve ${name}`,
          { object: name },
          { cause },
        );
      }
      if (response.status === 404) return rest.read(name, range);
      if (!response.ok)
        throw new SparsedgeError('unavailable', `assets answered ${response.status} for ${name}`);
      if (!range) return bytes;
      if (range.end > bytes.length) throw corrupt(name, `at least ${range.end} bytes`, bytes.length);
      return bytes.subarray(range.start, range.end);
    },
  };
}
