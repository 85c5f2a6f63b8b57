// The option that says where a bucket is, and what help says of buckets.

import { Option } from 'commander';
import { SparsedgeError } from '../../../src/core/errors.ts';

/** How a store is reached. */
export function endpointOption(): Option {
  return new Option(
    '--endpoint <url>',
    'The URL of a store that speaks S3. By default, that is AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL; without them, ' +
      "that of Amazon, or R2's for the account CLOUDFLARE_ACCOUNT_ID.",
  );
}

/** What every command says that goes to buckets. */
export const ABOUT_BUCKETS = `s3://bucket/prefix is a bucket of any store that speaks S3, and r2://bucket/prefix
one of Cloudflare R2. Keys are taken from AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN, AWS_REGION).`;

/** @throws SparsedgeError `bad-input` for options, by their names, that a folder has no use for */
export function mustBeForFolder(folder: string, options: Readonly<Record<string, unknown>>): void {
  const given = Object.keys(options).find((name) => options[name] !== undefined);
  if (given !== undefined)
    throw new SparsedgeError('bad-input', `--${given} is for buckets, and ${folder} is a folder`, { folder });
}
