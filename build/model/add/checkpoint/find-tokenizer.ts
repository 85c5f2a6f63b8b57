// A checkpoint's tokenizer → vocab.txt, the smallest form of it, which a Worker reads with each model, and the facts
// that vocab.txt does not say. Up to five files speak of a tokenizer; where they contradict each other, none is
// believed.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { SparsedgeError } from '../../../../src/core/errors.ts';
import {
  type AddedToken,
  readTokenizerJson,
  SPECIAL_PIECES,
  soughtOf,
} from '../../../../src/core/tokens/tokenizer-json.ts';
import { readWordPieces, type WordPieces } from '../../../../src/core/tokens/wordpiece.ts';
import {
  type CompleteFacts,
  completeFacts,
  type WordPieceFacts,
} from '../../../../src/core/tokens/wordpiece-facts.ts';
import { readJsonFile } from './json-file.ts';

const added = z.looseObject({
  content: z.string(),
  single_word: z.boolean().optional(),
  lstrip: z.boolean().optional(),
  rstrip: z.boolean().optional(),
  normalized: z.boolean().optional(),
  special: z.boolean().optional(),
});
const special = z.union([z.string(), added]).nullish();
const configSchema = z.looseObject({
  tokenizer_class: z.string().nullish(),
  do_lower_case: z.boolean().nullish(),
  strip_accents: z.boolean().nullish(),
  tokenize_chinese_chars: z.boolean().nullish(),
  clean_text: z.boolean().nullish(),
  do_basic_tokenize: z.boolean().nullish(),
  do_subword_tokenize: z.boolean().nullish(),
  word_tokenizer_type: z.string().nullish(),
  subword_tokenizer_type: z.string().nullish(),
  wordpieces_prefix: z.string().nullish(),
  auto_map: z.looseObject({ AutoTokenizer: z.unknown() }).partial().nullish(),
  never_split: z.array(z.string()).nullish(),
  truncation_side: z.string().nullish(),
  cls_token: special,
  sep_token: special,
  pad_token: special,
  unk_token: special,
  mask_token: special,
  bos_token: special,
  eos_token: special,
  additional_special_tokens: z.array(special).nullish(),
  /** What transformers 5 calls them. */
  extra_special_tokens: z.union([z.array(special), z.record(z.string(), special)]).nullish(),
  split_special_tokens: z.boolean().nullish(),
  added_tokens_decoder: z.record(z.string().regex(/^\d{1,9}$/), added).nullish(),
  model_max_length: z.number().nullish(),
  /** What older versions call it. */
  max_len: z.number().nullish(),
});
type Config = z.output<typeof configSchema>;
/** config.json, which is asked where the tokenizer's own has no class. */
const modelSchema = z.looseObject({
  tokenizer_class: z.string().nullish(),
  model_type: z.string().nullish(),
});
const addedSchema = z.record(z.string(), z.int().nonnegative());

/** Classes of transformers that cut text as BERT does. Those without a vocabulary of their own need tokenizer.json. */
const BERT_CLASS =
  /^(Bert|DistilBert|Electra|MobileBert|SqueezeBert|ConvBert|LayoutLM|Lxmert|RetriBert|Realm|DPR(QuestionEncoder|ContextEncoder|Reader)?)Tokenizer(Fast)?$/;
const GENERIC_CLASS = /^(PreTrainedTokenizerFast|TokenizersBackend)$/;
/** Kinds of models whose own tokenizers have a vocab.txt, too, and cut text in another way. */
const OTHER_MODELS = new Set(['bert-japanese', 'cpmant', 'esm', 'phobert', 'roformer', 'splinter', 'tapas']);

/** A tokenizer, and the most pieces it cuts a text to, where it says. */
export interface Tokenizer {
  readonly pieces: WordPieces;
  readonly facts: CompleteFacts;
  readonly maxLength?: number | undefined;
}

/**
 * Reads tokenizer.json, vocab.txt, or both, with tokenizer_config.json and added_tokens.json.
 *
 * @throws SparsedgeError `bad-input` for another tokenizer than BERT's, and for files that contradict each other
 */
