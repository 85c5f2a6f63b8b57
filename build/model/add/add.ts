// A downloaded checkpoint → a model's folder, which was found to weigh texts as the checkpoint does.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Head, VOCABULARY } from '../../../src/core/model/contract.ts';
import type { WordPieces } from '../../../src/core/tokens/wordpiece.ts';
import { readTable } from '../../../src/query/encode/query-model.ts';
import { findGraph, type Layout, readLayout } from './checkpoint/checkpoint-layout.ts';
import { describe } from './checkpoint/facts.ts';
import { mustBeUncased, mustCutTheSame, readTokenizer } from './checkpoint/find-tokenizer.ts';
import { mustBePieces, readStaticTable, tableById } from './checkpoint/query-table.ts';
import { makeFolder } from './new-folder.ts';
import { scaleOf } from './query-scale.ts';
import { type Added, type Addition, ModelWriter, type Parts, readBytes } from './write-model.ts';

/**
 * Adds a model.
 *
 * @throws SparsedgeError `bad-input` for a checkpoint that is not whole, not understood, or not the same in eight bits
 */
export async function addModel(addition: Addition): Promise<Added> {
  return makeFolder(addition.out, (path) => new ModelWriter(path, readParts(addition), addition).write());
}

function readParts({ folder, files, stated }: Addition): Parts {
  const layout = readLayout(folder);
  const tokenizer = readTokenizer(tokenizerFolder(layout.document.folder, folder));
  const { pieces, maxLength, facts: cutting } = tokenizer;
  const queryFolder = queryNetworkOf(layout, files.queryNetwork);
  const others = [queryFolder, layout.query?.folder].filter((each) => each !== undefined);
  const queryTokenizers = others.map((other) => {
    const read = readTokenizer(tokenizerFolder(other, folder));
    mustCutTheSame(tokenizer, read, layout.document.folder, other);
    return read;
  });
  const table = readTableOf(folder, layout, files.table, pieces, stated.head);
  const hasTable = table !== undefined;
  const hasQueryNetwork = queryFolder !== undefined;
  const { lowercase } = cutting;
  const queryMaxLength = queryTokenizers[0]?.maxLength;
  const facts = describe(
    {
      folder,
      layout,
      hasTable,
      hasQueryNetwork,
      pieces: pieces.pieces.length,
      maxLength,
      queryMaxLength,
      lowercase,
    },
    stated,
  );
  if (VOCABULARY[facts.head] === 'whole-word') mustBeUncased(tokenizer, facts.head, layout.document.folder);
  return {
    facts,
    pieces,
    cutting,
    table: facts.query === 'table' ? table : undefined,
    document: findGraph(layout.document.folder, filesBelow(layout.document.folder), files.graph),
    query: queryFolder === undefined ? undefined : findGraph(queryFolder, filesBelow(queryFolder)),
  };
}

/** A module of a SparseEncoder need not repeat the tokenizer of its folder. */
function tokenizerFolder(part: string, folder: string): string {
  const has = ['tokenizer.json', 'vocab.txt'].some((name) => existsSync(join(part, name)));
  return has ? part : folder;
}

/** The folder of the query's own network, where it has one. */
function queryNetworkOf({ document, query }: Layout, given: string | undefined): string | undefined {
  const shown = query?.kind === 'neural' && query.folder !== document.folder ? query.folder : undefined;
  return given ?? shown;
}

function readTableOf(
  folder: string,
  { query }: Layout,
  given: string | undefined,
  pieces: WordPieces,
  head: Head | undefined,
): Parts['table'] {
  const usual = join(folder, 'idf.json');
  const path = given ?? (query === undefined && existsSync(usual) ? usual : undefined);
  if (path === undefined && query?.kind !== 'table') return undefined;
  const where = path ?? query!.folder;
  const bytes =
    path === undefined ? readStaticTable(where, pieces) : tableById(readBytes(path), path, pieces);
  const table = readTable(bytes, where);
  // Terms that are whole words may be others than pieces.
  if (head === undefined || VOCABULARY[head] !== 'whole-word') mustBePieces(table, where, pieces);
  return { bytes, scale: scaleOf([table], where) };
}

/** Files of a folder and of the ones in it, by their path from it. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return [entry.name];
    // Modules of a SparseEncoder are numbered, and are networks of their own.
    if (/_\d+_/.test(entry.name)) return [];
    return readdirSync(join(folder, entry.name)).map((name) => `${entry.name}/${name}`);
  });
}
