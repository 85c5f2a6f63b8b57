// The card of a model that was added: what it is, where it comes from, and what eight bits cost it.

import { MOST_GRAPH_BYTES, type ModelContract, type ModelFile } from '../../../src/core/model/contract.ts';
import type { Fidelity } from './fidelity.ts';
import { FORMS } from './output-form.ts';

/** A network of a model. */
export interface AddedNetwork {
  readonly roles: readonly ('document' | 'query' | 'context')[];
  /** The file of the checkpoint, and its bytes. */
  readonly from: string;
  readonly original: number;
  readonly file: ModelFile;
  /** What its output is. */
  readonly form: string;
  /** Of one in eight bits: parameters that are, and that are not; and what that changed. */
  readonly eight?: { readonly quantized: number; readonly kept: number; readonly fidelity: Fidelity };
}

/** What there is to say of a network, line by line; the command shows the same. */
export function networkLines({ roles, original, file, form, eight }: AddedNetwork): string[] {
  const lines = [`${roles.join(' and ')} network: ${FORMS[form] ?? form}`];
  if (eight === undefined) lines.push(`${file.name}, ${file.bytes} bytes, as it was`);
  else {
    const { quantized, kept, fidelity } = eight;
    const { texts, overlap, correlation, difference, largest } = fidelity;
    lines.push(
      `${file.name}, ${file.bytes} bytes, of ${original}: ${quantized} parameters in eight bits, ${kept} in float32`,
      `against the original, over ${texts} texts: of the ten heaviest terms ${percent(overlap.mean)} are the same ` +
        `(worst text ${percent(overlap.least)}), rank correlation ${correlation.mean.toFixed(4)} ` +
        `(worst ${correlation.least.toFixed(4)}), largest difference ${difference.toFixed(4)} of weights up to ${largest.toFixed(4)}`,
    );
  }
  if (roles.includes('query') && file.bytes > MOST_GRAPH_BYTES) {
    lines.push(
      `a Worker has room for ${MOST_GRAPH_BYTES} bytes: it weighs queries on the command line alone`,
    );
  }
  return lines;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

/** What is written anew stands between these lines; the rest is its author's. */
const MARKED = /<!-- contract -->[\s\S]*<!-- \/contract -->/;

/** README.md of the model's folder. */
export function modelCard({
  contract,
  networks,
}: {
  contract: ModelContract;
  networks: readonly AddedNetwork[];
}): string {
  const { id, family, head, query, licence, trainedOn, source } = contract;
  return [
    `# ${id}`,
    '',
    '<!-- contract -->',
    '',
    '`model.json` is the contract of this model.',
    '',
    ...(family === undefined ? [] : [`- family: ${family}`]),
    `- head: \`${head}\``,
    `- queries: \`${query.kind}\``,
    `- licence: ${licence}`,
    `- trained on: ${trainedOn}`,
    `- source: ${source}`,
    ...networks.flatMap((network) => ['', ...networkLines(network).map((line) => `- ${line}`)]),
    '',
    '<!-- /contract -->',
    '',
  ].join('\n');
}

/** A card in the place of an older one, of which it keeps what the author wrote. */
export function renewedCard(before: string | undefined, card: string): string {
  return before !== undefined && MARKED.test(before)
    ? before.replace(MARKED, () => MARKED.exec(card)![0])
    : card;
}