export function readTokenizer(folder: string): Tokenizer {
  const [json, text] = ['tokenizer.json', 'vocab.txt'].map((name) => {
    const path = join(folder, name);
    return existsSync(path) ? path : undefined;
  });
  const configFile = join(folder, 'tokenizer_config.json');
  const mapFile = join(folder, 'special_tokens_map.json');
  const config = withClass(readJsonFile(configFile, configSchema) ?? {}, folder, json !== undefined);
  const map = readJsonFile(mapFile, configSchema) ?? {};
  mustBeBert(config, configFile, json !== undefined);
  mustBeBert(map, mapFile, json !== undefined);
  if (json === undefined && text === undefined) {
    throw new SparsedgeError('bad-input', `${folder}: expected tokenizer.json or vocab.txt, found neither`, {
      folder,
    });
  }
  const specials = [config, map].flatMap(specialsOf);
  const tokens = addedTokens(folder, config, configFile, specials);
  const read =
    json === undefined
      ? fromText(text!, config, configFile, tokens, specials)
      : fromJson(json, text, config, configFile, tokens, specials);
  return { ...read, maxLength: config.model_max_length ?? config.max_len ?? undefined };
}

/**
 * A configuration with the class that config.json says where it says none.
 *
 * @throws SparsedgeError `bad-input` for a kind of model whose tokenizer is another
 */
function withClass(config: Config, folder: string, hasJson: boolean): Config {
  if (config.tokenizer_class) return config;
  const where = join(folder, 'config.json');
  const { tokenizer_class, model_type: kind } = readJsonFile(where, modelSchema) ?? {};
  if (tokenizer_class && !isBert(tokenizer_class, hasJson)) throw noBert(where, tokenizer_class);
  if (kind && !hasJson && !tokenizer_class && OTHER_MODELS.has(kind))
    throw wrong(where, 'the model_type of a BERT, since only vocab.txt says how text is cut', kind);
  return config;
}

function isBert(kind: string, hasJson: boolean): boolean {
  return BERT_CLASS.test(kind) || (hasJson && GENERIC_CLASS.test(kind));
}

function noBert(where: string, kind: string): SparsedgeError {
  return wrong(where, 'the tokenizer_class of a BERT, as BertTokenizer', kind);
}

/** The special tokens besides BERT's, in the order in which they get ids. */
function specialsOf(config: Config): Specials {
  const { bos_token, eos_token, additional_special_tokens: additional, extra_special_tokens: extra } = config;
  const listed = Object.values(extra ?? additional ?? []);
  return [bos_token, eos_token, ...listed].map(contentOf).filter((content) => content !== undefined);
}

/** Facts of which only one value is followed. */
const FOLLOWED = {
  do_basic_tokenize: true,
  do_subword_tokenize: true,
  word_tokenizer_type: 'basic',
  subword_tokenizer_type: 'wordpiece',
  wordpieces_prefix: '##',
  truncation_side: 'right',
  split_special_tokens: false,
} as const;

/** What a configuration must not say, since it is not followed. */
function mustBeBert(config: Config, where: string, hasJson: boolean): void {
  const { tokenizer_class: kind } = config;
  if (kind && !isBert(kind, hasJson)) throw noBert(where, kind);
  const usual = { cls: '[CLS]', sep: '[SEP]', pad: '[PAD]', unk: '[UNK]', mask: '[MASK]' } as const;
  for (const [name, piece] of Object.entries(usual)) {
    const token = config[`${name as keyof typeof usual}_token`];
    const found = contentOf(token);
    if (found && found !== piece) throw wrong(where, `${name}_token ${piece}`, found);
  }
  for (const [name, right] of Object.entries(FOLLOWED)) {
    const found = config[name as keyof typeof FOLLOWED];
    if (found !== undefined && found !== null && found !== right)
      throw wrong(where, `${name} ${right}`, `${found}`);
  }
  if (config.auto_map?.AutoTokenizer) throw wrong(where, 'no code of its own', 'auto_map.AutoTokenizer');
  const kept = (config.never_split ?? []).find((each) => !Object.values<string>(usual).includes(each));
  if (kept !== undefined) throw wrong(where, 'never_split empty', kept);
}

function contentOf(token: z.output<typeof special>): string | undefined {
  return (typeof token === 'object' ? token?.content : token) ?? undefined;
}

type Specials = readonly (string | undefined)[];

