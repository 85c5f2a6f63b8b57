// The part of expanding that is the same wherever the model runs: a document becomes the text of a prompt, answers
// become queries, and a document of which nothing comes is asked about again before it is listed with the reason.

import type { Document } from '../../../../src/core/document.ts';
import { type Answer, type Discarded, parseAnswers, silenceOf } from './answers/parse.ts';
import { addUsage, type Failure, NO_USAGE, type Prediction, type Usage } from './expander.ts';
import { documentText, type Preset } from './prompt.ts';

/** What a model said, or why it said nothing. */
export interface Asked {
  readonly answers: readonly Answer[];
  readonly usage: Usage;
  readonly failure?: Failure;
}

/** Asks about a document's text, for as many answers as the preset wants. */
export type Ask = (text: string, attempt: number) => Promise<Asked>;

/** Answers without a single query are paid for, so they are tried less often than calls that fail. */
const USELESS_ATTEMPTS = 3;

/** What of an expander's key its preset is. */
export function presetKey(preset: Preset): readonly unknown[] {
  return [preset, preset.prompt('', preset.perAnswer)];
}

/** Predicts a document's queries. */
export async function askAbout(
  document: Document,
  preset: Preset,
  ask: Ask,
  attempts = USELESS_ATTEMPTS,
): Promise<Prediction> {
  const text = documentText(document, preset.documentCharacters);
  if (!/[\p{L}\p{N}]/u.test(text)) return failed('the document has no words');
  let usage = NO_USAGE;
  let discarded: Discarded = {};
  let silence: string | undefined;
  for (let attempt = 1; attempt <= Math.min(attempts, USELESS_ATTEMPTS); attempt++) {
    const asked = await ask(text, attempt);
    usage = addUsage(usage, asked.usage);
    if (asked.failure) return { queries: [], discarded, usage, failure: asked.failure };
    const { perAnswer, queries: most } = preset;
    const parsed = parseAnswers(asked.answers, text, { perAnswer, most });
    discarded = addDiscarded(discarded, parsed.discarded);
    silence = silenceOf(asked.answers, preset.sampling.maxTokens);
    if (parsed.queries.length > 0) return { queries: parsed.queries, discarded, usage };
  }
  const reasons = silence ?? Object.keys(discarded).join(', ');
  return { ...failed(`no query in any answer: ${reasons}`), discarded, usage };
}

function failed(reason: string): Prediction {
  return { queries: [], discarded: {}, usage: NO_USAGE, failure: { reason, ofServer: false } };
}

function addDiscarded(a: Discarded, b: Discarded): Discarded {
  const sum: Record<string, number> = { ...a };
  for (const [reason, count] of Object.entries(b)) sum[reason] = (sum[reason] ?? 0) + count;
  return sum;
}
