// `npm run docs`: makes the documentation's site of the repository's own pages, and makes it searchable by itself.

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { indexSite } from '../plugins/site/index-site.ts';
import { boxMarkup, checkedOptions, type SiteOptions } from '../plugins/site/site-options.ts';
import { apiReference } from './api-reference.ts';
import { API_REFERENCE, CONTENTS } from './contents.ts';
import { type Rendered, renderPages } from './render.ts';

const ROOT = join(import.meta.dirname, '..');

/**
 * Writes the site into a folder, which is emptied first.
 *
 * @param base where the site is to stand on its host, with a slash at both ends
 */
export async function buildDocs(folder: string, base = '/', given: SiteOptions = {}): Promise<string> {
  const options = checkedOptions('docs', given);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const pages = CONTENTS.flatMap((group) => group.pages);
  const search = boxMarkup(options, base);
  const rendered = renderPages(ROOT, pages, (from) => (from === API_REFERENCE ? apiReference() : undefined));
  for (const page of rendered) {
    writeFileSync(join(folder, `${page.path}.html`), htmlOf(page, search));
    for (const file of page.shown) {
      mkdirSync(dirname(join(folder, 'files', file)), { recursive: true });
      cpSync(join(ROOT, file), join(folder, 'files', file));
    }
  }
  cpSync(join(import.meta.dirname, 'docs.css'), join(folder, 'docs.css'));
  return (await indexSite(folder, options)).said;
}

function htmlOf({ path, title, html }: Rendered, search: string): string {
  const groups = CONTENTS.map(({ group, pages }) => {
    const links = pages.map((page) => {
      const here = page.path === path ? ' aria-current="page"' : '';
      return `<li><a href="${page.path}.html"${here}>${page.title}</a></li>`;
    });
    return `<h2>${group}</h2>\n<ul>\n${links.join('\n')}\n</ul>`;
  });
  return readFileSync(join(import.meta.dirname, 'page.html'), 'utf8').replace(
    /\{\{(title|search|contents|text)\}\}/g,
    (_, part: 'title' | 'search' | 'contents' | 'text') =>
      ({
        title: path === 'index' ? title : `${title} · Sparsedge`,
        search,
        contents: groups.join('\n'),
        text: html,
      })[part],
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const folder = resolve(process.argv[2] ?? join(ROOT, '.sparsedge/docs'));
  const said = await buildDocs(folder, process.argv[3]);
  process.stdout.write(`${folder}: ${said}.\nTo read it: python3 -m http.server -d ${folder}\n`);
}
