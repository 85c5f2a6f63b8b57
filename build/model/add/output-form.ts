// What a network's output is, seen from what it gives for an empty text.

import { SparsedgeError } from '../../../src/core/errors.ts';
import { padWindows, type Vocabulary } from '../../../src/core/heads/batch.ts';
import { outputRows } from '../../../src/core/heads/outputs/output.ts';
import type { ModelFile } from '../../../src/core/model/contract.ts';
import { cutWindows } from '../../../src/core/tokens/tokens.ts';
import type { ModelFolder } from '../model-folder.ts';
import { openGraph } from '../session.ts';

/** @throws SparsedgeError `bad-input` for an output that the model's head cannot use */
export async function outputForm(
  folder: ModelFolder,
  file: ModelFile,
  { pieces }: Pick<Vocabulary, 'pieces'>,
): Promise<string> {
  const { contract } = folder;
  const windows = cutWindows(pieces.tokenize(''), pieces, contract.tokenizer.maxLength, 'truncate');
  // Padded, so that a vocabulary is never mistaken for as many tokens.
  const tokens = Math.min(contract.tokenizer.maxLength, 16);
  const { run, mostTokens = contract.tokenizer.maxLength } = await openGraph(folder, file);
  if (mostTokens < contract.tokenizer.maxLength) {
    throw new SparsedgeError(
      'bad-input',
      `${file.name}: expected a network for ${contract.tokenizer.maxLength} tokens, found one for ${mostTokens}: ` +
        `say --max-length ${mostTokens}`,
      { file: file.name, expected: contract.tokenizer.maxLength, found: mostTokens, option: '--max-length' },
    );
  }
  const { values } = await run(padWindows(windows, tokens, pieces));
  const shape = { lengths: windows.map(({ ids }) => ids.length), tokens, pieces: pieces.pieces.length };
  return outputRows(values, contract, shape)[0].form;
}

/** For people. */
export const FORMS: Readonly<Record<string, string>> = {
  pooled: 'pooled: the network pools over tokens and activates, nothing is done here',
  logits: 'logits of each token: pooled and activated here',
  'token-scalar': 'a number for each token: activated here',
};
