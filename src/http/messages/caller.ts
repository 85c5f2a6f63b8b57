// Who asks, what they may see and how often: decided before anything else is done for a request.

import { type Grant, KeyRing } from '../../../access/key-ring.ts';
import { SparsedgeError } from '../../core/errors.ts';
import type { Admission, RateLimit } from '../../edge/settings.ts';

const EVERYBODY: Grant = { scope: 'search', filters: [] };
const BEARER = /^Bearer ([\x21-\x7e]+)$/i;

/** Lets requests in. */
export class Callers {
  readonly #admission: Admission;
  readonly #ring: KeyRing | undefined;
  readonly #clock: () => number;

  /** @param clock of the day, in milliseconds */
  constructor(admission: Admission, clock: () => number = Date.now) {
    this.#admission = admission;
    this.#ring = admission.keys && new KeyRing(admission.keys);
    this.#clock = clock;
  }

  /** What is known of the keys. */
  get described(): KeyRing['described'] {
    return this.#ring?.described ?? [];
  }

  /**
   * What a request may see.
   *
   * @param isOpen whether it needs no key
   * @throws SparsedgeError `unauthorized`, or `too-many-requests`
   */
  async admit({ headers }: Request, isOpen: boolean): Promise<Grant> {
    const { isPublic, addressLimit, keyLimit } = this.#admission;
    await within(addressLimit, `address:${networkOf(headers.get('CF-Connecting-IP') ?? '')}`);
    const header = headers.get('Authorization');
    // Whoever gives a key wants to be bound by it; where there are none, what stands before the Worker asked for it.
    if (header === null || !this.#ring) {
      if (!this.#ring || isPublic || isOpen) return EVERYBODY;
      throw new SparsedgeError('unauthorized', 'a key is needed here: Authorization: Bearer <key>');
    }
    const [, presented] = BEARER.exec(header) ?? [];
    if (presented === undefined)
      throw new SparsedgeError('unauthorized', 'expected Authorization: Bearer <key>');
    const grant = await this.#ring.admit(presented, this.#clock());
    await within(keyLimit, `key:${grant.key}`);
    return grant;
  }
}

async function within(limit: RateLimit | undefined, key: string): Promise<void> {
  if (!limit || (await limit.limit({ key })).success) return;
  throw new SparsedgeError('too-many-requests', 'too many requests: try again in a while', {
    retryAfter: 60,
  });
}

/** An address; of the sixth version the network, of which one house has all addresses. */
function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const missing =
    tail === undefined ? 0 : 8 - groups.length - tail.split(':').filter((group) => group).length;
  const all = [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...(tail ?? '').split(':')];
  return all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
