// `sparsedge serve`: the Worker over an index, on this machine, until it is stopped.

import { Command } from 'commander';
import { MAX_K } from '../../../src/query/search/search.ts';
import { INDEXES, lastBuilt, mustHoldIndex } from '../../index/open-folder.ts';
import { counted, size } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { type StartProgress, terminalProgress } from '../../terminal/progress.ts';
import { jsonOption, whole } from '../options/values.ts';

interface Options {
  readonly port: number;
  readonly maxK?: number;
  readonly reranker?: string;
  readonly json?: true;
}

export function serveCommand(): Command {
  return new Command('serve')
    .summary('run the Worker over an index, on this machine')
    .description(
      'Copies an index to local R2 (only what changed) and runs the Worker over it in local workerd, the runtime of ' +
        "Cloudflare's edge, until Ctrl-C. Needs no account and no network.",
    )
    .argument(
      '[folder]',
      `of the index (default: the one built last below ${INDEXES}; the sample where there is none)`,
    )
    .option('--port <n>', 'where to listen, on 127.0.0.1; 0 for any free port', whole(0, 65_535), 8787)
    .option(
      '--max-k <n>',
      'the most results that a request may ask for (default: as wrangler.toml says)',
      whole(1, MAX_K),
    )
    .option(
      '--reranker <folder>',
      'a cross-encoder, laid beside the index, for requests that ask for reranking',
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  sparsedge serve
  sparsedge serve shards/scifact --port 9000
  curl 'http://127.0.0.1:8787/v1/search?q=vitamin+D&k=3'

It answers GET and POST /v1/search, GET /v1/documents/<id>, GET /v1/index,
GET /healthz and GET /openapi.json. An index that is built anew meanwhile is
served after a restart. With --json, one document says where it listens.

Exit codes: 0 stopped by Ctrl-C; 1 the Worker does not come up; 2 there is no
index in the folder, or the port or the index is in use.`,
    )
    .action(async (folder: string | undefined, { port, maxK, reranker, json }: Options) => {
      const startProgress = terminalProgress(process.stderr);
      const served = folder ?? lastBuilt() ?? (await sampleIndex(startProgress));
      mustHoldIndex(served);
      const { startLocalWorker } = await import('../../local/local-worker.ts');
      const worker = await startLocalWorker(served, {
        port,
        ...(maxK !== undefined && { maxK }),
        ...(reranker !== undefined && { reranker }),
        startProgress,
      });
      const { url, copied, rerankModel } = worker;
      if (json) printJson({ folder: served, url, copied, rerankModel });
      else {
        print(
          `Serving ${served} at ${url}`,
          `(copied ${counted(copied.objects, 'object')}, ${size(copied.bytes)}, to local R2; ${copied.kept} were there)`,
          '',
          `  curl '${url}v1/search?q=your+question&k=3'`,
          `  curl '${url}v1/index'`,
          ...(rerankModel === undefined
            ? []
            : [
                `  curl '${url}v1/search?q=your+question&rerank=20'`,
                '',
                `Deploy it so with RERANK_MODEL = "${rerankModel}".`,
              ]),
          '',
          'Ctrl-C stops it.',
        );
      }
      await stopSignal();
      await worker.stop();
    });
}

async function sampleIndex(startProgress: StartProgress): Promise<string> {
  // Loaded here, like the Worker above: not needed by other commands, which should start fast.
  const { buildSample } = await import('../../index/sample.ts');
  return (await buildSample(startProgress)).folder;
}

/** Ends at Ctrl-C, or when the process is asked to end. */
function stopSignal(): Promise<unknown> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) {
      // Miniflare listens as well, and would end the process at once, as failed and before anything is put away.
      process.removeAllListeners(signal);
      process.once(signal, resolve);
    }
  });
}
