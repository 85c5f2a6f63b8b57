// Any web server as storage: an index whose files lie below a URL. Servers differ in whether they answer with ranges.

import { corrupt, SparsedgeError } from '../core/errors.ts';
import type { Source } from '../core/source.ts';

/**
 * Reads objects below a URL. A server that answers a range with the whole object is right, too.
 *
 * @param base the folder of the index
 */
export function httpSource(base: string | URL, ask: typeof fetch = fetch): Source {
  const folder = String(base).endsWith('/') ? String(base) : `${base}/`;
  return {
    async read(name, range) {
      const details = { object: name };
      let response: Response;
      let bytes: Uint8Array;
      try {
        response = await ask(new URL(name, folder), {
          ...(range && { headers: { Range: `bytes=${range.start}-${range.end - 1}` } }),
        });
        bytes = new Uint8Array(await response.arrayBuffer());
      } catch (cause) {
        throw new SparsedgeError('unavailable', `${folder} failed to serve ${name}`, details, { cause });
      }
      const { status } = response;
      if (status === 404)
        throw new SparsedgeError('not-found', `there is no object ${name} at ${folder}`, details);
      if (range && status === 416) throw corrupt(name, `at least ${range.end} bytes`, 'fewer');
      if (!response.ok)
        throw new SparsedgeError('unavailable', `${folder} answered ${status} for ${name}`, details);
      if (!range) return bytes;
      const part = status === 206 ? bytes : bytes.subarray(range.start, range.end);
      const expected = range.end - range.start;
      if (part.length !== expected) throw corrupt(name, `${expected} bytes from ${range.start}`, part.length);
      return part;
    },
  };
}
