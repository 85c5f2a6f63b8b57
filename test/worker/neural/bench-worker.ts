// A Worker that weighs queries and does nothing else, with a model that it is given. Clocks stand still in here while
// it computes, so test/bench/suites/cost/bench-neural.ts takes the times.

import { utf8 } from '../../../src/core/format/bytes.ts';
import type { Space } from '../../../src/core/format/manifest.ts';
import type { Source } from '../../../src/core/source.ts';
import { ModelCache } from '../../../src/encode/model-cache.ts';
import { openOnnxGraph } from '../../../src/encode/onnx-network.ts';
import { wasmBytes } from '../../../src/encode/onnx-runtime.ts';
import { ResidentModel } from '../../../src/encode/resident-model.ts';
import { encodeQueryWith } from '../../../src/query/encode/query-model.ts';
import { numberedVocabulary } from '../../core/heads/numbered-vocabulary.ts';
import { modelObjects } from '../../fakes/model-objects.ts';

let published: { readonly space: Space; readonly objects: Map<string, Uint8Array> } | undefined;

/** What is read is held by its reader alone, as when it comes from storage: memory is measured. */
const source: Source = {
  async read(name) {
    const { objects } = published!;
    const bytes = objects.get(name)!;
    objects.delete(name);
    return bytes;
  },
};
const timer = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
const models = new ModelCache({ clock: Date.now, timer });
const model = new ResidentModel({ source, models, openGraph: openOnnxGraph });

/** A table of the size that OpenSearch publishes: a weight for each piece. */
function weights(vocabulary: Uint8Array): Uint8Array<ArrayBuffer> {
  const pieces = new TextDecoder().decode(vocabulary).trimEnd().split('\n');
  return utf8(JSON.stringify(Object.fromEntries(pieces.map((piece, id) => [piece, 1 + (id % 7)]))));
}

// biome-ignore lint/style/noDefaultExport: workerd looks for its handlers there.
export default {
  /**
   * PUT takes an ONNX file and a query side as path; GET weighs `q`, if given, and answers with the bytes of
   * WebAssembly memory.
   */
  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (request.method === 'PUT') {
      const kind = pathname.slice(1);
      const vocabulary = numberedVocabulary();
      const { space, objects } = await modelObjects({
        id: 'bench',
        onnx: 'query.onnx',
        graph: new Uint8Array(await request.arrayBuffer()),
        vocabulary,
        table: kind === 'table' ? weights(vocabulary) : undefined,
        // Random weights give more terms than a query may have; with this scale all of them round to nothing.
        more: {
          tokenizer: { kind: 'wordpiece', maxLength: 128 },
          query:
            kind === 'neural' ? { kind, scale: 1e-6 } : kind === 'table' ? { kind, scale: 10 } : { kind },
        },
      });
      const stored = [...objects].filter(([name]) => kind === 'neural' || !name.endsWith('.onnx'));
      published = { space, objects: new Map(stored) };
    }
    const text = searchParams.get('q');
    if (text !== null) {
      const { space } = published!;
      await model.use(space, (open) => encodeQueryWith(text, space, open));
    }
    return Response.json(wasmBytes());
  },
};
