// What a site's configuration says to a plugin, checked before the site is built; and the attributes of its search box.

import * as z from 'zod';
import { knownCode } from '../../build/stages/read/language/codes.ts';
import { SparsedgeError } from '../../src/core/errors.ts';

/** What plugins are told; all of it may be left out. */
export interface SiteOptions {
  /** The folder below the site that the index and what pages load go into: `_search`. */
  readonly folder?: string | undefined;
  /** Attributes of the search box: `{ facets: 'version', placeholder: 'Search the manual' }`. */
  readonly box?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Which pages are read, and which parts of them; by default all pages, and of each its main part. */
  readonly pages?:
    | {
        readonly include?: readonly string[] | undefined;
        readonly exclude?: readonly string[] | undefined;
        /** CSS selectors. */
        readonly select?: readonly string[] | undefined;
        readonly ignoreSelector?: readonly string[] | undefined;
      }
    | undefined;
  /** The language of all pages, by its code in ISO 639; by default, what each page says. */
  readonly language?: string | undefined;
  /** How documents are weighed, as a file for `sparsedge build --config` says it; by default, by sparsedge-en. */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
}

/** Options that are checked. */
export interface CheckedOptions extends Omit<SiteOptions, 'folder' | 'box'> {
  readonly folder: string;
  readonly box: NonNullable<SiteOptions['box']>;
}

const patterns = z.array(z.string().min(1)).optional();
const optionsSchema = z.strictObject({
  // Its name stands in URLs as it is, and it lies within the site.
  folder: z
    .string()
    .regex(/^(?!\.{1,2}(\/|$))[\w.-]+(\/(?!\.{1,2}(\/|$))[\w.-]+)*$/, {
      error: 'must be a path below the site of letters, digits, dots, hyphens and underscores',
    })
    .default('_search'),
  box: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .refine((box) => Object.keys(box).every((name) => /^[a-z][a-z-]*$/.test(name)), {
      error: 'must have names of attributes, such as facets',
    })
    .refine((box) => !('index' in box || 'base' in box || 'endpoint' in box), {
      error: 'must not have index, base or endpoint: where the index lies, the plugin knows',
    })
    .default({}),
  pages: z
    .strictObject({ include: patterns, exclude: patterns, select: patterns, ignoreSelector: patterns })
    .optional(),
  language: z
    .string()
    .refine((tag) => knownCode(tag) !== undefined, {
      error: 'must be the code of a language, such as de or pt-BR',
    })
    .optional(),
  config: z.record(z.string(), z.unknown()).optional(),
});

/**
 * Options of a plugin as they are used.
 *
 * @param plugin by which messages name it: `sparsedge/astro`
 * @throws SparsedgeError `bad-input` with each option that is wrong, and what was expected
 */
export function checkedOptions(plugin: string, given: SiteOptions): CheckedOptions {
  const { data, error } = optionsSchema.safeParse(given);
  if (data !== undefined) return data;
  const said = error.issues.map(({ path, message }) => `${['options', ...path].join('.')}: ${message}`);
  throw new SparsedgeError('bad-input', `${plugin}: ${said.join('; ')}`, { plugin });
}

/** Where a site stands on its host, with a slash at both ends: `/docs/` for `docs`, `/` for nothing. */
export function basePath(base: string | undefined): string {
  return `/${base ?? ''}/`.replace(/\/{2,}/g, '/');
}

/** The address of what pages load, from a site's base. */
export function scriptOf({ folder }: CheckedOptions, base: string): string {
  return `${base}${folder}/component.js`;
}

/**
 * The attributes of a search box of a site.
 *
 * @param base as of basePath
 */
export function boxAttributes({ folder, box }: CheckedOptions, base: string): Record<string, string> {
  const attributes: Record<string, string> = { index: `${base}${folder}/`, base };
  for (const [name, value] of Object.entries(box))
    if (value !== false) attributes[name] = value === true ? '' : `${value}`;
  return attributes;
}

/** The search box as markup, with the script that defines it. */
export function boxMarkup(options: CheckedOptions, base: string): string {
  const written = Object.entries(boxAttributes(options, base)).map(
    ([name, value]) => ` ${name}="${escaped(value)}"`,
  );
  return (
    `<script type="module" src="${escaped(scriptOf(options, base))}"></script>` +
    `<sparsedge-search${written.join('')}></sparsedge-search>`
  );
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
}
