// What a model is asked: prompts and sampling, as published for Llama 2 doc2query and for models that follow
// instructions. A document is cut before it is put into its prompt, so that what comes after it always survives.

import type { Document } from '../../../../src/core/document.ts';
import { searchableText } from '../../../../src/core/document.ts';

/** How a model is asked. */
export interface Preset {
  /** `completions` goes on with a text, `chat` answers a message. */
  readonly endpoint: 'completions' | 'chat';
  /** Queries in one answer: one, or a list with one a line. */
  readonly perAnswer: number;
  /** Queries of a document. */
  readonly queries: number;
  /** Of the document, at most: characters (UTF-16 units), since only the server has the model's tokens. */
  readonly documentCharacters: number;
  readonly sampling: Sampling;
  readonly system?: string;
  prompt(document: string, perAnswer: number): string;
}

/** Top-k is no part of OpenAI's interface, but vLLM, SGLang, llama.cpp and others take it; 0 leaves it out. */
export interface Sampling {
  readonly temperature: number;
  readonly topP: number;
  readonly topK: number;
  /** Of one answer. */
  readonly maxTokens: number;
}

const SYSTEM =
  'You predict what people type into a search engine. You answer with search queries alone: one on each line, no ' +
  'numbers, no quotation marks, no explanations, in the language of the document.';

/**
 * Published with DeeperImpact (soyuj/llama2-doc2query over Llama 2 7B), whose training passages have about 60 words.
 */
const llama2: Preset = {
  endpoint: 'completions',
  perAnswer: 1,
  queries: 80,
  documentCharacters: 2000,
  sampling: { temperature: 1, topP: 0.95, topK: 50, maxTokens: 50 },
  prompt: (document) => `Predict possible search queries for the following document:\n${document}\n---\n`,
};

const instruct: Preset = {
  endpoint: 'chat',
  perAnswer: 10,
  queries: 20,
  documentCharacters: 6000,
  sampling: { temperature: 1, topP: 0.95, topK: 0, maxTokens: 400 },
  system: SYSTEM,
  prompt: (document, perAnswer) =>
    `Document:\n"""\n${document}\n"""\n\nWrite ${perAnswer} different search queries that this document answers, ` +
    'as different people would put them: some with few words, some as questions.',
};

/** One query an answer: dearer in tokens read unless the server keeps prompts, and more varied. */
const instructOne: Preset = {
  ...instruct,
  perAnswer: 1,
  sampling: { ...instruct.sampling, maxTokens: 50 },
  prompt: (document) =>
    `Document:\n"""\n${document}\n"""\n\nWrite one search query that this document answers.`,
};

/**
 * As models/train/expansion trains its model: one case, one line, and no instruction, which it would not understand.
 */
const small: Preset = {
  endpoint: 'completions',
  perAnswer: 1,
  queries: 20,
  documentCharacters: 800,
  sampling: { temperature: 1, topP: 0.95, topK: 10, maxTokens: 24 },
  prompt: (document) => `${document.toLowerCase().split(/\s+/).join(' ')}\n---\n`,
};

/** The presets by name. */
export const PRESETS = {
  'llama2-doc2query': llama2,
  instruct,
  'instruct-one': instructOne,
  'doc2query-small': small,
} as const;
export type PresetName = keyof typeof PRESETS;

/** The text of a document for its prompt: at most so many characters, cut between words where there are any. */
export function documentText(document: Document, characters: number): string {
  const text = searchableText(document).trim();
  if (text.length <= characters) return text;
  // Half of a pair of surrogates is no character.
  const end = /[\uD800-\uDBFF]/.test(text[characters - 1]) ? characters - 1 : characters;
  const cut = text.slice(0, end);
  const lastSpace = /\s/.test(text[end]) ? end : cut.search(/\s\S*$/);
  // Text without spaces, or one endless word at the end: cut where it must be.
  return lastSpace > characters * 0.8 ? cut.slice(0, lastSpace).trimEnd() : cut;
}
