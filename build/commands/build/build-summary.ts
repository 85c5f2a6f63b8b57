// A finished build, as the build command reports it to people and to programs.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { documentsIn, type Space } from '../../../src/core/format/manifest.ts';
import type { CiffReport } from '../../ciff/import.ts';
import type { Built } from '../../index/build-folder.ts';
import { filesBeside } from '../../index/copy-model.ts';
import { aboutSpace } from '../../inspect/about-space.ts';
import type { QuantizationReport } from '../../stages/quantize/quantize-terms.ts';
import { languageName } from '../../stages/read/language/codes.ts';
import type { FileReport, ReadReport } from '../../stages/read/lines/report.ts';
import { MOST_ASSETS } from '../../stages/shard/choose-layout.ts';
import { count, counted, duration, oneLine, size, table } from '../../terminal/layout.ts';
import { aboutFields } from './about-fields.ts';

/** What generators call themselves. */
const GENERATOR_NAMES: Readonly<Record<string, string>> = {
  docusaurus: 'Docusaurus',
  vitepress: 'VitePress',
  vuepress: 'VuePress',
  mkdocs: 'MkDocs',
  mdbook: 'mdBook',
  gitbook: 'GitBook',
  hugo: 'Hugo',
  zola: 'Zola',
  jekyll: 'Jekyll',
  eleventy: 'Eleventy',
  astro: 'Astro',
  nextra: 'Next.js',
  sphinx: 'Sphinx',
};

/** A build as the build command's JSON. */
export function toJson(built: Built) {
  const { folder, manifest, quantization, verified, seconds, read, resumed, sizes, files } = built;
  return {
    folder,
    build: manifest.build,
    documents: documentsIn(manifest),
    windows: manifest.windows.length,
    spaces: manifest.spaces.map((space) => ({
      ...space,
      ...(space.languages && { languages: space.languages.map(({ code }) => code) }),
      quantization: quantization[space.name],
    })),
    bytes: sizes,
    files,
    base: built.base,
    verified,
    read: { ...read, resumed },
    seconds: { ...seconds, total: totalSeconds(seconds) },
  };
}

/**
 * A build as lines for people.
 *
 * @param listsPages whether pages that were kept out are named
 */
export function buildSummary(built: Built, listsPages = false): string[] {
  const { folder, manifest, quantization, seconds, sizes, files } = built;
  const total = totalSeconds(seconds);
  const rate = built.resumed ? '' : `, ${count(documentsIn(manifest) / total)} documents a second`;
  return [
    `Built ${folder} in ${duration(total)}: ${counted(documentsIn(manifest), 'document')}${rate}.`,
    '',
    ...manifest.spaces.flatMap((space) => [
      ...aboutSpace(space, sizes.postings[space.name]),
      ...aboutQuantization(quantization[space.name], space),
    ]),
    '',
    ...table(
      [
        ['documents', size(sizes.documents)],
        ['page table', size(sizes.tables), 'a Worker keeps this in memory'],
        ['ids', size(sizes.ids)],
        ['words', size(sizes.words)],
        [
          'everything',
          size(sizes.total),
          `${counted(sizes.objects, 'object')}, ${sizes.bytesPerPosting.toFixed(2)} bytes a posting ` +
            `without documents and ids`,
        ],
        ...aboutModels(built),
        ['files', count(files.current), aboutFilesBefore(built)],
      ].map((row) => ['', ...row]),
      [2],
    ),
    '',
    `Stages: ${stages(built)}. Everything was read back and verified.`,
    ...aboutBase(built),
    ...aboutAssets(built),
    ...aboutLanguages(built),
    ...aboutReading(built),
    ...aboutGenerator(built.read),
    ...aboutPages(built, listsPages),
    ...aboutFields(built.read.fields),
    '',
    'Next:',
    `  sparsedge search ${folder} "your question"`,
    `  sparsedge serve ${folder}`,
  ];
}

