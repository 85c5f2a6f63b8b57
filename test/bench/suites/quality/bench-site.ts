// `site`: what reading makes of a folder of HTML pages. For every section it is checked that its URL names an element
// that the page has, as a browser would look for it.

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'parse5';
import { newReport } from '../../../../build/stages/read/lines/report.ts';
import { readDocuments } from '../../../../build/stages/read/read.ts';
import type { BenchOptions, Results } from '../../benchmark.ts';

/** What was read, and whether its anchors exist. */
export interface SiteFigures {
  readonly documents: number;
  readonly pages: number;
  readonly sections: number;
  /** Sections whose URL has an anchor, and those of them whose page has it. */
  readonly anchors: number;
  readonly anchorsFound: number;
  readonly shareFound: number;
  /** Sections that open their page at its top, because the page has no anchor for them. */
  readonly withoutAnchor: number;
  readonly keptOut: Readonly<Record<string, number>>;
  readonly repeatedLines: number;
  readonly megabytes: number;
  readonly seconds: number;
}

export async function* bench({ folder }: BenchOptions): Results {
  if (folder === undefined) throw new Error('site reads a folder of HTML pages: name it with --folder');
  yield ['site', await siteFigures(folder)];
}

/** What reading makes of a folder of HTML pages. */
export async function siteFigures(folder: string): Promise<SiteFigures> {
  const report = newReport();
  const started = performance.now();
  const anchors = new Map<string, string[]>();
  let documents = 0;
  let sections = 0;
  let withoutAnchor = 0;
  for await (const { id, url } of readDocuments({ input: folder, format: 'html', report })) {
    documents++;
    const [path = '', ...slug] = id.split('#');
    const fragment = url?.split('#')[1];
    if (slug.length > 0) sections++;
    if (slug.length > 0 && fragment === undefined) withoutAnchor++;
    const file = /\.html?$/i.test(path) ? path : `${path}.html`;
    const known = anchors.get(file) ?? [];
    anchors.set(file, fragment === undefined ? known : [...known, decodeURIComponent(fragment)]);
  }
  const seconds = (performance.now() - started) / 1000;
  let bytes = 0;
  let all = 0;
  let found = 0;
  for (const [path, named] of anchors) {
    const file = join(folder, path);
    const there = idsOf(file);
    bytes += statSync(file).size;
    all += named.length;
    found += named.filter((anchor) => there.has(anchor)).length;
  }
  const keptOut: Record<string, number> = {};
  for (const { reason } of report.keptOut ?? []) keptOut[reason] = (keptOut[reason] ?? 0) + 1;
  return {
    documents,
    pages: anchors.size,
    sections,
    anchors: all,
    anchorsFound: found,
    shareFound: Number((found / all).toFixed(4)),
    withoutAnchor,
    keptOut,
    repeatedLines: report.repeatedLines ?? 0,
    megabytes: Number((bytes / 1e6).toFixed(1)),
    seconds: Number(seconds.toFixed(1)),
  };
}

interface Node {
  readonly attrs?: readonly { readonly name: string; readonly value: string }[];
  readonly childNodes?: readonly Node[];
}

/** The ids of a page, and the names of its places. */
function idsOf(file: string): ReadonlySet<string> {
  const ids = new Set<string>();
  const open: Node[] = [parse(readFileSync(file, 'utf8')) as Node];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const { name, value } of node.attrs ?? []) if (name === 'id' || name === 'name') ids.add(value);
    open.push(...(node.childNodes ?? []));
  }
  return ids;
}
