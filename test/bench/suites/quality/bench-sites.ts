// `sites`: documentation sites of Debian's packages as their readers search them: questions, exact titles and names of
// definitions, asked of this project's indexes and of Pagefind. Hits are pages: several of one page count once.

import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openFolder } from '../../../../build/index/open-folder.ts';
import { openAsk } from '../../../../build/local/ask-folder.ts';
import type { BenchOptions, Results } from '../../benchmark.ts';
import { cacheFolder } from '../../data/folders.ts';
import { type Asked, type FoundSite, pageAt, type SiteName, siteIn } from '../../data/sites.ts';
import { askPagefind } from '../../rivals/pagefind-browser.ts';
import { VERSIONS } from '../../rivals/rivals.ts';
import { type SiteFigures, siteFigures } from './bench-site.ts';

/** What is asked, by kind. */
const KINDS = ['questions', 'titles', 'names'] as const;
type Kind = (typeof KINDS)[number];

/** How often a right page comes first, and among the first three. */
export interface Found {
  readonly asked: number;
  readonly first: number;
  readonly amongThree: number;
  /** What had no right page first, with the place of the best right one, 0 where there is none among ten. */
  readonly missed: Readonly<Record<string, number>>;
}

/** One engine on one site. */
type EngineFigures = { readonly engine: string; readonly version?: string } & Readonly<Record<Kind, Found>>;

/** A site: what reading made of it, and what engines find. */
export interface SitesFigures {
  readonly site: SiteName;
  readonly package: string;
  readonly read: SiteFigures;
  readonly engines: readonly EngineFigures[];
}

/** Pages of each answer that are looked at. */
const K = 10;
/** Hits that are asked for: several may be of one page. */
const HITS = 100;

type Engine = (site: FoundSite, questions: readonly string[], chromium: string) => Promise<string[][]>;

const ENGINES: Readonly<Record<string, { readonly version?: string; readonly ask: Engine }>> = {
  'sparsedge-en': { ask: (site, questions) => ourselves(site, [], questions) },
  bm25: { ask: (site, questions) => ourselves(site, ['--encoder', 'bm25'], questions) },
  pagefind: {
    version: VERSIONS.pagefind,
    ask: ({ name, folder }, questions, chromium) => askPagefind({ name, folder, questions, k: K, chromium }),
  },
};

export async function* bench({ folder = '/', sites, chromium, engines }: BenchOptions): Results {
  for (const name of sites) {
    const site = siteIn(folder, name);
    const read = await siteFigures(site.folder);
    const wanted = engines ?? Object.keys(ENGINES);
    const asked = [];
    for (const engine of wanted) asked.push(await figuresOf(engine, site, chromium));
    yield [
      `sites-${name}`,
      { site: name, package: site.package, read, engines: asked } satisfies SitesFigures,
    ];
  }
}

async function figuresOf(engine: string, site: FoundSite, chromium: string): Promise<EngineFigures> {
  const { version, ask } = ENGINES[engine]!;
  const all = KINDS.flatMap((kind) => site[kind]);
  const answers = await ask(
    site,
    all.map(({ text }) => text),
    chromium,
  );
  const pages = new Map(all.map((asked, i) => [asked, pagesOf(site.folder, answers[i]!)]));
  const found = (kind: Kind) => foundOf(site[kind], pages);
  return {
    engine,
    ...(version !== undefined && { version }),
    questions: found('questions'),
    titles: found('titles'),
    names: found('names'),
  };
}

/** The pages of hits, each once, the best first. */
function pagesOf(folder: string, paths: readonly string[]): string[] {
  return [...new Set(paths.map((path) => pageAt(folder, path)))].slice(0, K);
}

export function foundOf(asked: readonly Asked[], answers: ReadonlyMap<Asked, readonly string[]>): Found {
  const ranks = asked.map((question) => {
    const right = new Set(question.pages);
    return answers.get(question)!.findIndex((page) => right.has(page)) + 1;
  });
  return {
    asked: asked.length,
    first: ranks.filter((rank) => rank === 1).length,
    amongThree: ranks.filter((rank) => rank >= 1 && rank <= 3).length,
    missed: Object.fromEntries(asked.flatMap(({ text }, i) => (ranks[i] === 1 ? [] : [[text, ranks[i]!]]))),
  };
}

/** Builds an index with the command line and asks it in this process, as `sparsedge search` does. */
async function ourselves(
  { name, folder }: FoundSite,
  options: readonly string[],
  questions: readonly string[],
): Promise<string[][]> {
  const out = join(cacheFolder(), `site-${name}`);
  rmSync(out, { recursive: true, force: true });
  const cli = join(import.meta.dirname, '../../../../build/cli.ts');
  await promisify(execFile)(
    process.execPath,
    [cli, 'build', folder, '-o', out, '--format', 'html', ...options],
    {
      maxBuffer: 1 << 26,
    },
  );
  try {
    const ask = await openAsk(
      { folder: out, index: await openFolder(out), clock: () => performance.now() },
      {},
    );
    const answers: string[][] = [];
    for (const text of questions) {
      const { hits } = await ask({ text, k: HITS, documents: true, budget: {} });
      answers.push(hits.map(({ shown }) => fileOf(shown!.id)));
    }
    return answers;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** The file of a page's document: ids are paths with fragments, or paths without their ends. */
export function fileOf(id: string): string {
  const [path = ''] = id.split('#');
  return /\.html?$/i.test(path) ? path : `${path}.html`;
}
