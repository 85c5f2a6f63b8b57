// Whole words as BERT-uncased sees them before WordPiece: BertNormalizer (clean_text, handle_chinese_chars,
// strip_accents, lowercase) and BertPreTokenizer of the Rust library `tokenizers`, which DeepImpact's terms come from.
// @huggingface/tokenizers has a port of both. It is not used: it leaves ideographs beyond U+FFFF together and
// lower-cases before it strips accents, so that a final sigma differs; and it cleans text one character at a time.

import { pushTerm } from './words/term-length.ts';

/** What BERT takes for punctuation: all of ASCII that is neither letter, digit, space nor control, and Unicode's P. */
const PUNCTUATION = '!-/:-@\\[-`{-~\\p{P}';
const TOKEN = new RegExp(`[^\\s${PUNCTUATION}]+|[${PUNCTUATION}]`, 'gu');
const WORD = new RegExp(`[^\\s${PUNCTUATION}]+`, 'gu');
const MARK = new RegExp(`^[${PUNCTUATION}]`, 'u');
const ASCII_WORD = /[0-9a-z]+/g;

/**
 * Dropped, not taken for space: "a\0b" is one word. Unpaired surrogates are U+FFFD to every decoder, so they go too.
 */
const DROPPED = /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\uFFFD]/gu;
/** BERT's CJK ranges. They are blocks, not the script: the full stop of U+3002 is outside, U+3007 too. */
const IDEOGRAPH =
  /[\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\u{2F800}-\u{2FA1F}]/gu;
/** Text on which the normalizer does no more than lower-case. */
const PLAIN = /^[\t\n\r -~]*$/;

/** The words of a text, without punctuation. DeepImpact's code drops ASCII punctuation alone; here all of it goes. */
export function bertWords(text: string): string[] {
  const found = PLAIN.test(text) ? text.toLowerCase().match(ASCII_WORD) : bertNormalize(text).match(WORD);
  const terms: string[] = [];
  for (const word of found ?? []) pushTerm(terms, word);
  return terms;
}

/** What BertNormalizer does to a text, each as its own name says. */
export interface BertNormalization {
  readonly cleanText: boolean;
  readonly partIdeographs: boolean;
  readonly stripAccents: boolean;
  readonly lowercase: boolean;
}

/** As BERT-uncased has it. */
const UNCASED: BertNormalization = {
  cleanText: true,
  partIdeographs: true,
  stripAccents: true,
  lowercase: true,
};

/** The words and punctuation marks of a text, in order: what WordPiece takes. */
export function bertPretokenize(text: string, normalization = UNCASED): string[] {
  return pretokenized(bertNormalize(text, normalization));
}

/** The words and punctuation marks of a text that is normalized. */
export function pretokenized(normalized: string): string[] {
  return normalized.match(TOKEN) ?? [];
}

/** Whether what bertPretokenize gave is a punctuation mark and no word. */
export function isMark(token: string): boolean {
  return MARK.test(token);
}

/** A text as BertNormalizer leaves it. */
export function bertNormalize(text: string, normalization = UNCASED): string {
  const { cleanText, partIdeographs, stripAccents, lowercase } = normalization;
  if (PLAIN.test(text)) return lowercase ? text.toLowerCase() : text;
  let normal = cleanText ? text.replace(DROPPED, '') : text.replace(/\p{Cs}/gu, '\uFFFD');
  if (partIdeographs) normal = normal.replace(IDEOGRAPH, ' $& ');
  if (stripAccents) normal = normal.normalize('NFD').replace(/\p{Mn}/gu, '');
  return lowercase ? normal.replaceAll('\u03A3', '\u03C3').toLowerCase() : normal;
}
