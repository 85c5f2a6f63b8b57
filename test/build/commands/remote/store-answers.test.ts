// What answers at the address of a store may be none: a web server, a page of a proxy, half an answer. Whatever it
// says, a failure is told as one of the store, and by what was found.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openStore, type RemoteStore } from '../../../../build/commands/remote/remote-store.ts';
import { SparsedgeError } from '../../../../src/core/errors.ts';

/** Bodies that are no XML, or are other XML than a store's. */
const OTHERS = [
  '',
  '{"error":"no"}',
  'upstream connect error',
  '<!doctype html><html><head><title>Forbidden</title></head><body>nginx<br></body></html>',
  '<!DOCTYPE html [',
  '<!-- it is not',
  '<a><![CDATA[ closed',
  '<?xml',
  '< < <',
  '</a>',
  '\u0000<',
  '<__proto__><Code>x</Code></__proto__>',
  '<Error><Code/></Error>',
  '<Error><Code>Acces',
];

/** A store whose every answer is of this status and has this body. */
async function answering(status: number, body: string): Promise<RemoteStore> {
  const server = createServer((asked, answer) => {
    asked.resume();
    asked.on('end', () => answer.writeHead(status).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
  return openStore('s3://bucket/ p', {}, { ...keys, AWS_ENDPOINT_URL });
}

const OPERATIONS: Readonly<Record<string, (store: RemoteStore) => Promise<unknown>>> = {
  list: (store) => store.list(),
  get: (store) => store.get('x'),
  read: (store) => store.read('x'),
  put: (store) => store.put('x', Buffer.from('x'), Buffer.alloc(16)),
  remove: (store) => store.remove('x'),
};

describe('an answer that is none of a store', () => {
  test.each(OTHERS)('is refused by its status, and no list: %j', async (body) => {
    const refusing = await answering(403, body);
    for (const operation of Object.values(OPERATIONS)) {
      const error = await operation(refusing).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(SparsedgeError);
      expect(error).toMatchObject({ code: 'unavailable', message: expect.stringMatching(/status 403$/) });
    }
    const open = await answering(200, body);
    await expect(open.list()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(
        /expected a list of objects, as S3 has it, found (?:nothing|").*endpoint/,
      ),
    });
  });
});

describe('a list', () => {
  const entry = (key: string) =>
    `<Contents>\n <Key>${key}</Key>\n <Size>3</Size>\n <ETag>&quot;x&quot;</ETag>\n ` +
    '<LastModified>2024-01-01T00:00:00Z</LastModified>\n</Contents>';
  const list = (...parts: readonly string[]) =>
    `\n<?xml version="1.0"?>\n<ListBucketResult>\n${parts.join('\n')}\n</ListBucketResult>\n`;

  test('has what is below the prefix, whose first character may be a blank, and nothing else', async () => {
    const store = await answering(200, list(entry(' p/current'), entry(' p/a &amp; b '), entry('else/x')));
    expect([...(await store.list()).keys()]).toEqual(['current', 'a & b ']);
  });

  test('that never ends is refused', async () => {
    const again = '<IsTruncated>true</IsTruncated><NextContinuationToken>a</NextContinuationToken>';
    const store = await answering(200, list(again));
    await expect(store.list()).rejects.toMatchObject({ code: 'corrupt' });
  });
});
