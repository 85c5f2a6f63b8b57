// A cross-encoder that lies beside the index, as the reranker of an isolate. Its folder's name has its hash, as that of
// every model beside an index, so one name never means two models.

import { SparsedgeError } from '../core/errors.ts';
import { MOST_GRAPH_BYTES } from '../core/model/contract.ts';
import { type CrossEncoderContract, parseCrossEncoder } from '../core/model/cross-encoder.ts';
import { MODEL_JSON } from '../core/model/model-name.ts';
import type { Source } from '../core/source.ts';
import { readWordPieces } from '../core/tokens/wordpiece.ts';
import { type CrossEncoder, scorePairs } from '../query/rerank/cross-encoder-reranker.ts';
import type { Reranker } from '../query/rerank/rerank.ts';
import type { ModelCache, UnopenedModel } from './model-cache.ts';
import type { OpenGraph } from './resident-model.ts';
import { readIn, readModelFile, sha256 } from './stored-model.ts';

export interface ResidentRerankerOptions {
  /** Its folder below `models/`: id, dash, and the first 12 digits of its hash. */
  readonly name: string;
  readonly source: Source;
  readonly models: ModelCache;
  readonly openGraph: OpenGraph;
}

/** The reranker of that name; it is opened by the first request that needs it. */
export function residentReranker(options: ResidentRerankerOptions): Reranker {
  const { name, models } = options;
  return {
    model: name,
    score: (question, texts) =>
      models.use(
        `models/${name}/`,
        () => readCrossEncoder(options),
        (encoder) => scorePairs(question, texts, encoder),
      ),
  };
}

async function readCrossEncoder({
  name,
  source,
  openGraph,
}: ResidentRerankerOptions): Promise<UnopenedModel<CrossEncoder>> {
  const place = `models/${name}/`;
  const contract = await readContract(source, name, place);
  const { files, id, output } = contract;
  const { bytes } = files.network;
  if (bytes > MOST_GRAPH_BYTES) {
    throw new SparsedgeError(
      'bad-input',
      `the reranker ${id}: its network has ${bytes} bytes, and a Worker has room for ${MOST_GRAPH_BYTES}`,
      { model: id },
    );
  }
  const [tokenizer, onnx] = await Promise.all([
    readModelFile(source, place, files.tokenizer),
    readModelFile(source, place, files.network),
  ]);
  const pieces = readWordPieces(tokenizer, files.tokenizer.name);
  return {
    bytes: onnx.length,
    open: async () => {
      // No function made here may be kept: it would keep the file, too.
      const { run, release } = await openGraph(onnx, {
        id,
        outputs: { values: output },
        files: { query: files.network },
      });
      return { value: { contract, pieces, run }, release };
    },
  };
}

/** @throws SparsedgeError `model-mismatch` when none lies there, or another than its name says */
async function readContract(source: Source, name: string, place: string): Promise<CrossEncoderContract> {
  const where = `${place}${MODEL_JSON}`;
  const contract = await readIn(source, where, async (bytes) => {
    const read = parseCrossEncoder(bytes, where);
    const found = `${read.id}-${(await sha256(bytes)).slice(0, 12)}`;
    if (found !== name) throw absent(found);
    return read;
  });
  if (!contract) throw absent('');
  return contract;

  function absent(found: string): SparsedgeError {
    return new SparsedgeError(
      'model-mismatch',
      `the reranker ${name} is to lie in ${place}; there is ${found || 'none'}`,
      { expected: name, found },
    );
  }
}
