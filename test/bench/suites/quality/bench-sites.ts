// `sites`: documentation sites of Debian's packages as their readers search them: questions, exact titles and names of
// definitions, asked of this project's indexes and of Pagefind. Hits are pages: several of one page count once.

import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openFolder } from '../../../../build/index/open-folder.ts';
import { openAsk } from '../../../../build/local/ask-folder.ts';
import type { Cost } from '../../../../src/query/search/meter.ts';
import type { BenchOptions, Results } from '../../benchmark.ts';
import { cacheFolder } from '../../data/folders.ts';
import { type Asked, type FoundSite, pageAt, type SiteName, siteIn } from '../../data/sites.ts';
import { round } from '../../figures.ts';
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

/** What a question costs on the average, ten hits with their documents. */
interface Price {
  readonly reads: number;
  readonly kilobytes: number;
}

/** What it costs that pages are found, beside sections of them. */
interface Grouping {
  readonly pages: Price;
  readonly sections: Price;
  /** Questions that take a round more so, and that take more than one. */
  readonly roundMore: number;
  readonly roundsMore: number;
}

/** One engine on one site. */
type EngineFigures = {
  readonly engine: string;
  readonly version?: string;
  readonly grouping?: Grouping;
} & Readonly<Record<Kind, Found>>;

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

/** Of each question, the files of the best hits; of an index with pages, what grouping them costs. */
interface Answers {
  readonly files: readonly (readonly string[])[];
  readonly grouping?: Grouping;
}

type Engine = (site: FoundSite, questions: readonly string[], chromium: string) => Promise<Answers>;

const ENGINES: Readonly<Record<string, { readonly version?: string; readonly ask: Engine }>> = {
  'sparsedge-en': { ask: (site, questions) => ourselves(site, [], questions) },
  bm25: { ask: (site, questions) => ourselves(site, ['--encoder', 'bm25'], questions) },
  pagefind: {
    version: VERSIONS.pagefind,
    ask: async ({ name, folder }, questions, chromium) => ({
      files: await askPagefind({ name, folder, questions, k: K, chromium }),
    }),
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
  const { files, grouping } = await ask(
    site,
    all.map(({ text }) => text),
    chromium,
  );
  const pages = new Map(all.map((asked, i) => [asked, pagesOf(site.folder, files[i]!)]));
  const found = (kind: Kind) => foundOf(site[kind], pages);
  return {
    engine,
    ...(version !== undefined && { version }),
    ...(grouping && { grouping }),
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
): Promise<Answers> {
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
    const asked = { folder: out, index: await openFolder(out), clock: () => performance.now() };
    const ask = await openAsk(asked, {});
    const askSections = await openAsk(asked, { group: false });
    const files: string[][] = [];
    const costs: [pages: Cost, sections: Cost][] = [];
    for (const text of questions) {
      const { hits } = await ask({ text, k: HITS, documents: true, budget: {} });
      files.push(hits.map(({ shown }) => fileOf(shown!.id)));
      const ten = { text, k: K, documents: true, budget: {} };
      costs.push([(await ask(ten)).cost, (await askSections(ten)).cost]);
    }
    return { files, grouping: groupingOf(costs) };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function groupingOf(costs: readonly (readonly [pages: Cost, sections: Cost])[]): Grouping {
  const price = (which: 0 | 1): Price => ({
    reads: round(mean(costs.map((both) => both[which].postingReads + both[which].documentReads))),
    kilobytes: round(mean(costs.map((both) => both[which].bytes / 1000))),
  });
  const more = costs.map(([pages, sections]) => pages.rounds - sections.rounds);
  return {
    pages: price(0),
    sections: price(1),
    roundMore: more.filter((rounds) => rounds === 1).length,
    roundsMore: more.filter((rounds) => rounds > 1).length,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The file of a page's document: ids are paths with fragments, or paths without their ends. */
export function fileOf(id: string): string {
  const [path = ''] = id.split('#');
  return /\.html?$/i.test(path) ? path : `${path}.html`;
}
