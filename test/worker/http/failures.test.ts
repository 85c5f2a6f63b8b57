// What may go wrong behind the Worker: damage, absence and silence of storage end as problems, never as wrong answers.

import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { utf8 } from '../../../src/core/format/bytes.ts';
import { crc32 } from '../../../src/core/format/checksum.ts';
import { FORMAT_VERSION } from '../../../src/core/format/header.ts';
import { answerPages } from '../../../src/edge/platform-cache.ts';
import { rethrown } from '../../../src/edge/remote-error.ts';
import { PROBLEMS, problemOf } from '../../../src/http/messages/problem.ts';
import { r2Source } from '../../../src/store/r2.ts';
import { appOver, BUILD, clearBucket, collectionIndex, damage, publish } from '../requests.ts';

const WORDS = `shards/${BUILD}-words`;
const river = { terms: { river: 1, lamp: 1 } };

const logged = vi.fn();

beforeEach(async () => {
  await clearBucket();
  await publish(collectionIndex());
  vi.spyOn(console, 'error').mockImplementation(logged);
});
afterEach(() => {
  vi.restoreAllMocks();
  logged.mockReset();
});

/** `current` with other words on its first line or in its body. */
async function rewriteCurrent(change: (line: string, body: string) => string): Promise<void> {
  const [line, ...rest] = (await (await env.INDEX.get('current'))!.text()).split('\n');
  await env.INDEX.put('current', change(line!, rest.join('\n')));
}

function sealed(body: string): string {
  return `sparsedge ${FORMAT_VERSION} ${crc32(utf8(body)).toString(16).padStart(8, '0')} ${utf8(body).length}\n${body}`;
}

describe('damage', () => {
  it('of a byte is found wherever it lies: an answer is right or it is a problem', async () => {
    const right = (await appOver().post(river)).body.hits;
    let found = 0;
    for (const name of [WORDS, `shards/${BUILD}-_documents`, `tables/${BUILD}`, 'current']) {
      const { size } = (await env.INDEX.head(name))!;
      for (let at = 0; at < size; at += 7) {
        await damage(name, at);
        const { status, body } = await appOver().post(river);
        if (status === 200) expect(body.hits).toEqual(right);
        else {
          expect([name, at, status, body.code]).toEqual([
            name,
            at,
            500,
            expect.stringMatching(/^(corrupt|format-too-(old|new))$/),
          ]);
          found++;
        }
        await damage(name, at);
      }
    }
    expect(found).toBeGreaterThan(50);
  });

  it('of a page is named', async () => {
    await damage(WORDS, 20);
    const { body } = await appOver().post({ terms: { boat: 1 } });
    expect(body).toMatchObject({ code: 'corrupt', where: `build ${BUILD}, words, page 0` });
  });

  it('as a missing or shortened object is a problem too', async () => {
    const bytes = new Uint8Array(await (await env.INDEX.get(WORDS))!.arrayBuffer());
    for (const length of [bytes.length - 1, 30, 0]) {
      await env.INDEX.put(WORDS, bytes.slice(0, length));
      const { status, body } = await appOver().post(river);
      expect([length, status, body.code]).toEqual([length, 500, 'corrupt']);
    }
    await env.INDEX.delete(WORDS);
    const { status, body } = await appOver().post(river);
    expect([status, body.code]).toEqual([500, 'corrupt']);
    expect(body.detail).toBe(`the index names an object that is missing: ${WORDS}`);
  });

  it('of one object leaves other documents readable', async () => {
    await env.INDEX.delete(WORDS);
    expect((await appOver().get('/v1/documents/a')).status).toBe(200);
  });
});

describe('an index that cannot be opened', () => {
  it('is no index yet: 503, and the next request tries again', async () => {
    await env.INDEX.delete('current');
    const { post, get } = appOver();
    for (const reply of [await post(river), await get('/v1/index'), await get('/healthz')]) {
      expect([reply.status, reply.body.code]).toEqual([503, 'unavailable']);
      expect(reply.body.detail).toContain('no index has been published here');
      expect(reply.headers.get('retry-after')).toBe('1');
    }
    await publish(collectionIndex());
    expect((await post(river)).status).toBe(200);
  });

  it('is in another format', async () => {
    await rewriteCurrent(
      (line, body) =>
        `${line.replace(`sparsedge ${FORMAT_VERSION}`, `sparsedge ${FORMAT_VERSION + 1}`)}\n${body}`,
    );
    const newer = await appOver().post(river);
    expect([newer.status, newer.body.code, newer.body.found]).toEqual([
      500,
      'format-too-new',
      FORMAT_VERSION + 1,
    ]);
    await rewriteCurrent((line, body) => `${line.replace(/sparsedge \d+/, 'sparsedge 0')}\n${body}`);
    expect((await appOver().post(river)).body.code).toBe('format-too-old');
  });

  it('is another build than its table', async () => {
    await rewriteCurrent((_, body) =>
      sealed(body.replace(`"build": "${BUILD}"`, '"build": "cccccccccccccccc"')),
    );
    expect((await appOver().post(river)).body.code).toBe('corrupt');
  });

  it('is reported by /healthz with the reason', async () => {
    await damage('current', 40);
    const { status, body } = await appOver().get('/healthz');
    expect([status, body.code]).toEqual([503, 'unavailable']);
    expect(body.detail).toMatch(/^the index is not searched: current: expected checksum/);
  });
});

