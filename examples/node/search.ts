// Opens an index in a folder and answers one question: node examples/node/search.ts <folder> <question>

// With the package installed, these two are 'sparsedge/build' and 'sparsedge/store'.
import { folderSource } from '../../build/local/build-documents.ts';
import { openSearcher } from '../../src/edge/open-searcher.ts';

const [folder = 'shards/bm25', text = 'limescale in the kettle'] = process.argv.slice(2);

const searcher = await openSearcher(folderSource(folder));
const { hits, exact, cost } = await searcher.search(text, { k: 3 });
for (const { score, shown } of hits) console.log(score, shown?.id, shown?.title);
console.log(exact ? 'proved' : 'not proved', `with ${cost.postingReads + cost.documentReads} reads`);
