// Which generator makes a site of Markdown files: found by its configuration, beside or above them, which is read here.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { tagOf } from '../../language/languages-by-path.ts';
import { docusaurusSite } from './docusaurus-places.ts';
import { eleventySite } from './eleventy-data.ts';
import type { Generator } from './generator.ts';
import { hugoSite } from './hugo.ts';
import { jekyllSite } from './jekyll.ts';
import { type GeneratorName, HABITS, SIGNS } from './known-generators.ts';
import { chaptersIn, jekyllUnlisted, sphinxUnlisted } from './listed-pages.ts';
import { mkdocsSite } from './mkdocs.ts';
import { leftOutBy, rewritesIn } from './press-pages.ts';
import { astroLanguages, NO_LANGUAGES, pressLanguages, zolaLanguages } from './site-languages.ts';
import { asFolder, chosenLanguage, setting, textSetting } from './site-settings.ts';

/** So many folders above the input are looked at. */
const LEVELS = 4;

/**
 * The generator of the pages in a folder, with what its configuration says; pages without one are read as GitHub shows
 * them.
 *
 * @param named the generator, whatever there is; without a configuration, it does what it does by itself
 */
export function generatorOf(folder: string, named?: GeneratorName): Generator {
  let at = resolve(folder);
  for (let level = 0; level <= LEVELS; level++) {
    for (const { name, files, roots } of SIGNS) {
      const sign = files.find((file) => existsSync(join(at, file)));
      const isIt = named === undefined ? sign !== undefined && !isOther(name, at, sign) : name === named;
      if (sign === undefined || !isIt) continue;
      const below = relative(at, resolve(folder)).split(sep).join('/');
      const inside = below === '' ? '' : `${below}/`;
      const configuration = configured(name, at, sign);
      // A folder that a configuration names and that is not there is made by a program.
      const sources = configuration.sources?.filter((each) => existsSync(join(at, each)));
      const isKnown = sources !== undefined && sources.length > 0;
      const said = {
        roots,
        languages: NO_LANGUAGES,
        ...configuration,
        sources: isKnown ? sources : undefined,
      };
      const foundBy = `${'../'.repeat(level)}${sign}`;
      return { name, ...HABITS[name], ...said, inside, foundBy, ...(inside !== '' && { roots: [] }) };
    }
    if (existsSync(join(at, '.git')) || dirname(at) === at) break;
    at = dirname(at);
  }
  const name = named ?? 'github';
  const roots = SIGNS.find((sign) => sign.name === name)?.roots ?? [];
  return { name, ...HABITS[name], roots, inside: '', languages: NO_LANGUAGES };
}

/** Jupyter Book and Hexo call their configurations as Jekyll does, and not all with these names are of Markdown. */
function isOther(name: GeneratorName, folder: string, sign: string): boolean {
  if (name === 'hugo' && /^config\.\w+$/.test(sign))
    return !existsSync(join(folder, 'content')) || !/^\s*"?baseurl"?\s*[=:]/im.test(textOf(folder, sign));
  if (name === 'nextra')
    return !/nextra|mdx|markdoc|fumadocs|contentlayer|velite/i.test(textOf(folder, sign));
  if (name === 'zola')
    return !existsSync(join(folder, 'content')) || !/^\s*base_url\s*=/m.test(textOf(folder, sign));
  if (name === 'sphinx') return !/myst|recommonmark/i.test(textOf(folder, sign));
  return name === 'jekyll' && ['_toc.yml', 'source/_posts'].some((file) => existsSync(join(folder, file)));
}

/** A file as text; nothing where there is none. */
function textOf(folder: string, file: string): string {
  try {
    return readFileSync(join(folder, file), 'utf8');
  } catch {
    return '';
  }
}

type Configured = Partial<Omit<Generator, 'name' | 'foundBy' | 'inside'>>;

