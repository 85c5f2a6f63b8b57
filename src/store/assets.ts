// Static assets as storage: objects that are deployed with the Worker. Requests for assets are free and answered from
// the platform's own caches, but they have no ranges: what is read is a whole object.

import { corrupt, SparsedgeError } from '../core/errors.ts';
import { PAGES } from '../core/format/page-table.ts';
import type { ByteRange, Source } from '../core/source.ts';
import { isMissing } from './generation.ts';

/**
 * Assets that hold a whole index: an object's name is its path.
 *
 * @param folder put before every name; empty, or ending in a slash
 */
export function assetsSource(assets: Fetcher, folder = ''): Source {
  return {
    async read(name, range) {
      return partOf(await wholeAsset(assets, folder + name, name), name, range);
    },
  };
}

/**
 * Storage in which page objects are read from assets, which hold what an index has in `pages`. A page that is not among
 * them is read from `rest`: assets are replaced whole by a deployment, and a generation can outlive them.
 *
 * @param folder of the assets that has them; empty, or ending in a slash
 */
export function withAssets(assets: Fetcher, rest: Source, folder = ''): Source {
  return {
    async read(name, range) {
      if (!name.startsWith(`${PAGES}/`)) return rest.read(name, range);
      try {
        return partOf(await wholeAsset(assets, folder + name.slice(PAGES.length + 1), name), name, range);
      } catch (error) {
        if (isMissing(error)) return rest.read(name, range);
        throw error;
      }
    },
  };
}

async function wholeAsset(assets: Fetcher, path: string, name: string): Promise<Uint8Array> {
  const details = { object: name };
  let response: Response;
  let bytes: Uint8Array;
  try {
    response = await assets.fetch(`https://assets/${path.split('/').map(encodeURIComponent).join('/')}`);
    bytes = new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new SparsedgeError('unavailable', `assets failed to serve ${name}`, details, { cause });
  }
  if (response.status === 404)
    throw new SparsedgeError('not-found', `there is no object ${name} among the assets`, details);
  if (!response.ok)
    throw new SparsedgeError('unavailable', `assets answered ${response.status} for ${name}`, details);
  return bytes;
}

function partOf(bytes: Uint8Array, name: string, range: ByteRange | undefined): Uint8Array {
  if (!range) return bytes;
  if (range.end > bytes.length) throw corrupt(name, `at least ${range.end} bytes`, bytes.length);
  return bytes.subarray(range.start, range.end);
}