/** What queries need of models, which is uploaded with the index and is no part of its bytes. */
function aboutModels({ folder, manifest }: Built): string[][] {
  const names = filesBeside(folder, manifest);
  if (names.length === 0) return [];
  const bytes = names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  const models = new Set(manifest.spaces.flatMap(({ encoder }) => encoder.model?.id ?? []));
  return [
    [
      'beside it',
      size(bytes),
      `${counted(names.length, 'file')} that queries need of ${[...models].join(' and ')}`,
    ],
  ];
}

function aboutFilesBefore({ folder, files }: Built): string {
  if (files.before === 0) return '';
  return `and ${count(files.before)} of the generation before, which \`sparsedge prune ${folder}\` removes`;
}

/** What is shared with the index that it was built on, or why nothing is. */
function aboutBase({ base, sizes }: Built): string[] {
  if (!base) return [];
  if (base.fresh !== undefined) return [`Nothing was kept of ${base.folder}, since ${base.fresh}.`];
  return [
    `Built on ${base.folder}, build ${base.build}: ${count(base.newObjects)} of ` +
      `${counted(sizes.objects, 'object')} are new, ${size(base.newBytes)} of ${size(sizes.total)}.`,
  ];
}

/** What is to be known where there are more files than can be deployed as static assets. */
function aboutAssets({ files }: Built): string[] {
  if (files.current + files.before <= MOST_ASSETS) return [];
  const plans = `Cloudflare takes ${count(MOST_ASSETS)} static assets on its free plan, and 100,000 on others`;
  return [
    files.current <= MOST_ASSETS
      ? `${plans}: prune the generation before.`
      : `${plans}, and this index has more on its own: its pages are as large as they may be. With --store r2, it has few files.`,
  ];
}

function aboutQuantization(report: QuantizationReport, { quantizer }: Space): string[] {
  const { raised, clipped, meanError, largestError } = report;
  return [
    `    quantized to 1–255 (255 is ${quantizer.maximum.toPrecision(4)}): mean error ` +
      `${meanError.toFixed(2)} steps, ` +
      `largest ${largestError.toFixed(2)}; ${count(raised)} raised to an impact of 1, ${count(clipped)} clipped`,
  ];
}

function stages({ seconds, resumed }: Built): string {
  return Object.entries(seconds)
    .map(([name, took]) =>
      name === 'encode' && resumed ? `${name} in an earlier run` : `${name} ${duration(took)}`,
    )
    .join(', ');
}

/** Which documents are in other languages than English, and what was made of their words. */
function aboutLanguages({ manifest: { spaces }, read: { languages = {} } }: Built): string[] {
  const models = new Set(
    spaces.flatMap(({ query, encoder, analyzer }) =>
      query === 'tokenizer' && analyzer === 'stems' && encoder.model ? [encoder.model.id] : [],
    ),
  );
  const stemmed = new Map(
    spaces.flatMap(({ languages }) => languages ?? []).map(({ code, parts }) => [code as string, parts]),
  );
  const others = Object.entries(languages)
    .filter(([code]) => code !== 'en')
    .sort(([, a], [, b]) => b - a);
  const by = [...models].map(
    (model) => ` ${model} reads English: they are weighed by their words, as BM25 does.`,
  );
  return others.map(([code, documents]) => {
    const parts = stemmed.get(code);
    const how = !stemmed.has(code)
      ? 'their words are not stemmed'
      : parts === undefined
        ? 'their words are stemmed in its way'
        : 'their words are stemmed in its way, and compounds are found by their parts';
    return `${counted(documents, 'document')} in ${languageName(code)}: ${how}.${by.join('')}`;
  });
}

function aboutReading({ read: { skipped, empty, reasons, files, notes, ciff } }: Built): string[] {
  const lines: string[] = ciff ? aboutCiff(ciff) : [];
  lines.push(...aboutFiles(files), ...notes);
  if (empty > 0)
    lines.push(`${counted(empty, 'document')} without title and text: indexed, but no query finds them.`);
  if (skipped > 0) {
    lines.push(`Skipped ${counted(skipped, 'malformed record')}:`, ...reasons.map((reason) => `  ${reason}`));
    if (skipped > reasons.length) lines.push(`  and ${count(skipped - reasons.length)} more`);
  }
  return lines;
}

