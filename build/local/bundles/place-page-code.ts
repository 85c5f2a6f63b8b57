// What pages load, beside an index that lies in a site.

import { existsSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, isAbsolute, join, relative, sep } from 'node:path';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { pageCode } from './page-code.ts';

/** Names the files that were put beside an index: what is there besides is somebody else's. */
const PLACED = '.sparsedge-page';

/**
 * Looks whether what pages load can be put into a folder.
 *
 * @returns puts it there, and removes what an earlier release has put there and this one has not
 * @throws SparsedgeError `bad-input` where somebody else's files are in its place
 */
export async function pageCodeFor(folder: string): Promise<() => void> {
  const record = join(folder, PLACED);
  const before = existsSync(record) ? readFileSync(record, 'utf8').split('\n') : [];
  const code = await pageCode();
  for (const [name, text] of code) mustBeOurs(join(folder, name), text, before.includes(name));
  return () => {
    for (const [name, text] of code) writeFileSync(join(folder, name), text);
    // Only plain names: the record may have been written by anyone.
    for (const name of before.filter((each) => /^[\w-]+\.js$/.test(each) && !code.has(each)))
      rmSync(join(folder, name), { force: true });
    writeFileSync(record, [...code.keys()].join('\n'));
  };
}

function mustBeOurs(path: string, text: string, isRecorded: boolean): void {
  if (isRecorded || !existsSync(path)) return;
  if (statSync(path).isFile() && readFileSync(path, 'utf8') === text) return;
  throw new SparsedgeError(
    'bad-input',
    `${path} is in the place of a file that pages load for the search, and is none of ours: expected a folder for the ` +
      'index alone, such as _search; choose another',
    { file: path },
  );
}

/** How a page of the site has a search box, in lines: addresses are of the site, wherever its folder is here. */
export function aboutPageCode(site: string, folder: string): string[] {
  const target = realpathSync(folder);
  const below = relative(realpathSync(site), target);
  const isOutside = below === '' || below.split(sep)[0] === '..' || isAbsolute(below);
  const path = isOutside ? `/${basename(target)}` : `/${below.split(sep).join('/')}`;
  const publishing = isOutside ? `publish ${folder} with it, as ${path}/` : 'publish the folder with it';
  return [
    '',
    `For a search box, put this into the pages of the site, and ${publishing}:`,
    `  <script type="module" src="${path}/component.js"></script>`,
    `  <sparsedge-search index="${path}/"></sparsedge-search>`,
    'Where the site is published below a path, such as /docs/, that path stands before both of these, and base="/docs/"',
    'says to the search where the pages are.',
  ];
}
