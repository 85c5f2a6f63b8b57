// Opens an index in a folder and answers one question: node examples/node/search.ts <folder> <question>

import { folderSource } from '../../build/work/files.ts';
import { ask } from '../../src/query/ask.ts';
import { encodeFor } from '../../src/query/encode/query-model.ts';
import { localIndex } from '../../src/query/local-index.ts';
import { openIndex } from '../../src/query/search/open.ts';

const [folder = 'shards/bm25', text = 'limescale in the kettle'] = process.argv.slice(2);

const open = await openIndex(folderSource(folder));
// The index was weighed by BM25, so a question needs no model.
const index = localIndex({ index: open, clock: () => performance.now() }, (question, space) =>
  encodeFor(space, question, undefined),
);
const [space] = open.manifest.spaces;
const { hits, exact, cost } = await ask(
  { text, spaces: [{ space, weight: 1 }], k: 3, documents: true, budget: {} },
  index,
);
for (const { score, shown } of hits) console.log(score, shown?.id, shown?.title);
console.log(exact ? 'proved' : 'not proved', `with ${cost.postingReads + cost.documentReads} reads`);
