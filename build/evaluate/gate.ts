// A gate: a site's own questions with the pages that answer them. A build whose answers have become worse does not
// pass.

import * as z from 'zod';
import type { OpenIndex } from '../../src/query/search/open.ts';
import { MAX_K } from '../../src/query/search/search.ts';
import { openFolder } from '../index/open-folder.ts';
import { documentsOf, namesOf } from '../inspect/named-documents.ts';
import { type AskOptions, openAsk } from '../local/ask-folder.ts';
import { readExpansions } from '../stages/expand/expansion-file.ts';
import type { StartProgress } from '../terminal/progress.ts';

/** How far down a page is looked for to say where it is, though that is too far. */
const LOOKED_AT = 100;

const place = z.int().min(1).max(MAX_K);
const name = z.string().min(1);

/** The form of a file of questions. */
export const gateSchema = z.strictObject(
  {
    /** Among how many hits an answer must be. */
    among: place.default(3),
    /** The share of questions that must be answered. */
    share: z.number().gt(0).max(1).default(1),
    questions: z
      .array(
        z.strictObject({
          question: name,
          /** Ids, URLs or their paths; one of them among the hits is enough. */
          pages: z.union([name.transform((page) => [page]), z.array(name).min(1)], {
            error: 'expected the id, URL or path of a page, or a list of them',
          }),
          among: place.optional(),
          /** Whether nothing passes without it, whatever the share. */
          must: z.boolean().default(false),
        }),
      )
      .min(1),
  },
  { error: ({ code }) => (code === 'invalid_type' ? 'expected questions, each with its pages' : undefined) },
);
export type Gate = z.output<typeof gateSchema>;
type GateQuestion = Gate['questions'][number];

/** Where a question's pages are. */
export interface Judged extends Pick<GateQuestion, 'question' | 'pages' | 'must'> {
  readonly among: number;
  /** The place of the first of them among the hits, from 1; nothing where none is. */
  readonly place: number | undefined;
  readonly isAnswered: boolean;
  /** The first hit. */
  readonly first: string | undefined;
}

/** What a gate found. */
export interface Gated {
  readonly folder: string;
  readonly build: string;
  readonly passes: boolean;
  /** The share of questions that must be answered. */
  readonly share: number;
  readonly answered: number;
  readonly questions: readonly Judged[];
  /** Pages of questions without an answer that the index does not have. */
  readonly missing: readonly string[];
}

/** The queries that a model predicted for documents, as questions of a gate. */
export async function gateOfExpansions(path: string, options: Omit<Gate, 'questions'>): Promise<Gate> {
  const questions: GateQuestion[] = [];
  for await (const { id, queries } of readExpansions(path))
    questions.push(...queries.map((question) => ({ question, pages: [id], must: false })));
  return { ...options, questions };
}

/**
 * Asks an index a gate's questions.
 *
 * @throws SparsedgeError what opening the index and searching it throw
 */
export async function passGate(
  folder: string,
  gate: Gate,
  options: AskOptions,
  startProgress: StartProgress,
): Promise<Gated> {
  const index = await openFolder(folder);
  const ask = await openAsk({ folder, index, clock: () => performance.now() }, options);
  const progress = startProgress('asking', 'questions');
  const questions: Judged[] = [];
  for (const { question, pages, must, among = gate.among } of gate.questions) {
    const k = Math.max(among, LOOKED_AT);
    const { hits } = await ask({
      text: question,
      k,
      documents: true,
      operators: true,
      spelling: true,
      budget: {},
    });
    // A page is answered by any of its sections; one of them, by a page that shows it.
    const named = hits.map(({ shown, sections = [] }) =>
      [shown, ...sections.map((section) => section.shown)].flatMap((each) =>
        each ? [...namesOf(each)] : [],
      ),
    );
    const at = named.findIndex((names) => names.some((each) => pages.includes(each)));
    const found = at < 0 ? undefined : at + 1;
    questions.push({
      question,
      pages,
      must,
      among,
      place: found,
      isAnswered: found !== undefined && found <= among,
      first: hits[0]?.shown?.id,
    });
    progress.at(questions.length, gate.questions.length);
  }
  progress.end();
  const answered = questions.filter(({ isAnswered }) => isAnswered).length;
  return {
    folder,
    build: index.manifest.build,
    // Of whole questions, so that 9 of 10 are nine tenths.
    passes:
      answered >= Math.ceil(gate.share * questions.length - 1e-9) &&
      questions.every(({ isAnswered, must }) => isAnswered || !must),
    share: gate.share,
    answered,
    questions,
    missing: await missingOf(questions, index),
  };
}

async function missingOf(questions: readonly Judged[], index: OpenIndex): Promise<string[]> {
  const missing = new Set(questions.flatMap(({ place, pages }) => (place === undefined ? pages : [])));
  if (missing.size === 0) return [];
  for await (const { document } of documentsOf(index))
    for (const each of namesOf(document)) missing.delete(each);
  return [...missing];
}
