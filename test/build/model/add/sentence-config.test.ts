// What sentence-transformers says of lengths and routes, where the numbers of terms that are expected are those of its
// version 6.2.0; and tables of weights of any size.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { add, ask, copyOf, encode } from './checkpoints.ts';

const SEA = 'the moon pulls the sea';
const LONG =
  'the old lighthouse keeper lit the lamp above the sea and waited for the river to rise while bread was baking in ' +
  'the stone oven near the iron gate of the garden';
const TABLE = 'query_0_SparseStaticEmbedding';

function change(folder: string, name: string, more: object): void {
  const path = join(folder, name);
  const before = JSON.parse(readFileSync(path, 'utf8')) as object;
  writeFileSync(path, JSON.stringify({ ...before, ...more }));
}

/** How many terms documents and queries have, each text cut to what is read of it. */
async function sizesOf(folder: string, texts: readonly string[]): Promise<[number, number][]> {
  const { path } = await add(folder, { stated: { longDocuments: 'truncate' } as never, quantize: false });
  const documents = await encode(path, texts);
  const sizes: [number, number][] = [];
  for (const [i, { size }] of documents.entries()) {
    const asked = (await ask(path, texts[i]!)).filter(([, weight]) => weight > 0);
    sizes.push([size, asked.length]);
  }
  return sizes;
}

describe('lengths', () => {
  test.each([
    [{ max_seq_length: 8 }, {}, [203, 203]],
    [{ max_seq_length: 8, query_length: 6 }, {}, [203, 166]],
    [{ max_seq_length: 8, document_length: 6 }, {}, [166, 203]],
    [{ max_seq_length: 20, query_length: 4, document_length: 10 }, {}, [232, 127]],
    [{ max_seq_length: 8, document_length: 40 }, {}, [281, 203]],
    [{ max_seq_length: 8, processing_kwargs: { text: {} }, query_expansion: null }, {}, [203, 203]],
    [{ max_seq_length: null }, { model_max_length: 8 }, [203, 203]],
    [{ max_seq_length: null }, { model_max_length: 4096 }, [295, 295]],
    [{ max_seq_length: null }, { model_max_length: null }, [295, 295]],
  ])('of %j and a tokenizer of %j', async (own, tokenizer, expected) => {
    const folder = copyOf('sparse-encoder');
    change(folder, 'sentence_bert_config.json', own);
    change(folder, 'tokenizer_config.json', tokenizer);
    expect(await sizesOf(folder, [LONG])).toEqual([expected]);
  });

  test("a table's tokenizer cuts queries, without special pieces", async () => {
    const folder = copyOf('router-table');
    change(folder, `${TABLE}/tokenizer_config.json`, { model_max_length: 4 });
    expect((await sizesOf(folder, [SEA, 'moon', LONG])).map(([, query]) => query)).toEqual([3, 1, 4]);
  });

  test.each([
    [
      { processing_kwargs: { text: { max_length: 6 } } },
      /no processing_kwargs, found {"text":{"max_length":6}}$/,
    ],
    [{ query_expansion: { length: 32 } }, /no query_expansion, found/],
  ])('%j is refused', async (config, message) => {
    const folder = copyOf('sparse-encoder');
    change(folder, 'sentence_bert_config.json', config);
    await expect(add(folder, { quantize: false })).rejects.toThrow(message);
  });
});

test.each([
  [
    { pooling_strategy: 'sum' },
    /model\.onnx: expected a graph that pools by the sum, as the head splade-sum, found ReduceMax$/,
  ],
  [
    { activation_function: 'log1p_relu' },
    /expected 2 Log in the graph, as log1p-log1p-relu has it, found 1$/,
  ],
])('a graph that pools otherwise than its checkpoint says (%j) is refused', async (pooling, message) => {
  const folder = copyOf('sparse-encoder');
  change(folder, '1_SpladePooling/config.json', pooling);
  await expect(add(folder, { quantize: false })).rejects.toThrow(message);
});

describe('routes', () => {
  const mapped = (mappings: object) => {
    const folder = copyOf('router-table');
    change(folder, 'router_config.json', { parameters: { route_mappings: mappings } });
    return folder;
  };

  test.each([
    [{ "('query', 'text')": 'document' }, 157],
    [{ "(None, 'text')": 'document' }, 157],
    [{ "(None, 'text')": 'document', "('query', None)": 'query' }, 4],
    [{ "(None, 'image')": 'document' }, 4],
    [{}, 4],
  ])('of queries under %j', async (mappings, terms) => {
    expect(await sizesOf(mapped(mappings), [SEA])).toEqual([[157, terms]]);
  });

  test.each([
    [
      { "('document', 'text')": 'query' },
      /modules MLMTransformer and SpladePooling, found SparseStaticEmbedding$/,
    ],
    [
      { "('query', 'text')": 'other' },
      /router_config\.json: expected the route of other, found query, document$/,
    ],
  ])('%j is refused', async (mappings, message) => {
    await expect(add(mapped(mappings), { quantize: false })).rejects.toThrow(message);
  });

  test('a table whose weights are elsewhere is refused, unless it is given', async () => {
    const folder = copyOf('router-table');
    writeFileSync(join(folder, TABLE, 'config.json'), JSON.stringify({ frozen: true, path: 'idf.json' }));
    await expect(add(folder, { quantize: false })).rejects.toThrow(/"path" idf\.json: say where .* --table$/);
    const table = join(folder, 'idf.json');
    writeFileSync(table, JSON.stringify({ moon: 2.5 }));
    const { path } = await add(folder, { quantize: false, files: { table } });
    expect((await ask(path, SEA)).filter(([, weight]) => weight > 0)).toEqual([['moon', 2.5]]);
  });
});

describe('the weights of a table', () => {
  const withTable = (table: object) => {
    const folder = copyOf('masked-bert');
    writeFileSync(join(folder, 'idf.json'), JSON.stringify(table));
    return add(folder, { stated: { head: 'splade-doc', query: 'table' } as never, quantize: false });
  };

  test.each([
    [{ moon: 0.005, the: 0.0003 }, 10_000],
    [{ moon: 0.3, the: 0.01 }, 1000],
    [{ moon: 0.5, the: 0.1 }, 100],
    [{ moon: 3, the: 2e7 }, 100],
  ])('%j become integers that tell them apart', async (table, scale) => {
    const { path, contract } = await withTable(table);
    expect(contract.query).toMatchObject({ scale });
    expect(Object.fromEntries(await ask(path, 'the moon'))).toEqual(table);
  });

  test.each([{ moon: 0.004, the: 0.003 }, { moon: 0 }, { moon: 1e8 }])('%j are refused', async (table) => {
    const message = `idf.json: expected weights of which the largest is from 0.005 to 20 million, found ${table.moon}`;
    await expect(withTable(table)).rejects.toThrow(message);
  });
});
