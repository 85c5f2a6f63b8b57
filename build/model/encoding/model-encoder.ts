// The encoder that a model is: what its texts are, where they are encoded, and how what comes of them is weighed.

import { searchableText } from '../../../src/core/document.ts';
import type { Space } from '../../../src/core/format/manifest.ts';
import { analyzerOf, type ModelContract } from '../../../src/core/model/contract.ts';
import { lengthBy } from '../../stages/encode/beside.ts';
import type { DocumentEncoder } from '../../stages/encode/encoder.ts';
import { weighingBursts, weighingPhrases } from '../../stages/weighting/bm25.ts';
import { given, type Weighting } from '../../stages/weighting/weighting.ts';
import type { ModelFolder } from '../model-folder.ts';
import type { Device } from '../session.ts';
import { sharedEncoding } from './shared-encoding.ts';

/** Where a model's network runs. */
export interface Place {
  readonly device?: Device | undefined;
  /** On how many threads, once there are many documents; on this one unless given. */
  readonly threads?: number | undefined;
}

/**
 * The encoder that a model is. Its files are read when the first documents come.
 *
 * @param frequencies weighs what a model predicts that predicts term frequencies
 */
export function modelEncoder(
  folder: ModelFolder,
  frequencies: Weighting,
  { device = 'cpu', threads = 1 }: Place = {},
): DocumentEncoder {
  const { contract, name } = folder;
  const { head } = contract;
  const hasNetwork = contract.files.document !== undefined;
  const encoding = sharedEncoding({ folder, role: 'document', device }, hasNetwork ? threads : 1);
  return {
    id: head,
    analyzer: analyzerOf(contract),
    query: queryOf(contract),
    weighting: weightingOf(contract, frequencies),
    model: name,
    network: hasNetwork,
    // tf′ says how much a word's occurrences count, and not how many words there are to say it.
    lengthOf: head === 'residual' ? lengthBy(analyzerOf(contract)) : undefined,
    encode: (documents) =>
      encoding.encode(
        documents.map(({ document }) => ({
          text: searchableText(document),
          isRead: canRead(contract, document.language),
        })),
      ),
    close: () => encoding.close(),
  };
}

/** Whole words that weigh 1 or are counted need no model: the analyzer gives the same ones, though no phrases. */
function queryOf({ vocabulary, query, phrases }: ModelContract): Space['query'] {
  if (query.kind === 'neural') return 'neural';
  return vocabulary === 'whole-word' && !phrases && query.kind !== 'table' ? query.kind : 'tokenizer';
}

function weightingOf({ head, bm25, phrases }: ModelContract, frequencies: Weighting): Weighting {
  if (head !== 'deepct' && head !== 'residual') return given;
  const words = bm25?.burstiness ? weighingBursts(frequencies) : frequencies;
  return phrases ? weighingPhrases(words, phrases.weight) : words;
}

/** Models of English stems know nothing of other languages: their gates would be those of other words. */
function canRead({ tokenizer }: ModelContract, language: string | undefined): boolean {
  return tokenizer.kind !== 'stems' || language === undefined || language === 'en';
}
