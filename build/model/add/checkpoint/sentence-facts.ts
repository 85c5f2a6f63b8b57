// What sentence-transformers says of a SparseEncoder beyond its modules: config_sentence_transformers.json, and the
// length of each network in sentence_bert_config.json.

import { join } from 'node:path';
import * as z from 'zod';
import { SparsedgeError } from '../../../../src/core/errors.ts';
import type { ModelContract } from '../../../../src/core/model/contract.ts';
import { readJsonFile } from './json-file.ts';

const lengthSchema = z.looseObject({
  max_seq_length: z.int().positive().nullish(),
  do_lower_case: z.boolean().nullish(),
});

/** What is said of one network; nothing where the file is not there. */
export function readSentenceConfig(folder: string): z.output<typeof lengthSchema> | undefined {
  return readJsonFile(join(folder, 'sentence_bert_config.json'), lengthSchema);
}

const CONFIG = 'config_sentence_transformers.json';

const configSchema = z.looseObject({
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
 * @throws SparsedgeError `bad-input` for a similarity that no score is, and a default prompt that is not among them
 */
export function readSentenceFacts(folder: string): SentenceFacts | undefined {
  const where = join(folder, CONFIG);
  const config = readJsonFile(where, configSchema);
  if (config === undefined) return undefined;
  const { max_active_dims: maxTerms, similarity_fn_name: similarity, default_prompt_name: usual } = config;
  if (similarity && similarity !== 'dot' && similarity !== 'cosine')
    throw wrong(where, 'similarity_fn_name dot or cosine', similarity);
  const prompts = new Map(Object.entries(config.prompts ?? {}));
  if (typeof usual === 'string' && !prompts.has(usual)) {
    const names = [...prompts.keys()].join(', ') || 'no prompts';
    throw wrong(where, `default_prompt_name among the prompts ${names}`, usual);
  }
  // As encode_query and encode_document of sentence-transformers choose them.
  const promptOf = (...names: string[]) => {
    const name = names.find((each) => prompts.has(each)) ?? usual;
    return (typeof name === 'string' && prompts.get(name)) || undefined;
  };
  return {
    documentPrefix: promptOf('document', 'passage', 'corpus'),
    queryPrefix: promptOf('query'),
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
