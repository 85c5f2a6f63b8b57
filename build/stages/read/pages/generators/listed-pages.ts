// Which files of a project are pages, where its configuration or its table of contents says so.

import picomatch from 'picomatch';
import { parsed, recordOf } from './site-settings.ts';

/** Whether patterns in the way of `.gitignore` match a path: the last that matches decides. */
export function gitIgnored(lines: string): (path: string) => boolean {
  const rules = lines
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const isKept = line.startsWith('!');
      const pattern = isKept ? line.slice(1) : line;
      const bare = pattern.replace(/^\/|\/$/g, '');
      const anchored = /\/./.test(pattern) ? bare : `**/${bare}`;
      const globs = pattern.endsWith('/') ? [`${anchored}/**`] : [anchored, `${anchored}/**`];
      return { isKept, matches: picomatch(globs, { dot: true }) };
    });
  return (path) => rules.findLast(({ matches }) => matches(path))?.isKept === false;
}

/**
 * The chapters that the summary of an mdBook links to: only these are pages.
 *
 * @param source the folder of the book's files, with a slash at its end
 */
export function chaptersIn(summary: string, source: string): ReadonlySet<string> {
  const links = Array.from(summary.matchAll(/\]\(\s*<?([^()<>#\s]*(?:\([^()\s]*\)[^()<>#\s]*)*)[^()]*\)/g));
  return new Set(links.map(([, link]) => `${source}${decoded(link).replace(/^(?:\.\/)+/, '')}`));
}

function decoded(link: string): string {
  try {
    return decodeURIComponent(link);
  } catch {
    return link;
  }
}

/** What Sphinx leaves out: the patterns of its configuration that are written out. */
export function sphinxUnlisted(config: string): (path: string) => boolean {
  const [, listed = ''] = /^exclude_patterns\s*(?::[^=\n]*)?\+?=\s*\[([^\]]*)\]/m.exec(config) ?? [];
  const patterns = Array.from(
    listed.replace(/#.*/g, '').matchAll(/(["'])([^"'\n]+)\1/g),
    ([, , each]) => each,
  );
  const [, templates = ''] = /^templates_path\s*=\s*\[([^\]]*)\]/m.exec(config) ?? [];
  const folders = Array.from(templates.matchAll(/(["'])([^"'\n]+)\1/g), ([, , each]) => each);
  return matcherOf([...patterns, ...folders]);
}

/** What Jekyll leaves out, by the patterns of its configuration. */
export function jekyllUnlisted(config: string): (path: string) => boolean {
  const { exclude, include } = recordOf(parsed('_config.yml', config));
  const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  const isExcluded = matcherOf(['node_modules', 'vendor/bundle', ...texts(exclude)]);
  const isIncluded = matcherOf(texts(include));
  return (path) => isExcluded(path) && !isIncluded(path);
}

function matcherOf(patterns: readonly string[]): (path: string) => boolean {
  const plain = patterns.map((pattern) => pattern.replace(/^\.?\/|\/$/g, '')).filter((each) => each !== '');
  if (plain.length === 0) return () => false;
  return picomatch(
    plain.flatMap((pattern) => [pattern, `${pattern}/**`]),
    { dot: true },
  );
}