/** Names that are shown; the JSON has them all. */
const FILES_SHOWN = 10;

function aboutFiles({ read, skipped, others }: FileReport): string[] {
  const lines: string[] = [];
  const kinds = Object.entries(others).sort(([, a], [, b]) => b - a);
  if (skipped.length > 0) {
    lines.push(`Read ${counted(read, 'file')} and skipped ${count(skipped.length)}:`);
    for (const { file, reason } of skipped.slice(0, FILES_SHOWN))
      lines.push(`  ${oneLine(file, 200)}: ${reason}`);
    if (skipped.length > FILES_SHOWN) lines.push(`  and ${count(skipped.length - FILES_SHOWN)} more`);
  }
  if (kinds.length > 0) {
    const shown = kinds.slice(0, FILES_SHOWN).map(([end, number]) => `${count(number)} ${oneLine(end, 40)}`);
    const more = kinds.slice(FILES_SHOWN).reduce((sum, [, number]) => sum + number, 0);
    if (more > 0) shown.push(`${count(more)} of other kinds`);
    lines.push(`Files that are no documents by their names, or of another format: ${shown.join(', ')}.`);
  }
  return lines;
}

/** What URLs and ids of headings follow, where nobody named it. */
export function aboutGenerator({ generator }: Pick<ReadReport, 'generator'>): string[] {
  if (generator === undefined) return [];
  const { name, foundBy } = generator;
  const title = GENERATOR_NAMES[name] ?? name;
  return [
    `By ${oneLine(foundBy, 100)}, the Markdown is taken for the sources of a site that ${title} makes: URLs and ids of ` +
      'headings are as there. --generator names another, or github for the files as they are.',
  ];
}

/** Pages and lines that were kept out, by reason. */
function aboutPages(
  { read: { keptOut = [], repeatedLines = 0, hiddenParts = 0 } }: Built,
  listsPages: boolean,
): string[] {
  const lines: string[] = [];
  if (repeatedLines > 0)
    lines.push(`Left out ${counted(repeatedLines, 'line')} of text that stand on most pages of the site.`);
  if (hiddenParts > 0)
    lines.push(
      `Left out ${counted(hiddenParts, 'part')} of pages that are hidden, or hidden from screen readers.`,
    );
  if (keptOut.length === 0) return lines;
  const byReason = new Map<string, number>();
  for (const { reason } of keptOut) byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
  const reasons = [...byReason].map(([reason, pages]) => `${count(pages)} (${reason})`);
  lines.push(`Kept out ${counted(keptOut.length, 'page')}: ${reasons.join(', ')}.`);
  if (!listsPages) return [...lines, '  --list names them.'];
  return [...lines, ...keptOut.map(({ file, reason }) => `  ${oneLine(file, 300)}: ${reason}`)];
}

function aboutCiff({ description, documents, otherLengths, corpus }: CiffReport): string[] {
  const lines = [
    description === ''
      ? 'The CIFF has no description.'
      : `The CIFF describes itself: ${oneLine(description, 300)}`,
  ];
  if (otherLengths > 0)
    lines.push(
      `The lengths of ${counted(otherLengths, 'document')} are not the sums of their tfs: they are ` +
        `rounded, or count ` +
        'something else, or not all terms are in the file.',
    );
  if (!corpus)
    lines.push('A CIFF has no text: hits show ids. With --documents they show the text of a corpus.');
  if (corpus && corpus.missing > 0)
    lines.push(
      `${count(corpus.missing)} of ${counted(documents, 'document')} are not in the corpus: they show their ids.`,
    );
  if (corpus && corpus.unused > 0)
    lines.push(`${counted(corpus.unused, 'document')} of the corpus are not in the CIFF: left out.`);
  return lines;
}

function totalSeconds(seconds: Readonly<Record<string, number>>): number {
  return Object.values(seconds).reduce((sum, took) => sum + took, 0);
}
