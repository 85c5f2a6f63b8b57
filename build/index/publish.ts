// The last stage: a generation becomes the current one of its folder, and what nobody needs any more is removed. The
// generation before stays, for whoever is reading it.

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CURRENT, manifestName, readManifest } from '../../src/core/format/manifest.ts';
import { DOCUMENTS } from '../../src/core/format/page.ts';
import { PAGES, pageCount, pageName } from '../../src/core/format/page-table.ts';
import { openIndex } from '../../src/query/search/open.ts';
import { folderSource, writeAtomically } from '../work/files.ts';

/** Makes a generation current and removes what neither it nor the one before needs. */
export async function publishLocally(folder: string, build: string): Promise<void> {
  const source = folderSource(folder);
  const before = existsSync(join(folder, CURRENT)) ? (await readManifest(source)).build : build;
  writeAtomically(join(folder, CURRENT), await readFile(join(folder, manifestName(build))));
  await removeOthers(folder, new Set([build, before]));
}

/** Removes every object and manifest that none of the generations has. */
async function removeOthers(folder: string, generations: ReadonlySet<string>): Promise<void> {
  const kept = new Set<string>();
  for (const generation of generations) {
    kept.add(manifestName(generation));
    for (const name of await objectsOf(folder, generation)) kept.add(name);
  }
  for (const kind of ['objects', 'manifests']) {
    for (const name of readdirSync(join(folder, kind))) {
      if (!kept.has(`${kind}/${name}`)) rmSync(join(folder, kind, name));
    }
  }
  if (!existsSync(join(folder, PAGES))) return;
  for (const generation of readdirSync(join(folder, PAGES))) {
    if (!generations.has(generation)) rmSync(join(folder, PAGES, generation), { recursive: true });
  }
}

/** The names of all objects of a generation but its manifest. */
export async function objectsOf(folder: string, build: string): Promise<string[]> {
  const { manifest, segments } = await openIndex(folderSource(folder), build);
  const names = manifest.segments.map(({ table }) => table.name);
  for (const { number, table } of segments) {
    for (const [space, run] of [...table.spaces, [DOCUMENTS, table.documents] as const]) {
      names.push(...run.shards.map(({ name }) => name));
      if (run.shards.length > 0) continue;
      for (let page = 0; page < pageCount(run); page++)
        names.push(pageName({ build, segment: number, space, page }));
    }
  }
  return names;
}
