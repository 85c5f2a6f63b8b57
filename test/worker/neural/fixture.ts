// Files for tests in workerd, which has no disk.

import { env } from 'cloudflare:workers';

/** A file of test/fixtures, or of the shared data (`shared/…`); nothing where that is absent. */
export async function file(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const response = await env.FILES.fetch(`http://files/${path}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  return response.ok ? bytes : undefined;
}

/** vocab.txt of bert-base-uncased, where the shared data is. */
export function bertVocabulary(): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return file('shared/oracles/bert-base-uncased-vocab.txt');
}
