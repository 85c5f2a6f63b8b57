// How many pieces of a document, and of a query, the networks of a checkpoint read: what its owner says, else what its
// files say, of which sentence-transformers' own come first.

import { SparsedgeError } from '../../../../src/core/errors.ts';
import type { Layout } from './checkpoint-layout.ts';
import { readSentenceConfig } from './sentence-facts.ts';

/** Where nobody set a length, libraries write a number beyond all texts. */
const MOST = 8192;

/** What lengths come from. */
export interface LengthSources {
  readonly layout: Layout;
  /** Of the tokenizer, and of the query's own: of its network or table. */
  readonly maxLength?: number | undefined;
  readonly queryMaxLength?: number | undefined;
  /** The positions that a network's config.json has. */
  readonly positionsOf: (folder: string) => number | undefined;
}

/**
 * The most pieces of a document; nothing where no file says it.
 *
 * @param stated by the owner
 * @throws SparsedgeError `bad-input` for more than the network has positions for
 */
export function documentLength(
  { layout, maxLength, positionsOf }: LengthSources,
  stated: number | undefined,
): number | undefined {
  const { folder } = layout.document;
  const positions = positionsOf(folder);
  const own = readSentenceConfig(folder)?.document_length ?? undefined;
  const length = stated ?? own ?? usualLength(folder, maxLength, positions);
  if (length === undefined || positions === undefined || length <= positions) return length;
  const expected = `at most ${positions} pieces, for which it has positions`;
  throw new SparsedgeError('bad-input', `${folder}: expected ${expected}, found ${length}`, {
    folder,
    expected,
    found: length,
  });
}

/** The most pieces of a query, where that is another number than a document's. */
export function queryLength(
  { layout, maxLength, queryMaxLength, positionsOf }: LengthSources,
  stated: number | undefined,
): number | undefined {
  const { document, query } = layout;
  if (query === undefined) return undefined;
  if (query.kind === 'table') return within(queryMaxLength);
  const config = readSentenceConfig(query.folder);
  if (config?.query_length) return config.query_length;
  const positions = positionsOf(query.folder);
  if (query.folder !== document.folder) return usualLength(query.folder, queryMaxLength, positions);
  const isSplit = stated === undefined && (config?.document_length ?? undefined) !== undefined;
  return isSplit ? usualLength(query.folder, maxLength, positions) : undefined;
}

/** What the library cuts texts to: the network's own length, else the least of its tokenizer's and its positions. */
function usualLength(
  folder: string,
  tokenizer: number | undefined,
  positions: number | undefined,
): number | undefined {
  const own = readSentenceConfig(folder)?.max_seq_length ?? undefined;
  if (own !== undefined) return own;
  const known = [within(tokenizer), within(positions)].filter((length) => length !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}

function within(length: number | undefined): number | undefined {
  return length !== undefined && length <= MOST ? length : undefined;
}
