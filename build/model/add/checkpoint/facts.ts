// What a checkpoint is, from what its folder says and what its owner says. A folder seldom says everything: no file of
// a masked language model tells whether it was trained with SPLADE's sum or its maximum. What is not said is asked for
// by the name of an option, all of it at once, and nothing is guessed.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import * as z from 'zod';
import { SparsedgeError } from '../../../../src/core/errors.ts';
import type { Activation, Head, ModelContract } from '../../../../src/core/model/contract.ts';
import type { Layout, Pooling } from './checkpoint-layout.ts';
import { readJsonFile } from './json-file.ts';
import { documentLength, queryLength } from './lengths.ts';
import { readSentenceConfig, readSentenceFacts, type SentenceFacts } from './sentence-facts.ts';

/** What the owner of a checkpoint says of it. */
export interface Stated {
  readonly head?: Head;
  readonly activation?: Activation;
  readonly query?: ModelContract['query']['kind'];
  readonly gate?: NonNullable<ModelContract['gate']>['mode'];
  readonly maxLength?: number;
  readonly family?: string;
  readonly licence?: string;
  readonly trainedOn?: string;
  readonly source?: string;
}

/** What a model's contract says that is in no file of it. */
export interface Facts {
  readonly head: Head;
  readonly activation?: Activation | undefined;
  readonly query: ModelContract['query']['kind'];
  readonly gate?: Stated['gate'];
  readonly maxLength: number;
  readonly queryMaxLength?: number | undefined;
  readonly sentence?: SentenceFacts | undefined;
  /** Special pieces are terms like all others: in sentence-transformers they count among the heaviest. */
  readonly allPieces?: boolean | undefined;
  readonly family?: string | undefined;
  readonly licence: string;
  readonly trainedOn: string;
  readonly source: string;
}

/** The facts, as far as they were found. */
type FoundFacts = { readonly [Fact in keyof Facts]: Facts[Fact] | undefined };

const configSchema = z.looseObject({
  architectures: z.array(z.string()).nullish(),
  vocab_size: z.int().optional(),
  max_position_embeddings: z.int().optional(),
});

/** A name, or what a card has instead of one: `{name: msmarco, type: …}`. */
const name = z.union([z.string(), z.looseObject({ name: z.string() }).transform(({ name }) => name)]);
const names = z
  .union([name, z.array(name)])
  .optional()
  .catch(undefined);
const cardSchema = z.looseObject({
  license: names,
  /** What `license: other` stands for. */
  license_name: names,
  datasets: names,
});

/** What is known of a checkpoint before it is described. */
export interface Found {
  readonly folder: string;
  readonly layout: Layout;
  /** Whether there is a table of query weights. */
  readonly hasTable: boolean;
  readonly hasQueryNetwork: boolean;
  readonly pieces: number;
  /** What the tokenizer says. */
  readonly maxLength?: number | undefined;
  /** What the tokenizer of the query's own network, or of its table, says. */
  readonly queryMaxLength?: number | undefined;
  readonly lowercase: boolean;
}

/**
 * Describes a checkpoint.
 *
 * @throws SparsedgeError `bad-input` that names the options which must be given, or what contradicts them
 */
export function describe(found: Found, stated: Stated): Facts {
  mustFit(found);
  const facts = findFacts(found, stated);
  const asked = QUESTIONS.filter(({ fact, of }) => facts[fact] === undefined && (of?.(facts) ?? true));
  if (asked.length === 0) return facts as Facts;
  const lines = asked.map(({ option, why }) => `${option}: ${why}`);
  throw new SparsedgeError(
    'bad-input',
    `${found.folder}: what cannot be read from it must be stated:\n  ${lines.join('\n  ')}`,
    { folder: found.folder, options: asked.map(({ option }) => option).join(', ') },
  );
}

/** What must be said where no file says it. */
const QUESTIONS: readonly {
  readonly fact: keyof Facts;
  readonly option: string;
  readonly why: string;
  /** Which models the question is of; all unless given. */
  readonly of?: (facts: FoundFacts) => boolean;
}[] = [
  { fact: 'head', option: '--head', why: 'no file says what the output means' },
  // What weighs a query follows from the head, so it is asked only once that is known.
  {
    fact: 'query',
    option: '--query',
    why: 'no file says what weighs a query',
    of: ({ head }) => head !== undefined,
  },
  { fact: 'gate', option: '--gate', why: 'SparTerm has three', of: ({ head }) => head === 'sparterm' },
  { fact: 'maxLength', option: '--max-length', why: 'no file says it' },
  { fact: 'licence', option: '--licence', why: 'README.md has no license that can be read' },
  { fact: 'trainedOn', option: '--trained-on', why: 'README.md has no datasets that can be read' },
  { fact: 'source', option: '--source', why: 'where it was downloaded from' },
];

