// Workers AI as a reranker: one call for all texts. It is not part of local workerd, and every call is billed.

import * as z from 'zod';
import { SparsedgeError } from '../core/errors.ts';
import type { Reranker } from '../query/rerank/rerank.ts';

/**
 * What is used of the binding: its models for reranking take this and answer with AiAnswer, as bge-reranker-base is
 * documented.
 */
export interface AiBinding {
  run(
    model: string,
    input: {
      readonly query: string;
      readonly contexts: readonly { readonly text: string }[];
      readonly top_k: number;
    },
  ): Promise<unknown>;
}

const answerSchema = z.object({
  response: z.array(z.object({ id: z.int().min(0), score: z.number() })),
});

/** The models read 512 tokens: what is beyond this many characters would be sent in vain. */
const MOST_CHARACTERS = 8192;

/** A reranker that Workers AI runs. */
export function workersAiReranker(ai: AiBinding, model: string): Reranker {
  return {
    model,
    async score(question, texts) {
      const contexts = texts.map((text) => ({ text: contextOf(text) }));
      const scores = scoresOf(await answerOf(ai, model, question, contexts), texts.length, model);
      return { scores, calls: 1 };
    },
  };
}

/** A context must not be empty, and is cut between characters. */
function contextOf(text: string): string {
  const cut = text.slice(0, MOST_CHARACTERS).replace(/[\ud800-\udbff]$/, '');
  return cut === '' ? ' ' : cut;
}

async function answerOf(
  ai: AiBinding,
  model: string,
  query: string,
  contexts: readonly { readonly text: string }[],
): Promise<unknown> {
  try {
    return await ai.run(model, { query, contexts, top_k: contexts.length });
  } catch (cause) {
    throw new SparsedgeError('unavailable', `Workers AI does not run ${model}`, { model }, { cause });
  }
}

/** @throws SparsedgeError `unavailable` unless every text has one score */
function scoresOf(answer: unknown, count: number, model: string): number[] {
  const { data } = answerSchema.safeParse(answer);
  const scores = new Map(data?.response.map(({ id, score }) => [id, score]));
  const ordered = Array.from({ length: count }, (_, id) => scores.get(id));
  if (data?.response.length === count && ordered.every((score) => score !== undefined)) return ordered;
  throw new SparsedgeError(
    'unavailable',
    `Workers AI, ${model}: expected a score for each of ${count} texts, found ${data ? `${scores.size}` : 'another answer'}`,
    { model, expected: count, found: scores.size },
  );
}