/** What a configuration says of URLs, in the few words in which these generators are told. */
function configured(name: GeneratorName, folder: string, sign: string): Configured {
  const said = (file: string) => textOf(folder, file);
  if (name === 'vitepress' || name === 'vuepress') return pressConfigured(name, folder, sign);
  if (name === 'mdbook' || name === 'gitbook') return bookConfigured(name, folder, said(sign));
  if (name === 'jekyll') {
    const site = jekyllSite(said(sign));
    return {
      site,
      isUnlisted: jekyllUnlisted(said(sign)),
      basis: said(sign),
      languages: { ...NO_LANGUAGES, main: site.language },
    };
  }
  if (name === 'sphinx') {
    const main = chosenLanguage(tagOf(/^language\s*=\s*["']([\w-]+)/m.exec(said(sign))?.[1]));
    return {
      isUnlisted: sphinxUnlisted(said(sign)),
      basis: said(sign),
      languages: { ...NO_LANGUAGES, main },
    };
  }
  if (name === 'mkdocs') return mkdocsSite(said(sign));
  if (name === 'docusaurus') {
    const docs = docusaurusSite(folder, said(sign));
    return {
      ...(setting('trailingSlash', 'true').test(said(sign)) && { pages: 'folder' }),
      ...(setting('trailingSlash', 'false').test(said(sign)) && { indexSlash: false }),
      docs,
      languages: { ...NO_LANGUAGES, main: docs.main },
    };
  }
  if (name === 'hugo') return hugoSite(folder);
  if (name === 'zola') return { languages: zolaLanguages(said(sign)), sources: ['content/'] };
  if (name === 'nextra')
    return setting('trailingSlash', 'true').test(said(sign)) ? { pages: 'folder', indexSlash: true } : {};
  if (name === 'eleventy') {
    const eleventy = eleventySite(folder, said(sign));
    const { input } = eleventy;
    return {
      eleventy,
      ...(input !== undefined && { roots: [input] }),
      ...(eleventy.hasOwnIds && { anchors: 'eleventy' }),
    };
  }
  if (name !== 'astro') return {};
  const bare =
    setting('trailingSlash', `['"]never`).test(said(sign)) && ({ pages: 'bare', indexSlash: false } as const);
  const files = setting('format', `['"]file`).test(said(sign)) && ({ pages: 'html' } as const);
  return { ...bare, ...files, languages: astroLanguages(said(sign), rootsOf(name)) };
}

/** Of an mdBook only chapters that its summary has are pages. */
function bookConfigured(name: 'mdbook' | 'gitbook', folder: string, config: string): Configured {
  const [, said] = /^\s*(?:src\s*=|root\s*:)\s*["']?(?:\.\/)?([^"'\s]*)/m.exec(config) ?? [];
  const source = said === undefined ? undefined : asFolder(said);
  if (name === 'gitbook') return source === undefined ? {} : { roots: [source] };
  const root = source ?? 'src/';
  const chapters = chaptersIn(textOf(folder, `${root}SUMMARY.md`), root);
  const main = chosenLanguage(tagOf(/^\s*language\s*=\s*["']([\w-]+)/m.exec(config)?.[1]));
  return {
    roots: [root],
    sources: [root],
    languages: { ...NO_LANGUAGES, main },
    isUnlisted: (path) => path === `${root}SUMMARY.md` || (chapters.size > 0 && !chapters.has(path)),
    basis: [...chapters],
  };
}

/** VitePress and VuePress have a folder of configurations, one of which may have languages, and others their words. */
function pressConfigured(name: 'vitepress' | 'vuepress', folder: string, sign: string): Configured {
  const names = ['ts', 'mts', 'js', 'mjs'].flatMap((end) => [`config.${end}`, `config/index.${end}`]);
  const config = names.map((file) => textOf(folder, join(sign, file))).join('\n');
  const root = name === 'vitepress' ? asFolder(textSetting(config, 'srcDir') ?? '') : '';
  const isBare = name === 'vitepress' && setting('cleanUrls', 'true').test(config);
  const ofPress =
    name === 'vitepress'
      ? { rewrite: rewritesIn(config) }
      : { permalinkPattern: textSetting(config, 'permalinkPattern') };
  const languages = pressLanguages(config, root);
  return {
    ...(isBare && { pages: 'bare' }),
    roots: [root],
    languages,
    isLeftOut: leftOutBy(config),
    basis: config,
    ...ofPress,
  };
}

function rootsOf(name: GeneratorName): readonly string[] {
  return SIGNS.find((sign) => sign.name === name)?.roots ?? [];
}