/** @throws SparsedgeError `bad-input` for parts of a checkpoint that do not belong together */
function mustFit({ folder, layout, pieces, lowercase }: Found): void {
  const { document, query } = layout;
  for (const part of [document, ...(query ? [query] : [])])
    if (!lowercase && readSentenceConfig(part.folder)?.do_lower_case)
      throw contradiction(
        part.folder,
        'do_lower_case false in sentence_bert_config.json, since the tokenizer is cased',
        'true',
      );
  const { vocab_size: rows = pieces } = readConfig(document.folder);
  if (rows < pieces)
    throw contradiction(document.folder, `a network over ${pieces} pieces`, `one over ${rows}`);
  if (query?.kind === 'neural' && JSON.stringify(query.pooling) !== JSON.stringify(document.pooling))
    throw contradiction(folder, 'one pooling for documents and queries', 'two');
}

/** What is said, and what the files say where nothing is. */
function findFacts(found: Found, stated: Stated): FoundFacts {
  const { folder, layout } = found;
  const config = readConfig(layout.document.folder);
  const card = readCard(folder);
  const head = headOf(found, config.architectures?.[0], stated);
  const positionsOf = (of: string) => readConfig(of).max_position_embeddings;
  const lengths = { ...found, positionsOf };
  const licence = card?.license === 'other' ? (card.license_name ?? card.license) : card?.license;
  return {
    head,
    activation: activationOf(layout.document.pooling, stated, folder),
    query: head && queryOf(found, head, stated),
    gate: head === 'sparterm' ? stated.gate : undefined,
    maxLength: documentLength(lengths, stated.maxLength),
    queryMaxLength: queryLength(lengths, stated.maxLength),
    sentence: readSentenceFacts(folder),
    allPieces: layout.document.pooling !== undefined,
    family: stated.family,
    licence: stated.licence ?? listed(licence),
    trainedOn: stated.trainedOn ?? listed(card?.datasets),
    source: stated.source,
  };
}

/** Several names as one; nothing for none. */
function listed(found: string | readonly string[] | undefined): string | undefined {
  const names = [found ?? []].flat().map((each) => each.trim().replace(/\s+/g, ' '));
  return names.filter((each) => each !== '').join(', ') || undefined;
}

function readConfig(folder: string): z.output<typeof configSchema> {
  const config = readJsonFile(join(folder, 'config.json'), configSchema);
  if (config !== undefined) return config;
  throw new SparsedgeError('bad-input', `${folder}: expected a network, found no config.json`, { folder });
}

function headOf(
  { folder, layout }: Found,
  architecture: string | undefined,
  { head }: Stated,
): Head | undefined {
  const { pooling } = layout.document;
  const shown: Head | undefined =
    pooling === undefined
      ? architecture === 'DeepImpact'
        ? 'deepimpact'
        : undefined
      : pooling.pooling_strategy === 'sum'
        ? 'splade-sum'
        : layout.query?.kind === 'neural'
          ? 'splade-max'
          : 'splade-doc';
  if (head !== undefined && shown !== undefined && head !== shown) {
    throw contradiction(folder, `the head ${shown}, as its files say`, `--head ${head}`);
  }
  return head ?? shown;
}

/** What makes weights of logits; each head has its usual one, so only another must be said. */
function activationOf(
  pooling: Pooling | undefined,
  { activation }: Stated,
  folder: string,
): Activation | undefined {
  if (pooling === undefined) return activation;
  const shown = pooling.activation_function === 'relu' ? 'log1p-relu' : 'log1p-log1p-relu';
  if (activation !== undefined && activation !== shown) {
    throw contradiction(folder, `the activation ${shown}, as its pooling says`, `--activation ${activation}`);
  }
  return shown;
}

const QUERY: Partial<Record<Head, Facts['query']>> = {
  'splade-sum': 'neural',
  'splade-max': 'neural',
  sparterm: 'neural',
  lens: 'neural',
  deepimpact: 'binary',
  deepct: 'count',
  residual: 'count',
};

/** What weighs a query: what the layout says, else what a head's definition does. */
function queryOf(
  { folder, layout, hasTable, hasQueryNetwork }: Found,
  head: Head,
  { query }: Stated,
): Facts['query'] | undefined {
  const shown = layout.query?.kind;
  if (shown !== undefined && query !== undefined && query !== shown) {
    throw contradiction(folder, `queries weighed by ${shown}, as its files say`, `--query ${query}`);
  }
  const kind = query ?? shown ?? (hasQueryNetwork ? 'neural' : hasTable ? 'table' : QUERY[head]);
  if (kind === 'table' && !hasTable)
    throw contradiction(folder, 'a table of query weights', 'no idf.json, and no --table');
  if (kind !== 'neural' && hasQueryNetwork)
    throw contradiction(folder, 'a neural query side', `${kind}, and --query-network`);
  return kind;
}

/** The facts at the head of a README.md, where it has any. */
function readCard(folder: string): z.output<typeof cardSchema> | undefined {
  const path = join(folder, 'README.md');
  if (!existsSync(path)) return undefined;
  const matter = /^\uFEFF?---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)/s.exec(readFileSync(path, 'utf8'))?.[1];
  if (matter === undefined) return undefined;
  // A card is for people: one that says nothing usable leaves its options to be given.
  try {
    return cardSchema.safeParse(parseDocument(matter).toJS()).data;
  } catch {
    return undefined;
  }
}

function contradiction(folder: string, expected: string, found: string): SparsedgeError {
  return new SparsedgeError('bad-input', `${folder}: expected ${expected}, found ${found}`, {
    folder,
    expected,
    found,
  });
}
