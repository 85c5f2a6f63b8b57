// A question without its operators. What reads them comes with the first question that may have some.

import type { AnalyzerName } from '../../core/analyzer/analysis.ts';
import type { Manifest } from '../../core/format/manifest.ts';
import type { Conditions } from './conditions.ts';

/** No operator is without one of these: most questions need not be taken apart. */
const SIGN_OF_OPERATORS = /["\u201C\u201E:-]/;

/** Takes operators out of the text, where they are to be read. */
export async function takenApart<
  Q extends {
    readonly text: string;
    readonly operators?: boolean | undefined;
    readonly spaces: readonly { readonly space: { readonly analyzer: AnalyzerName } }[];
  },
>(question: Q, { fields = [] }: Manifest): Promise<Q & { readonly conditions: Conditions | undefined }> {
  if (!question.operators || !SIGN_OF_OPERATORS.test(question.text))
    return { ...question, conditions: undefined };
  const [{ readQuestion }, { conditionsOf }] = await Promise.all([
    import('./operators.ts'),
    import('./conditions.ts'),
  ]);
  const { text, operators } = readQuestion(question.text, new Set(fields.map(({ name }) => name)));
  const [{ space }] = question.spaces;
  return { ...question, text, conditions: conditionsOf(operators, space.analyzer) };
}
