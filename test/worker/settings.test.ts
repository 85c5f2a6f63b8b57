import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SparsedgeError } from '../../src/core/errors.ts';
import { isAssets, parseConfig } from '../../src/edge/settings.ts';
import entry from '../../src/index.ts';
import { client, collectionIndex, publish } from './requests.ts';

const bound = { INDEX: env.INDEX };

function complaint(settings: object): string {
  try {
    parseConfig(settings);
  } catch (error) {
    expect(error).toBeInstanceOf(SparsedgeError);
    expect(error).toMatchObject({ code: 'bad-input' });
    return (error as Error).message;
  }
  throw new Error('the settings were accepted');
}

describe('settings', () => {
  it('need only the bucket', () => {
    expect(parseConfig(bound)).toEqual({
      index: env.INDEX,
      prefix: '',
      indexes: [],
      localWindows: 32,
      subrequests: 1000,
      maxK: 100,
      generationSeconds: 30,
      mcp: false,
      publicMetrics: false,
      origins: '*',
      admission: { isPublic: true },
    });
  });

  it('take assets for the bucket, and tell them apart though they seem to have every method', () => {
    const assets = new Proxy({}, { get: () => () => Promise.resolve(new Response()) });
    expect(isAssets(parseConfig({ INDEX: assets }).index)).toBe(true);
    expect(isAssets(parseConfig(bound).index)).toBe(false);
  });

  it('take numbers as numbers and as strings, and mend a prefix', () => {
    const config = parseConfig({
      ...bound,
      INDEX_PREFIX: 'indexes/news',
      MAX_K: '1000',
      GENERATION_SECONDS: 0,
      CORS_ORIGIN: 'https://A.example:443, http://localhost:8080,https://münchen.example',
    });
    expect(config).toMatchObject({
      prefix: 'indexes/news/',
      maxK: 1000,
      generationSeconds: 0,
      origins: ['https://a.example', 'http://localhost:8080', 'https://xn--mnchen-3ya.example'],
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it.each([
    [{}, /INDEX must be bound to an R2 bucket, or to assets that hold the index$/],
    [{ ...bound, INDEXES: 'a,b,a' }, /INDEXES names an index twice$/],
    [{ ...bound, INDEXES: 'a,../b' }, /INDEXES must be names of indexes/],
    [{ ...bound, MAX_K: 0 }, /MAX_K must be an integer from 1 to 1000$/],
    [{ ...bound, MAX_K: '1001' }, /MAX_K must be an integer from 1 to 1000$/],
    [{ ...bound, MAX_K: '' }, /MAX_K must be an integer/],
    [{ ...bound, GENERATION_SECONDS: '30s' }, /GENERATION_SECONDS must be an integer from 0 to 86400$/],
    [{ ...bound, GENERATION_SECONDS: -1 }, /GENERATION_SECONDS must be an integer from 0 to 86400$/],
    [{ ...bound, INDEX_PREFIX: '/x' }, /INDEX_PREFIX must not begin with a slash$/],
    [{ ...bound, CORS_ORIGIN: 'https://a.example:x' }, /^[^;]*CORS_ORIGIN must be \* or origins[^;]*$/],
    [{ ...bound, CORS_ORIGIN: 'a.example' }, /CORS_ORIGIN must be \* or origins separated by commas$/],
    [{ MAX_K: 'x', CORS_ORIGIN: 5 }, /INDEX must .*; MAX_K must .*; CORS_ORIGIN must be a string$/],
  ])('that are wrong are named: case %#', (settings, expected) => {
    expect(complaint(settings)).toMatch(expected);
  });
});

describe('the entry point', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('answers every request with the complaint until the settings are right', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const answer = (settings: object) =>
      client((request) => entry.fetch(request as never, settings as never)).get('/v1/index');
    const { status, body } = await answer({ MAX_K: 5 });
    expect([status, body.code]).toEqual([500, 'bad-input']);
    expect(body.detail).toBe(
      'the Worker is not configured: INDEX must be bound to an R2 bucket, or to assets that hold the index',
    );
    await publish(collectionIndex());
    expect((await answer(bound)).status).toBe(200);
  });
});
