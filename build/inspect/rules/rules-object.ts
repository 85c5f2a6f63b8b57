// Rules beside a generation: an object that a copy of its manifest names, so that `current` says in one write which
// generation is searched and how it is steered.

import { createHash } from 'node:crypto';
import { crc32 } from '../../../src/core/format/checksum.ts';
import { encodeManifest, type Manifest } from '../../../src/core/format/manifest.ts';
import type { Source } from '../../../src/core/source.ts';
import { encodeRules, readRules } from '../../../src/query/language/rules/index-rules.ts';
import type { Rules } from '../../../src/query/language/rules/rules-schema.ts';
import { openGeneration } from '../../../src/query/search/open.ts';
import { compileRules } from './compile-rules.ts';

/** Rules as they are to be stored. */
export interface RulesObject {
  readonly name: string;
  readonly body: Uint8Array;
  /** What becomes `current`: the manifest with the rules. */
  readonly current: Uint8Array;
  /** What the rules name and the index does not have. */
  readonly missing: readonly string[];
}

/** The names of objects of rules, and of which build they are. */
export const RULES_NAME = /^rules\/([0-9a-f]{16})-[0-9a-f]{16}$/;

/**
 * Makes the object of rules for a generation.
 *
 * @throws SparsedgeError `bad-input` for documents that rules cannot be applied to, and what reading the index throws
 */
export async function rulesObject(rules: Rules, source: Source, manifest: Manifest): Promise<RulesObject> {
  const { rules: _, ...plain } = manifest;
  const { said, factors } = await compileRules(rules, await openGeneration(source, plain));
  const body = encodeRules(plain.build, said, factors);
  const digest = createHash('sha256').update(body).digest('hex').slice(0, 16);
  const name = `rules/${plain.build}-${digest}`;
  const current = encodeManifest({ ...plain, rules: { name, bytes: body.length, crc32: crc32(body) } });
  return { name, body, current, missing: said.missing };
}

/** The rules that steer a generation, as they were written. */
export async function rulesOf(source: Source, manifest: Manifest): Promise<Rules | undefined> {
  return (await readRules(source, manifest))?.rules;
}
