// A server before that of S3, whose lists come in short pages and may lack what is there, as those of stores do that
// are behind their writes. All else goes through.

import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { openStore, type RemoteStore } from '../../../../build/commands/remote/remote-store.ts';
import type { S3Server } from './s3-server.ts';

/** What becomes of lists; a test may change it at any time. */
export interface Listing {
  /** So many objects are in each answer. */
  perPage: number;
  /** Whether an answer says where the rest is. */
  saysRest: boolean;
  /** What is not listed though it is there. */
  lacks(key: string): boolean;
}

/** Opens a store of a server behind such a proxy, which is gone after the test. */
export async function behindLists(
  server: S3Server,
  prefix: string,
): Promise<{ store: RemoteStore; listing: Listing }> {
  const listing: Listing = { perPage: 2, saysRest: true, lacks: () => false };
  const { AWS_ENDPOINT_URL = '' } = server.env;
  let whole = '';
  const proxy = createServer((asked, answer) => {
    const { searchParams } = new URL(asked.url ?? '', AWS_ENDPOINT_URL);
    const isList = asked.method === 'GET' && searchParams.has('list-type');
    const giveList = () => {
      answer.writeHead(200, { 'Content-Type': 'application/xml' });
      answer.end(pageOf(whole, Number(searchParams.get('continuation-token') ?? 0), listing));
    };
    // Servers know their own tokens alone.
    if (isList && searchParams.has('continuation-token')) {
      giveList();
      return;
    }
    const { method, url: path, headers } = asked;
    const passed = request(new URL(AWS_ENDPOINT_URL), { method, path, headers }, async (got) => {
      if (isList && got.statusCode === 200) {
        whole = await text(got);
        giveList();
        return;
      }
      answer.writeHead(got.statusCode ?? 500, got.headers);
      got.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    asked.pipe(passed);
  });
  const port = await new Promise<number>((resolve) => {
    proxy.listen(0, '127.0.0.1', () => resolve((proxy.address() as AddressInfo).port));
  });
  onTestFinished(() => void proxy.close());
  const env = { ...server.env, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` };
  return { store: openStore(server.address(prefix), {}, env), listing };
}

/** A page of a whole list. */
function pageOf(xml: string, from: number, { perPage, saysRest, lacks }: Listing): string {
  const entries = [...xml.matchAll(/<Contents>.*?<\/Contents>/gs)]
    .map(([entry]) => entry)
    .filter((entry) => !lacks(/<Key>(.*?)<\/Key>/.exec(entry)?.[1] ?? ''));
  const next = from + perPage;
  const isCut = next < entries.length;
  const rest = isCut && saysRest ? `<NextContinuationToken>${next}</NextContinuationToken>` : '';
  return `<ListBucketResult><IsTruncated>${isCut}</IsTruncated>${rest}${entries.slice(from, next).join('')}</ListBucketResult>`;
}
