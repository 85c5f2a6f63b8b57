// What pages load, beside an index that lies in a site.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { pageCode } from './page-code.ts';

/** Names the files that were put beside an index: what is there besides is somebody else's. */
const PLACED = '.sparsedge-page';

/** Puts what pages load beside an index, and removes what an earlier release has put there and this one has not. */
export async function placePageCode(folder: string): Promise<void> {
  const record = join(folder, PLACED);
  const before = existsSync(record) ? readFileSync(record, 'utf8').split('\n') : [];
  const code = await pageCode();
  for (const [name, text] of code) writeFileSync(join(folder, name), text);
  // Only plain names: the record may have been written by anyone.
  for (const name of before.filter((each) => /^[\w-]+\.js$/.test(each) && !code.has(each)))
    rmSync(join(folder, name), { force: true });
  writeFileSync(record, [...code.keys()].join('\n'));
}

/** How a page of the site has a search box, in lines. */
export function aboutPageCode(site: string, folder: string): string[] {
  const below = relative(site, folder);
  const path = below.startsWith('..') || below === '' ? folder : `/${below.split(sep).join('/')}`;
  return [
    '',
    'For a search box, put this into the pages of the site, and publish the folder with it:',
    `  <script type="module" src="${path}/component.js"></script>`,
    `  <sparsedge-search index="${path}/"></sparsedge-search>`,
  ];
}
