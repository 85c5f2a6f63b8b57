// `sparsedge serve`: the Worker over an index, on this machine, until it is stopped.

import { Command } from 'commander';
import { MAX_K } from '../../../src/query/search/search.ts';
import { INDEXES, lastBuilt, mustHoldIndex } from '../../index/open-folder.ts';
import type { LocalWorker } from '../../local/local-worker.ts';
import { type NamedIndex, nameIndexes, splitName } from '../../local/named-indexes.ts';
import { keyFile, readKeys, secretOf } from '../../local/runtime/key-file.ts';
import { counted, size } from '../../terminal/layout.ts';
import { print, printJson, say } from '../../terminal/outcome.ts';
import { type StartProgress, terminalProgress } from '../../terminal/progress.ts';
import { stopSignal } from '../../terminal/stop-signal.ts';
import { jsonOption } from '../options/json-output.ts';
import { whole } from '../options/values.ts';

interface Options {
  readonly port: number;
  readonly maxK?: number;
  readonly reranker?: string;
  readonly mcp?: true;
  readonly keys?: string;
  readonly json?: true;
}

/** The command. */
export function serveCommand(): Command {
  return new Command('serve')
    .description(
      'Copies what is new of an index to local R2 and runs the Worker over it in local workerd, which is the runtime ' +
        "of Cloudflare's edge, until Ctrl-C. An index that was built with --store assets is read where it lies. It " +
        'needs no account and no network. Several indexes are searched by the names of their folders, and the first ' +
        'one where a request names none.',
    )
    .argument(
      '[folders...]',
      `The index folder, or several; name=folder gives one another name. The default is the last one built in ${INDEXES}, or else the sample, which is built.`,
    )
    .option('--port <n>', 'The port on 127.0.0.1; 0 takes any free one.', whole(0, 65_535), 8787)
    .option('--max-k <n>', 'The most hits that a request may ask for. The default is 100.', whole(1, MAX_K))
    .option(
      '--reranker <folder>',
      'The folder of a cross-encoder, which is copied beside the index, for requests that ask for reranking.',
    )
    .option('--mcp', 'Let agents ask it by the Model Context Protocol, at /mcp.')
    .option('--keys <file>', 'Let only those search who have a key of this file: see sparsedge keys.')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  sparsedge serve
  sparsedge serve shards/scifact --port 9000
  sparsedge serve shards/docs v1=shards/docs-2024
  curl 'http://127.0.0.1:8787/v1/search?q=vitamin+D&k=3'

The Worker answers GET and POST /v1/search, GET /v1/suggest, GET
/v1/documents/<id>, GET /v1/index and GET /healthz; GET /openapi.json describes
these and the rest. A new build of the index is served after a restart. With
--json, the one document says at which URL the Worker listens.

Exit codes: 0 stopped by Ctrl-C; 1 the Worker does not start, or the index is
served already; 2 there is no index in the folder, or the port is in use.`,
    )
    .action(async (given: readonly string[], options: Options) => {
      const startProgress = terminalProgress(process.stderr);
      const folders = given.length > 0 ? given : [lastBuilt() ?? (await sampleIndex(startProgress))];
      await serve(nameIndexes(folders.map(splitName)), options, startProgress);
    });
}

async function serve(
  indexes: readonly NamedIndex[],
  { port, maxK, reranker, mcp, keys, json }: Options,
  startProgress: StartProgress,
): Promise<void> {
  for (const { folder } of indexes) mustHoldIndex(folder);
  // Nobody but this machine reaches it.
  const settings = keys === undefined ? { METRICS: 'public' } : { KEYS: secretOf(readKeys(keyFile(keys))) };
  const { startLocalWorker } = await import('../../local/local-worker.ts');
  const worker = await startLocalWorker(indexes, { port, maxK, reranker, mcp, settings, startProgress, say });
  const { url, copied, rerankModel } = worker;
  // Before anybody is told that it serves: whoever hears of it may stop it at once.
  const stopped = stopSignal();
  const names = indexes.flatMap(({ name }) => name || []);
  if (json) printJson({ folder: indexes[0].folder, indexes: names, url, copied, rerankModel });
  else print(...servingLines(indexes, worker));
  await stopped;
  await worker.stop();
}

function servingLines(indexes: readonly NamedIndex[], { url, copied, rerankModel }: LocalWorker): string[] {
  const lines = [
    `Serving ${indexes.map(({ folder }) => folder).join(', ')} at ${url}`,
    copied.objects + copied.kept === 0
      ? '(All of it is read where it lies, as static assets: there is no bucket.)'
      : `(Copied ${counted(copied.objects, 'object')}, ${size(copied.bytes)}, to local R2; ` +
        `${copied.kept} were there before.)`,
    '',
    `  curl '${url}v1/search?q=your+question&k=3'`,
    `  curl '${url}v1/index'`,
  ];
  if (indexes.length > 1)
    lines.push(`  curl '${url}v1/search?q=your+question&index=${indexes.map(({ name }) => name).join(',')}'`);
  if (rerankModel !== undefined) {
    lines.push(
      `  curl '${url}v1/search?q=your+question&rerank=20'`,
      '',
      `For a deployment that reranks like this, set RERANK_MODEL = "${rerankModel}".`,
    );
  }
  return [...lines, '', 'Ctrl-C stops it.'];
}

async function sampleIndex(startProgress: StartProgress): Promise<string> {
  // Imported here, as the Worker is above, so that other commands start fast.
  const { buildSample } = await import('../../index/sample.ts');
  return (await buildSample(startProgress)).folder;
}