describe('storage that fails', () => {
  it('is unavailable: 503, nothing of its own words, and the cause in the log', async () => {
    const cause = new Error('internal secret 10001');
    const source = r2Source({ get: () => Promise.reject(cause) } as unknown as R2Bucket, '');
    const { status, body } = await appOver({ source }).post(river);
    expect([status, body.code, body.object]).toEqual([503, 'unavailable', 'current']);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(logged.mock.calls[0][0]).toMatchObject({
      level: 'error',
      code: 'unavailable',
      causes: ['Error: internal secret 10001'],
    });
  });

  it('in an unforeseen way is 500 and tells nothing', async () => {
    const source = { read: () => Promise.reject(new TypeError('secret is not a function')) };
    const { status, body } = await appOver({ source }).post(river);
    expect(status).toBe(500);
    expect(body).toEqual({
      type: 'urn:sparsedge:problem:internal',
      title: 'The service failed',
      status: 500,
      detail: 'the request failed for a reason that has been logged',
      code: 'internal',
    });
    expect(logged).toHaveBeenCalledOnce();
  });
});

describe('a failure of an entrypoint', () => {
  const fails = (source: () => never) =>
    answerPages(new Request('https://pages/x?range=0-4'), source, logged);

  it('that was not foreseen reaches the log and no caller', async () => {
    const failure = await fails(() => {
      throw new TypeError('secret is not a function');
    });
    expect(logged.mock.calls).toEqual([[new TypeError('secret is not a function')]]);
    const answered = problemOf(await rethrown(failure));
    expect(await answered.json()).toMatchObject({
      status: 503,
      code: 'unavailable',
      detail: 'an entrypoint failed for a reason that has been logged',
    });
  });

  it('that has a type travels with it, and its cause reaches the log', async () => {
    const cause = new Error('secret');
    const known = new SparsedgeError('unavailable', 'storage failed', { object: 'x' }, { cause });
    const failure = await fails(() => {
      throw known;
    });
    expect(logged.mock.calls).toEqual([[known]]);
    expect(await failure.clone().text()).not.toContain('secret');
    expect(await rethrown(failure)).toMatchObject({ code: 'unavailable', details: { object: 'x' } });
  });

  it('that is no answer of ours is unavailable', async () => {
    const error = await rethrown(new Response('<h1>secret</h1>', { status: 502 }));
    expect(error).toMatchObject({ code: 'unavailable', message: 'an entrypoint answered 502' });
  });
});

describe('problems', () => {
  it.each([
    ['bad-input', 500],
    ['bad-query', 400],
    ['unauthorized', 401],
    ['forbidden', 403],
    ['slow-request', 408],
    ['too-many-requests', 429],
    ['cursor-expired', 410],
    ['corrupt', 500],
    ['format-too-old', 500],
    ['format-too-new', 500],
    ['not-found', 404],
    ['model-mismatch', 500],
    ['unavailable', 503],
    ['overloaded', 503],
    ['over-budget', 503],
    ['method-not-allowed', 405],
    ['too-large', 413],
    ['unsupported-media-type', 415],
    ['internal', 500],
  ] as const)('%s is %i', (code, status) => {
    expect(PROBLEMS[code].status).toBe(status);
  });

  it('are complete: no code is without its line above', () => {
    expect(Object.keys(PROBLEMS)).toHaveLength(19);
  });

  it('carry the facts of the case, which cannot pass for standard members', async () => {
    const error = new SparsedgeError('corrupt', 'no', { where: 'x', status: 200, code: 'fine' });
    const body = await problemOf(error).json();
    expect(body).toMatchObject({ where: 'x', status: 500, code: 'corrupt' });
  });

  it('that are the caller’s doing are not logged', () => {
    problemOf(new SparsedgeError('bad-query', 'no'));
    problemOf(new SparsedgeError('not-found', 'no'));
    expect(logged).not.toHaveBeenCalled();
  });
});