/** Added tokens by their ids, as tokenizer_config.json has them or, in older checkpoints, added_tokens.json. */
function addedTokens(
  folder: string,
  config: Config,
  configFile: string,
  specials: Specials,
): Map<number, AddedToken> {
  const file = join(folder, 'added_tokens.json');
  const tokens = new Map<number, AddedToken>();
  for (const [content, id] of Object.entries(readJsonFile(file, addedSchema) ?? {}))
    tokens.set(id, { content, special: specials.includes(content) });
  for (const [key, token] of Object.entries(config.added_tokens_decoder ?? {})) {
    const before = tokens.get(Number(key));
    if (before && before.content !== token.content)
      throw contradicting(`the added token ${key}`, [file, before.content], [configFile, token.content]);
    tokens.set(Number(key), token as AddedToken);
  }
  return tokens;
}

/** vocab.txt, with what the configuration says. Special tokens that are nowhere else come after all others. */
function fromText(
  path: string,
  config: Config,
  configFile: string,
  given: ReadonlyMap<number, AddedToken>,
  specials: Specials,
) {
  // No class asks it: only tokenizer.json can say so.
  if (config.clean_text === false)
    throw wrong(configFile, 'clean_text true, since there is only vocab.txt', 'false');
  const plain = readWordPieces(readFileSync(path), path).pieces;
  const pieces = [...plain];
  const tokens = new Map(given);
  const named = new Set([...tokens.values()].map(({ content }) => content));
  let next = Math.max(plain.length - 1, ...tokens.keys()) + 1;
  for (const content of specials) {
    if (content === undefined || named.has(content)) continue;
    const known = plain.indexOf(content);
    tokens.set(known >= 0 ? known : next++, { content, special: true });
    named.add(content);
  }
  for (const [id, { content = '' }] of [...tokens].sort(([a], [b]) => a - b)) {
    const known = plain.indexOf(content);
    if (known >= 0 ? known !== id : id !== pieces.length) {
      const expected =
        known >= 0 ? `${known}, as ${path} has it` : `${pieces.length}, the next one after ${path}`;
      throw wrong(path, `the id of the added token ${JSON.stringify(content)} to be ${expected}`, `${id}`);
    }
    if (known < 0) pieces.push(content);
  }
  const facts = completeFacts({ ...statedBy(config), added: soughtOf([...tokens.values()], new Set(plain)) });
  return { pieces: readWordPieces(vocabularyText({ pieces }), path, facts), facts };
}

/** The facts that a configuration states. */
function statedBy(config: Config): WordPieceFacts {
  return {
    lowercase: config.do_lower_case ?? undefined,
    stripAccents: config.strip_accents ?? undefined,
    partIdeographs: config.tokenize_chinese_chars ?? undefined,
    cleanText: config.clean_text ?? undefined,
  };
}

/** tokenizer.json, which the other files must not contradict. */
function fromJson(
  path: string,
  text: string | undefined,
  config: Config,
  configFile: string,
  tokens: ReadonlyMap<number, AddedToken>,
  specials: Specials,
) {
  const bytes = readFileSync(path);
  const { facts, pieces: all, ofWords } = readTokenizerJson(bytes, path);
  mustSayTheSame(facts, config, path, configFile);
  for (const [id, { content }] of tokens) {
    if (all[id] !== content)
      throw contradicting(`piece ${id}`, [path, all[id] ?? 'none'], [configFile, content ?? 'none']);
  }
  const sought = new Map(facts.added.map((each) => [each.piece, JSON.stringify(each)]));
  for (const each of soughtOf([...tokens.values()], ofWords)) {
    const [stated, found] = [JSON.stringify(each), sought.get(each.piece) ?? 'not an added token'];
    if (stated !== found)
      throw contradicting(`the added token ${each.piece}`, [path, found], [configFile, stated]);
  }
  const unknown = specials.find(
    (each) => each !== undefined && !SPECIAL_PIECES.includes(each) && !sought.has(each),
  );
  if (unknown !== undefined)
    throw contradicting(`the special token ${unknown}`, [path, 'none'], [configFile, 'an added token']);
  const pieces = readWordPieces(bytes, path, facts);
  if (text !== undefined) {
    const plain = readWordPieces(readFileSync(text), text);
    const own = { ...pieces, pieces: pieces.pieces.slice(0, plain.pieces.length) };
    mustBeSame(own, plain, path, text);
    const missing = pieces.pieces.slice(plain.pieces.length).find((piece) => !sought.has(piece));
    if (missing !== undefined) mustBeSame(pieces, plain, path, text);
  }
  return { pieces, facts };
}

