// The rules of one generation as an object: what they say, and which documents they are about by their numbers. It is
// made when rules are set, and read when an index is opened. FORMAT.md, "Rules".

import { corrupt } from '../../../core/errors.ts';
import { ByteReader, ByteWriter, parseJson, utf8 } from '../../../core/format/bytes.ts';
import { crc32 } from '../../../core/format/checksum.ts';
import { checkHeader, HEADER_BYTES, header } from '../../../core/format/header.ts';
import type { Manifest } from '../../../core/format/manifest.ts';
import { anyText, integer, list, object, record, shaped } from '../../../core/format/shape.ts';
import { readAs, type Source } from '../../../core/source.ts';
import { FactorRuns, type Factors, MAX_FACTOR } from '../../search/sums/factors.ts';
import type { Rules } from './rules-schema.ts';

/** What rules come to in a generation. */
export interface SaidOfRules {
  readonly rules: Rules;
  /** For each rule of questions, the documents that it pins and hides. */
  readonly queries: readonly { readonly pinned: readonly number[]; readonly hidden: readonly number[] }[];
  /** What rules name and the index does not have. */
  readonly missing: readonly string[];
}

const numbers = list(integer());
/** The rules themselves were checked when they were set: see rules-schema.ts, which is larger than what reads them. */
const said = object({
  rules: record((value) => value),
  queries: list(object({ pinned: numbers, hidden: numbers })),
  missing: list(anyText),
});

/** The rules of an open index. */
export interface IndexRules extends SaidOfRules {
  /** The object that they are read from. */
  readonly name: string;
  /** What they multiply scores by, in parts of FACTOR_UNIT; nothing where they boost no document. */
  readonly factors: Factors | undefined;
}

/** @param factors one for each document number, where any is boosted */
export function encodeRules(
  build: string,
  rules: SaidOfRules,
  factors: Uint16Array | undefined,
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writer.raw(header('rules', build));
  writer.text(JSON.stringify(rules));
  const starts = factors ? startsOf(factors) : [];
  writer.varint(starts.length);
  for (const [i, start] of starts.entries()) {
    writer.varint((starts[i + 1] ?? factors!.length) - start);
    writer.varint(factors![start]);
  }
  return writer.finish();
}

function startsOf(factors: Uint16Array): number[] {
  const starts: number[] = [];
  for (let i = 0; i < factors.length; i++) if (i === 0 || factors[i] !== factors[i - 1]) starts.push(i);
  return starts;
}

/**
 * Reads what encodeRules wrote.
 *
 * @throws SparsedgeError `corrupt`, `format-too-old` or `format-too-new`
 */
function decodeRules(bytes: Uint8Array, manifest: Manifest): IndexRules {
  const { name, bytes: length, crc32: checksum } = manifest.rules!;
  if (bytes.length !== length) throw corrupt(name, `${length} bytes`, bytes.length);
  if (crc32(bytes) !== checksum) throw corrupt(name, `checksum ${checksum}`, crc32(bytes));
  checkHeader(bytes, 'rules', manifest.build, name);
  const reader = new ByteReader(bytes, name, HEADER_BYTES);
  const { value, wrong } = shaped(said, parseJson(utf8(reader.text()), name));
  if (wrong !== undefined) throw corrupt(name, 'rules', wrong);
  const runs = reader.varint();
  if (runs > reader.remaining) throw corrupt(name, `at most ${reader.remaining} runs`, runs);
  const starts = new Uint32Array(runs);
  const factors = new Uint16Array(runs);
  let document = 0;
  for (let i = 0; i < runs; i++) {
    starts[i] = document;
    document += reader.varint();
    const factor = reader.varint();
    if (factor > MAX_FACTOR) throw corrupt(name, `a factor up to ${MAX_FACTOR}`, factor);
    factors[i] = factor;
  }
  if (runs > 0 && document !== manifest.documents)
    throw corrupt(name, `factors of ${manifest.documents} documents`, document);
  return { name, ...(value as SaidOfRules), factors: runs > 0 ? new FactorRuns(starts, factors) : undefined };
}

/** The rules that a manifest names; nothing, and no read, where it names none. */
export async function readRules(source: Source, manifest: Manifest): Promise<IndexRules | undefined> {
  const { rules } = manifest;
  if (!rules) return undefined;
  return readAs(source, rules.name, undefined, (bytes) => decodeRules(bytes, manifest), rules.bytes);
}
