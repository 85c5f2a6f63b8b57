// A site that its generator has just written becomes searchable where it is. It is imported when it is wanted: a site's
// configuration is loaded for much else than building.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildIndexOf } from '../../build/local/build-documents.ts';
import { pageCodeFor } from '../../build/local/bundles/place-page-code.ts';
import { SparsedgeError } from '../../src/core/errors.ts';
import { documentsIn } from '../../src/core/format/manifest.ts';
import type { CheckedOptions } from './site-options.ts';

/** A site that is searchable. */
export interface IndexedSite {
  /** What was done, as a sentence for people. */
  readonly said: string;
  /** Pages that were read, and sections that are found. */
  readonly pages: number;
  readonly sections: number;
}

/**
 * Builds the index of a folder of HTML into a folder of it, and puts what pages load beside it. What is there of an
 * earlier build stays searchable until the new one is whole.
 *
 * @param cleanUrls the host serves `guide.html` as `guide`
 * @throws SparsedgeError `bad-input` where there is no site, or no HTML in it; what building throws
 */
export async function indexSite(
  site: string,
  { folder, pages, language, config }: CheckedOptions,
  cleanUrls = false,
): Promise<IndexedSite> {
  if (!existsSync(site)) {
    throw new SparsedgeError(
      'bad-input',
      `expected a site that is built in ${site}, and there is no such folder`,
      {
        site,
      },
    );
  }
  const into = join(site, folder);
  const placePageCode = await pageCodeFor(into);
  const built = await buildIndexOf({
    documents: site,
    folder: into,
    config: { store: 'assets', ...config },
    // Feeds and lists of data are no pages.
    reading: { format: 'html', language, pages: { ...pages, cleanUrls, inPlace: true } },
  });
  placePageCode();
  const { files, keptOut = [] } = built.read;
  const read = files.read - keptOut.length;
  const sections = documentsIn(built.manifest);
  return {
    pages: read,
    sections,
    said: `${read} pages (${sections} sections) are searchable, by ${folder}/ below the site`,
  };
}