/**
 * Checks the facts of tokenizer.json against what the configuration states, or what its class has where that states
 * nothing: a library that goes by the class does not ask tokenizer.json.
 */
function mustSayTheSame(facts: CompleteFacts, config: Config, path: string, configFile: string): void {
  const byClass = config.tokenizer_class && BERT_CLASS.test(config.tokenizer_class);
  const usual: Partial<CompleteFacts> = byClass ? completeFacts(statedBy(config)) : {};
  for (const [fact, stated] of Object.entries(statedBy(config))) {
    const found = String(facts[fact as keyof CompleteFacts]);
    const expected = stated ?? usual[fact as keyof CompleteFacts];
    if (expected === undefined || String(expected) === found) continue;
    const said =
      stated === undefined ? `${expected}, as ${config.tokenizer_class} has it unless told` : `${stated}`;
    throw contradicting(NAMES[fact] ?? fact, [path, found], [configFile, said]);
  }
}

/** How tokenizer_config.json calls facts. */
const NAMES: Readonly<Record<string, string>> = {
  lowercase: 'do_lower_case',
  stripAccents: 'strip_accents',
  partIdeographs: 'tokenize_chinese_chars',
  cleanText: 'clean_text',
};

function contradicting(
  what: string,
  [file, found]: readonly [string, string | undefined],
  [other, stated]: readonly [string, string | undefined],
): SparsedgeError {
  return new SparsedgeError(
    'bad-input',
    `expected ${what} to be the same in ${file} and ${other}, found ${found} and ${stated}`,
    { file, other },
  );
}

function wrong(file: string, expected: string, found: string): SparsedgeError {
  return new SparsedgeError('bad-input', `${file}: expected ${expected}, found ${found}`, {
    file,
    expected,
    found,
  });
}

/** @throws SparsedgeError `bad-input` unless two vocabularies have the same pieces by the same ids */
function mustBeSame(
  a: Pick<WordPieces, 'pieces'>,
  b: Pick<WordPieces, 'pieces'>,
  where: string,
  other: string,
): void {
  const id = Array.from({ length: Math.max(a.pieces.length, b.pieces.length) }, (_, i) => i).find(
    (i) => a.pieces[i] !== b.pieces[i],
  );
  if (id === undefined) return;
  const [first, second] = [a, b].map(({ pieces }) => JSON.stringify(pieces[id]) ?? 'none');
  throw new SparsedgeError(
    'bad-input',
    `expected the same pieces in ${where} and ${other}, found piece ${id} as ${first} and as ${second}`,
    { file: where, other, piece: id },
  );
}

/** @throws SparsedgeError `bad-input` unless words are those of BERT-uncased, which are what whole words are here */
export function mustBeUncased({ facts }: Tokenizer, head: string, where: string): void {
  const { before: _, after: __, ...usual } = completeFacts({});
  for (const [fact, value] of Object.entries(usual)) {
    const found = JSON.stringify(facts[fact as keyof CompleteFacts]);
    if (found === JSON.stringify(value)) continue;
    throw wrong(
      where,
      `the tokenizer of BERT-uncased, since ${head} weighs whole words, with ${NAMES[fact] ?? fact} ${JSON.stringify(value)}`,
      found,
    );
  }
}

/** @throws SparsedgeError `bad-input` unless two tokenizers cut text the same way */
export function mustCutTheSame(a: Tokenizer, b: Tokenizer, where: string, other: string): void {
  mustBeSame(a.pieces, b.pieces, where, other);
  for (const fact of Object.keys(a.facts) as (keyof CompleteFacts)[]) {
    const [first, second] = [a, b].map(({ facts }) => JSON.stringify(facts[fact]));
    if (first !== second)
      throw contradicting(`the tokenizer's ${NAMES[fact] ?? fact}`, [where, first], [other, second]);
  }
}

/** vocab.txt of a vocabulary. */
export function vocabularyText({ pieces }: Pick<WordPieces, 'pieces'>): Uint8Array {
  const broken = pieces.find((piece) => /[\r\n]/.test(piece));
  if (broken !== undefined) {
    const found = JSON.stringify(broken);
    throw new SparsedgeError('bad-input', `expected pieces of a line each, found ${found}`, { found });
  }
  return Buffer.from(pieces.map((piece) => `${piece}\n`).join(''));
}
