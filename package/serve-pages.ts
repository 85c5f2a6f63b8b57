// Makes src/http/messages/page-files.ts, which is what a Worker serves to browsers, of browser/. It is kept in the
// repository, since Wrangler bundles a Worker from its sources as they are; a test holds it to browser/.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleServedFiles, type ServedFile } from '../build/local/bundles/served-files.ts';

const TARGET = join(import.meta.dirname, '../src/http/messages/page-files.ts');

writeFileSync(TARGET, moduleOf(await bundleServedFiles()));

function moduleOf(files: ReadonlyMap<string, ServedFile>): string {
  const entries = [...files].map(([path, file]) => `  ${JSON.stringify(path)}: ${JSON.stringify(file)},\n`);
  return `// Made by package/serve-pages.ts of browser/: change those, and run \`npm run pages\`.

/** What a Worker serves to browsers: path → media type and text. */
export const PAGE_FILES: Readonly<Record<string, { readonly type: string; readonly text: string }>> = {
${entries.join('')}};
`;
}
