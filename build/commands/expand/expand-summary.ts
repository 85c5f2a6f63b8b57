// Summaries of an expansion for people and for programs: what it made and cost, and what a sample says of the whole.

import type { DiscardReason } from '../../stages/expand/predict/answers/parse.ts';
import type { ExpandRun } from '../../stages/expand/predict/expand-corpus.ts';
import { costOf, money, type Prices } from '../../stages/expand/predict/money.ts';
import { count, counted, duration } from '../../terminal/layout.ts';

/** What all runs of a job made. Tokens, time and cost include what was asked with other options. */
export interface ExpandTotals {
  /** Documents that are expanded or failed. */
  readonly documents: number;
  readonly expanded: number;
  readonly queries: number;
  /** Documents without queries, by reason. */
  readonly failed: Readonly<Record<string, number>>;
  /** Lines of answers, by reason. */
  readonly discarded: Partial<Record<DiscardReason, number>>;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** The server does not count tokens; these are characters divided by four. */
  readonly tokensEstimated: boolean;
  readonly seconds: number;
  readonly cost: number;
}

/** Adds up what is in a job's journal. */
export function expandTotals({ journal, predictions }: ExpandRun, prices: Prices): ExpandTotals {
  const failed: Record<string, number> = {};
  const discarded: Partial<Record<DiscardReason, number>> = {};
  let [documents, expanded, queries] = [0, 0, 0];
  for (const prediction of predictions()) {
    documents++;
    queries += prediction.queries.length;
    if (prediction.failure) failed[prediction.failure.reason] = (failed[prediction.failure.reason] ?? 0) + 1;
    else expanded++;
    for (const [reason, lines] of Object.entries(prediction.discarded) as [DiscardReason, number][])
      discarded[reason] = (discarded[reason] ?? 0) + lines;
  }
  const { usage, seconds } = journal;
  return {
    documents,
    expanded,
    queries,
    failed,
    discarded,
    inputTokens: usage.input,
    outputTokens: usage.output,
    tokensEstimated: usage.estimated ?? false,
    seconds,
    cost: costOf(usage, seconds, prices),
  };
}

/** Reasons that are shown to people; the file has them all. */
const REASONS_SHOWN = 5;

/** The totals as lines for people. */
export function expandLines(totals: ExpandTotals, priced: boolean): string[] {
  const { documents, expanded, queries, inputTokens, outputTokens, seconds, cost } = totals;
  const lines = [
    `${counted(expanded, 'document')} of ${count(documents)} expanded, with ${counted(queries, 'query')}.`,
  ];
  const failed = Object.entries(totals.failed).sort(([, a], [, b]) => b - a);
  if (failed.length > 0) {
    lines.push('Not expanded, each with its reason in the file:');
    for (const [reason, number] of failed.slice(0, REASONS_SHOWN))
      lines.push(`  ${count(number)}: ${reason}`);
    const more = failed.slice(REASONS_SHOWN).reduce((sum, [, number]) => sum + number, 0);
    if (more > 0) lines.push(`  ${count(more)}: other reasons`);
  }
  const discarded = Object.entries(totals.discarded).map(([reason, number]) => `${count(number)} ${reason}`);
  if (discarded.length > 0) lines.push(`Lines of answers that were discarded: ${discarded.join(', ')}.`);
  const counting = totals.tokensEstimated ? 'about ' : '';
  const price = priced ? `, ${money(cost)} at these prices` : '';
  lines.push(
    `All runs together: ${counting}${count(inputTokens)} tokens read and ` +
      `${counting}${count(outputTokens)} written in ${duration(seconds)}${price}.`,
  );
  return lines;
}

/** What all documents would take, by a sample. */
export interface Estimate {
  readonly documents: number;
  readonly sample: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** What it would take at the sample's rate, which began with few calls at once. */
  readonly seconds: number;
  readonly cost: number;
  /** The true cost is no further from `cost` in 19 of 20 samples. */
  readonly costMargin: number;
}

/** Half of a 95% interval, in standard errors. */
const NORMAL_95 = 1.96;

/** Prices the whole part by what the journal has of it, asked in the same way. */
export function estimateOf({ predictions, ofPart }: ExpandRun, prices: Prices): Estimate {
  let [sample, milliseconds, input, output, squares] = [0, 0, 0, 0, 0];
  for (const { usage, milliseconds: each } of predictions()) {
    sample++;
    milliseconds += each;
    input += usage.input;
    output += usage.output;
    squares += costOf(usage, 0, prices) ** 2;
  }
  const scale = ofPart / sample;
  const mean = costOf({ input, output }, 0, prices) / sample;
  const variance = Math.max(0, squares / sample - mean ** 2) * (sample / Math.max(1, sample - 1));
  // What is in the sample is known, so a sample of everything leaves no doubt.
  const margin = NORMAL_95 * ofPart * Math.sqrt((variance / sample) * (1 - sample / ofPart));
  const usage = { input: Math.round(input * scale), output: Math.round(output * scale) };
  const seconds = (milliseconds / 1000) * scale;
  return {
    documents: ofPart,
    sample,
    inputTokens: usage.input,
    outputTokens: usage.output,
    seconds,
    cost: costOf(usage, seconds, prices),
    costMargin: margin,
  };
}

/** The estimate as lines for people. */
export function estimateLines(estimate: Estimate, priced: boolean): string[] {
  const { documents, sample, inputTokens, outputTokens, seconds, cost, costMargin } = estimate;
  const lines = [
    `All ${counted(documents, 'document')}, by ${count(sample)} of them: about ${count(inputTokens)} ` +
      `tokens read and ` +
      `${count(outputTokens)} written; ${duration(seconds)} at the sample's pace, which is that of a start.`,
  ];
  if (priced) lines.push(`Cost: ${money(cost)}, give or take ${money(costMargin)} for the tokens.`);
  lines.push('The sample is kept: a run with the same options goes on from it. Of the sample:');
  return lines;
}
