// Which files Eleventy makes pages of, and where: by its folder of input, the data that lies beside templates and above
// them, and permalinks, which are templates themselves. https://www.11ty.dev/docs/data-cascade/,
// https://www.11ty.dev/docs/permalinks/.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import picomatch from 'picomatch';
import { anchorsOf } from '../sections/anchors.ts';
import { asFolder, textSetting } from './site-settings.ts';

type Data = Readonly<Record<string, unknown>>;

/** What a project says of its pages. */
export interface EleventySite {
  /** Where its sources are, with a slash at the end; empty for all of the project, undefined if it is computed. */
  readonly input: string | undefined;
  readonly isLeftOut: (path: string) => boolean;
  /** The data that a template has of the files beside and above it, by its path in the project. */
  readonly dataOf: (path: string) => Data;
  /** Whether headings have the ids of the plugin that comes with it. */
  readonly hasOwnIds: boolean;
}

/** Ends of files of data, from those that others go before. */
const DATA_ENDS = ['.json', '.11tydata.json', '.11tydata.mjs', '.11tydata.cjs', '.11tydata.js'];

/** Reads a project. */
export function eleventySite(folder: string, config: string): EleventySite {
  const scripts = textIn(join(folder, 'package.json'));
  const said = (name: 'input' | 'output') =>
    new RegExp(`--${name}[= ]\\\\?["']?([\\w./-]+)`).exec(scripts)?.[1] ??
    new RegExp(`\\bset${name === 'input' ? 'Input' : 'Output'}Directory\\(\\s*["'\`]([^"'\`]+)`).exec(
      config,
    )?.[1] ??
    textSetting(config, name);
  const isComputed = /\binput\b|\bsetInputDirectory\b/.test(config);
  const given = said('input') ?? (isComputed ? undefined : '');
  const input = given === undefined ? undefined : asFolder(given);
  const output = asFolder(said('output') ?? '_site');
  const ignored = [
    ...Array.from(config.matchAll(/\.ignores\.add\(\s*["'`]([^"'`\n]+)/g), ([, pattern]) => pattern),
    ...textIn(join(folder, '.eleventyignore'))
      .split(/\r?\n/)
      .filter((line) => /^[^#!\s]/.test(line)),
  ].map((pattern) =>
    pattern
      .trim()
      .replace(/^\.?\//, '')
      .replace(/\/$/, ''),
  );
  const isIgnored =
    ignored.length === 0 ? () => false : picomatch(ignored.flatMap((each) => [each, `${each}/**`]));
  const read = new Map<string, Data>();
  const dataAt = (stem: string): Data => {
    const known = read.get(stem);
    if (known !== undefined) return known;
    const data = Object.assign({}, ...DATA_ENDS.map((end) => dataIn(join(folder, `${stem}${end}`))));
    read.set(stem, data);
    return data;
  };
  return {
    input,
    isLeftOut: (path) =>
      !path.startsWith(input ?? '') ||
      path.startsWith(output) ||
      isIgnored(path) ||
      /(?:^|\/)_(?:includes|data|layouts)\//.test(path),
    dataOf: (path) => {
      const parts = path.split('/').slice(0, -1);
      const above = parts.map((part, i) => dataAt(`${parts.slice(0, i + 1).join('/')}/${part}`));
      return Object.assign({}, ...above, dataAt(path.replace(/\.[^./]+$/, '')));
    },
    hasOwnIds: /\bIdAttributePlugin\b/.test(config),
  };
}

/** Of code, the settings of a page that are written out; what is computed is not known. */
function dataIn(file: string): Data {
  const text = textIn(file);
  if (text === '') return {};
  if (!file.endsWith('.json')) {
    const said = ['permalink', 'lang'].map((key) => [key, textSetting(text, key)] as const);
    const isHidden = /(?:^|[{,])\s*permalink\s*:\s*false\b/m.test(text);
    return Object.fromEntries([
      ...said.filter(([, value]) => value !== undefined),
      ...(isHidden ? [['permalink', false]] : []),
    ]);
  }
  try {
    const data: unknown = JSON.parse(text);
    return typeof data === 'object' && data !== null ? (data as Data) : {};
  } catch {
    return {};
  }
}

function textIn(file: string): string {
  try {
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  } catch {
    return '';
  }
}

/** A page's path of its URL, or that it has none. */
export type EleventyAddress = { readonly path: string } | { readonly isNone: true };

/**
 * Where a page is.
 *
 * @param path of its file, below the folder of input
 * @param said the page's own word on that
 * @param data of its front matter, over that of the files beside and above it
 */
export function eleventyAddress(path: string, said: unknown, data: Data): EleventyAddress {
  const permalink = said ?? data.permalink;
  const plain = path.replace(/\.[^./]+$/, '').split('/');
  const name = plain.at(-1)!;
  const above = plain.slice(0, -1);
  const isOfFolder = name === 'index' || name === above.at(-1);
  const byDefault = [...(isOfFolder ? above : plain), ''].join('/');
  if (permalink === undefined || permalink === true || permalink === 'true') return { path: byDefault };
  if (permalink === false || permalink === 'false') return { isNone: true };
  if (typeof permalink !== 'string') return { path: byDefault };
  const undated = name.replace(/^\d{4}-\d\d-\d\d-(?=.)/, '');
  const fileSlug = name === 'index' ? (above.at(-1)?.replace(/^\d{4}-\d\d-\d\d-(?=.)/, '') ?? '') : undated;
  const stem = [...above, undated].join('/');
  const filled = filledIn(permalink, { ...data, 'page.fileSlug': fileSlug, 'page.filePathStem': `/${stem}` });
  if (filled === undefined) return { path: byDefault };
  const page = filled.replace(/^\.?\/+/, '').replace(/\/{2,}/g, '/');
  const isPage = page === '' || /(?:\/|\.html?)$/.test(page);
  return isPage ? { path: page.replace(/(^|\/)index\.html$/, '$1') } : { isNone: true };
}

const { slug } = anchorsOf('eleventy');

/** A template whose tags are names of data, alone or as slugs; undefined for one that says more than that. */
function filledIn(template: string, data: Data): string | undefined {
  let isKnown = !/\{%|\$\{/.test(template);
  const filled = template.replace(
    /\{\{-?\s*([\w.]+)\s*((?:\|\s*\w+\s*)*)-?\}\}/g,
    (_, name: string, filters: string) => {
      const value = data[name];
      const asked = filters
        .split('|')
        .map((each) => each.trim())
        .filter((each) => each !== '');
      const isText = typeof value === 'string' || typeof value === 'number';
      if (!isText || asked.some((each) => !/^slug(?:ify)?$/.test(each))) isKnown = false;
      return asked.length === 0 ? String(value) : slug(String(value));
    },
  );
  return isKnown && !filled.includes('{{') ? filled : undefined;
}
