// `sparsedge publish`: an index goes to a bucket.

import { Command } from 'commander';
import { mustHoldIndex } from '../../index/open-folder.ts';
import { counted, size } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { terminalProgress } from '../../terminal/progress.ts';
import { lockFolder, whileLocked } from '../../work/lock.ts';
import { jsonOption } from '../options/json-output.ts';
import { ABOUT_BUCKETS, endpointOption } from '../options/storing.ts';
import { publishTo } from '../remote/remote-publish.ts';
import { openStore, type StoreOptions } from '../remote/remote-store.ts';

interface Options extends StoreOptions {
  readonly json?: true;
}

/** The command. */
export function publishCommand(): Command {
  return new Command('publish')
    .description(
      'Uploads the current generation of an index to R2 or another store that speaks S3, and then makes it the ' +
        'current one there. Only what is not there is uploaded, so the same command goes on after it was stopped. ' +
        'Whoever searches sees the old generation or the new one, whole.',
    )
    .argument('<folder>', 'The index folder.')
    .argument('<bucket>', 'Where it goes, such as r2://bucket/prefix.')
    .addOption(endpointOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  sparsedge publish shards/manual r2://search/manual
  sparsedge publish shards/manual s3://search --endpoint http://127.0.0.1:9000

${ABOUT_BUCKETS}

Exit codes: 0 it is done; 1 the store refused, or another publisher was faster,
and nothing was switched; 2 there is no index in the folder, or no such bucket
can be named.`,
    )
    .action(async (folder: string, bucket: string, { json, endpoint }: Options) => {
      mustHoldIndex(folder);
      const store = openStore(bucket, { endpoint });
      const published = await whileLocked(lockFolder(folder, 'publishing'), () =>
        publishTo(store, folder, { startProgress: terminalProgress(process.stderr) }),
      );
      if (json) return printJson({ folder, bucket, ...published });
      const { build, uploaded, bytes, kept, switched } = published;
      print(
        `Uploaded ${counted(uploaded, 'object')}, ${size(bytes)}; ${counted(kept, 'object')} had been there.`,
        `Build ${build} ${switched ? 'is now' : 'was already'} the current one of ${bucket}.`,
      );
    });
}
