// Passages some of which somebody has edited, removed or added: the same ones each time.

import type { EncoderInput } from '../../../build/stages/encode/encoder.ts';

/** How many documents differ. */
export interface Edits {
  readonly changed: number;
  readonly added: number;
  readonly removed: number;
}

/** Of an edited text, one sentence in so many is another one, and at least one is. */
const SENTENCES = 3;
/** What replaces sentences is taken from documents that lie this far apart. */
const DONORS = 997;

/**
 * Documents with edits. Those that are changed, and those that are removed, are spread evenly over all; in place of a
 * sentence there is one of another document. Those that are added are a document's sentences in another order and with
 * others between them.
 *
 * @param read reads the documents from the beginning
 * @param documents how many there are
 */
export async function* edited(
  read: () => AsyncIterable<EncoderInput>,
  documents: number,
  { changed, added, removed }: Edits,
): AsyncGenerator<EncoderInput> {
  const donors: string[] = [];
  let at = 0;
  for await (const { document } of read())
    if (at++ % DONORS === 0) donors.push(...sentencesOf(document.text));
  const isChanged = spread(changed, documents, 1 / 3);
  const isRemoved = spread(removed, documents, 2 / 3);
  const isCopied = spread(added, documents, 1 / 2);
  let taken = 0;
  const donor = () => donors[(taken++ * 101) % donors.length];
  const copies: EncoderInput[] = [];
  at = 0;
  for await (const input of read()) {
    const number = at++;
    const { document } = input;
    const sentences = sentencesOf(document.text);
    if (isCopied(number)) {
      const text = sentences.flatMap((sentence) => [donor(), sentence]).reverse();
      copies.push({ document: { ...document, id: `${document.id}-added`, text: text.join(' ') } });
    }
    if (isRemoved(number)) continue;
    if (!isChanged(number)) yield input;
    else {
      const text = sentences.map((sentence, i) => (i % SENTENCES === 0 ? donor() : sentence));
      yield { ...input, document: { ...document, text: text.join(' ') } };
    }
  }
  yield* copies;
}

function sentencesOf(text: string): string[] {
  return text.split(/(?<=[.!?])\s+/);
}

/** Whether a document is among so many of all. */
function spread(count: number, documents: number, offset: number): (number: number) => boolean {
  const chosen = new Set(
    Array.from({ length: count }, (_, i) => Math.floor(((i + offset) * documents) / count)),
  );
  return (number) => chosen.has(number);
}
