// What sentence-transformers says of a SparseEncoder beyond its modules: config_sentence_transformers.json, and the
// length of each network in sentence_bert_config.json.

import { join } from 'node:path';
import * as z from 'zod';
import { SparsedgeError } from '../../../../src/core/errors.ts';
import type { ModelContract } from '../../../../src/core/model/contract.ts';
import { readJsonFile } from './json-file.ts';

const length = z.int().positive().nullish();
const lengthSchema = z.looseObject({
  max_seq_length: length,
  /** Of a network that reads both. */
  query_length: length,
  document_length: length,
  do_lower_case: z.boolean().nullish(),
  processing_kwargs: z.unknown().optional(),
  query_expansion: z.unknown().optional(),
});

/**
 * What is said of one network; nothing where the file is not there.
 *
 * @throws SparsedgeError `bad-input` for another way of reading texts than the usual one
 */
export function readSentenceConfig(folder: string): z.output<typeof lengthSchema> | undefined {
  const where = join(folder, 'sentence_bert_config.json');
  const config = readJsonFile(where, lengthSchema);
  for (const name of ['processing_kwargs', 'query_expansion'] as const) {
    const said = config?.[name];
    if (!saysNothing(said)) throw wrong(where, `no ${name}`, JSON.stringify(said));
  }
  return config;
}

function saysNothing(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).every(saysNothing);
  return value === undefined || value === null;
}

const CONFIG = 'config_sentence_transformers.json';

const configSchema = z.looseObject({
  model_type: z.string().nullish(),
  prompts: z.record(z.string(), z.string().nullable()).nullish(),
  default_prompt_name: z.string().nullish(),
  max_active_dims: z.int().positive().nullish(),
  similarity_fn_name: z.string().nullish(),
});

/** Facts of the whole model. */
export interface SentenceFacts {
  /** Texts put before documents and before queries. */
  readonly documentPrefix: string | undefined;
  readonly queryPrefix: string | undefined;
  readonly maxTerms: number | undefined;
  readonly similarity: ModelContract['similarity'];
}

/**
 * Reads what is said of a model; nothing where the file is not there.
 *
 * @throws SparsedgeError `bad-input` for another kind of model, a similarity that no score is, and a default prompt
 *   that is not there
 */
export function readSentenceFacts(folder: string): SentenceFacts | undefined {
  const where = join(folder, CONFIG);
  const config = readJsonFile(where, configSchema);
  if (config === undefined) return undefined;
  const { max_active_dims: maxTerms, similarity_fn_name: similarity, default_prompt_name: usual } = config;
  const { model_type: kind } = config;
  if (kind && kind !== 'SparseEncoder') throw wrong(where, 'model_type SparseEncoder', kind);
  if (similarity && similarity !== 'dot' && similarity !== 'cosine')
    throw wrong(where, 'similarity_fn_name dot or cosine', similarity);
  const prompts = new Map(Object.entries(config.prompts ?? {}));
  if (typeof usual === 'string' && ![...prompts.keys(), 'query', 'document'].includes(usual)) {
    const names = [...prompts.keys()].join(', ') || 'no prompts';
    throw wrong(where, `default_prompt_name among the prompts ${names}`, usual);
  }
  // As encode_query and encode_document of a SparseEncoder choose them: it always has prompts of these names, if empty
  // ones, so that neither others nor the default one are ever taken.
  return {
    documentPrefix: prompts.get('document') || undefined,
    queryPrefix: prompts.get('query') || undefined,
    maxTerms: maxTerms ?? undefined,
    similarity: similarity === 'cosine' ? 'cosine' : undefined,
  };
}

function wrong(file: string, expected: string, found: string): SparsedgeError {
  return new SparsedgeError('bad-input', `${file}: expected ${expected}, found ${found}`, {
    file,
    expected,
    found,
  });
}
