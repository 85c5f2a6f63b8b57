// Builds one rival's index and searches it, in a process of its own: its memory is its own, and when it runs out of it
// nothing else dies. Takes a RivalOrder as its argument, prints RivalFigures.

import { readFileSync } from 'node:fs';
import { resourceUsage } from 'node:process';
import { distributionOf, round } from '../figures.ts';
import { RIVALS, type RivalFigures, type RivalOrder } from './rivals.ts';

async function measure({ rival, modules, corpus, queries, folder }: RivalOrder): Promise<RivalFigures> {
  const documents = readFileSync(corpus, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { _id: string; title?: string; text: string })
    .map(({ _id, title = '', text }) => ({ id: _id, title, text }));
  const started = performance.now();
  const built = await RIVALS[rival](documents, modules, folder);
  const seconds = round((performance.now() - started) / 1000);
  const peakMegabytes = round(Math.max(resourceUsage().maxRSS / 1024, (built.peakBytes ?? 0) / 2 ** 20));
  const run: Record<string, string[]> = {};
  const [requests, bytes, milliseconds]: number[][] = [[], [], []];
  for (const { id, text } of queries) {
    const before = performance.now();
    const answer = await built.search(text);
    milliseconds!.push(performance.now() - before);
    run[id] = answer.ids;
    requests!.push(answer.requests);
    bytes!.push(answer.bytes);
  }
  return {
    documents: documents.length,
    seconds,
    peakMegabytes,
    opening: built.opening,
    perQuery: { requests: distributionOf(requests!), bytes: distributionOf(bytes!) },
    milliseconds: distributionOf(milliseconds!),
    answered: round(Object.values(run).filter((ids) => ids.length > 0).length / queries.length),
    run,
  };
}

process.stdout.write(
  JSON.stringify(await measure(JSON.parse(readFileSync(process.argv[2], 'utf8')) as RivalOrder)),
);
// Pagefind's service would keep the process.
process.exit(0);
