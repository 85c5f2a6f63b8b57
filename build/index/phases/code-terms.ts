// The phase that works on terms: the lists of all windows are merged and coded, a range of terms a unit. In memory is
// one list.

import { SparsedgeError } from '../../../src/core/errors.ts';
import { compareBytes } from '../../../src/core/format/bytes.ts';
import { FIELD_SPACE, ID_SPACE } from '../../../src/core/format/manifest.ts';
import { type AnySpace, spillsOf, wholeOf } from '../../stages/invert/slices.ts';
import { mergeSpills, type TermValues } from '../../stages/invert/spills.ts';
import type { Spool } from '../../stages/invert/spool.ts';
import type { IndexPlan } from '../../stages/shard/index-plan.ts';
import type { Layout } from '../../stages/shard/page-sizes.ts';
import { type CodedRange, codeRange } from '../../stages/shard/terms/code-range.ts';
import { TermCoder } from '../../stages/shard/terms/term-coder.ts';
import { cutRanges } from '../../stages/shard/terms/term-ranges.ts';
import { type CodedWords, writeWords } from '../../stages/words/write-words.ts';
import type { Units } from './units.ts';
import { type Collection, listFiles, type QuantizedWindow } from './windows.ts';

/** Postings of a range of terms, for each document that a window may have: some twenty seconds' work in all. */
const RANGE_SHARE = 32;

/** The ranges of ids, of values of fields and of each space, coded. */
export interface CodedTerms {
  readonly ids: readonly CodedRange[];
  readonly fields: readonly CodedRange[];
  readonly spaces: readonly (readonly CodedRange[])[];
}

/** Codes all terms. */
export async function codeTerms(
  { plan, spools, windowStart, startProgress }: Collection,
  windows: readonly QuantizedWindow[],
  layout: Layout,
  units: Units,
): Promise<CodedTerms> {
  const spaces: AnySpace[] = ['ids', 'fields', ...plan.spaces.keys()];
  const tasks = spaces.flatMap((space) => {
    const lists = listFiles(windows, space);
    return cutRanges(lists, plan.windowDocuments * RANGE_SHARE).map((range) => ({ space, lists, range }));
  });
  const coded = await units.all('shard', tasks.length, (task, folder) => {
    const { space, lists, range } = tasks[task];
    const name = nameOf(space, plan);
    const coder = new TermCoder(windowStart, layout, plan.base?.table.spaces.get(name));
    if (space === 'ids')
      return codeRange(lists, range, { coder, folder, check: (term) => mustBeUnique(term, spools) });
    if (space === 'fields') return codeRange(lists, range, { coder, folder, check: () => {} });
    const progress = startProgress(`writing ${name}`, 'postings');
    let postings = 0;
    const check = ({ count }: TermValues) => {
      postings += count;
      progress.at(postings);
    };
    const result = codeRange(lists, range, { coder, folder, check });
    progress.end();
    return result;
  });
  const of = (space: AnySpace) => coded.filter((_, task) => tasks[task].space === space);
  return { ids: of('ids'), fields: of('fields'), spaces: plan.spaces.map((_, space) => of(space)) };
}

function nameOf(space: AnySpace, { spaces }: IndexPlan): string {
  if (space === 'ids') return ID_SPACE;
  return space === 'fields' ? FIELD_SPACE : spaces[space].name;
}

/** Codes the words of all documents, by one: they are few. */
export async function codeWords(spools: readonly Spool[], units: Units): Promise<CodedWords | undefined> {
  if (spools.every(({ wordSpills }) => wordSpills === undefined)) return undefined;
  const [coded] = await units.all('words', 1, (_, folder) => writeWords(spools, folder));
  return coded;
}

/** @throws SparsedgeError `bad-input` for an id that several documents have */
function mustBeUnique({ key, count }: TermValues, spools: readonly Spool[]): void {
  if (count === 1) return;
  const [first, second] = holdersOf(key, spools);
  const id = Buffer.from(key).toString();
  throw new SparsedgeError(
    'bad-input',
    `${count} documents have the id ${JSON.stringify(id)}: the input's documents number ${first + 1} and ` +
      `${second + 1} are two of them; ids must be unique`,
    { id, repeatedId: id },
  );
}

/** The numbers of the documents of an id, as they were read. */
function holdersOf(id: Uint8Array, spools: readonly Spool[]): number[] {
  for (const { key, documents, count } of mergeSpills(spillsOf(wholeOf(spools), 'ids')))
    if (compareBytes(key, id) === 0) return [...documents.subarray(0, count)];
  return [];
}
