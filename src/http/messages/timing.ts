// What an answer says of itself to whoever looks for slow ones.

/** What an answer says of its cost, as far as it is told. */
interface Spent {
  readonly milliseconds: number;
  readonly reads: number;
  readonly rounds: number;
  readonly bytes: number;
}

/** The header Server-Timing of an answer that says what it cost; none of another. */
export function timingOf(answer: { readonly cost?: Spent } | object): Record<string, string> {
  if (!('cost' in answer) || !answer.cost) return {};
  const { milliseconds, reads, rounds, bytes } = answer.cost;
  const storage = `storage;desc="${reads} reads in ${rounds} rounds, ${bytes} bytes"`;
  return { 'Server-Timing': `total;dur=${milliseconds}, ${storage}` };
}
