// The description of the interface, as every Worker serves it, as a page for people.

import * as api from '../src/http/api.ts';
import { openApi } from '../src/http/openapi.ts';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

interface Operation {
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly description: string;
        readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
      }
    >
  >;
}

/** What MAX_K is unless a Worker's settings say otherwise. */
const DEFAULT_K = 100;

/** The interface of a Worker whose settings are the defaults, as Markdown. */
export function apiReference(): string {
  const { paths, components } = openApi(api.searchSchemas(DEFAULT_K)) as unknown as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  };
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) =>
      aboutOperation(`${method.toUpperCase()} ${path}`, operation),
    ),
  );
  const schemas = Object.entries(components.schemas).map(([name, schema]) => aboutSchema(name, schema));
  return [
    '# API reference',
    'Every Worker serves this description of itself as `/openapi.json`, by which clients are generated.',
    ...operations,
    '## Bodies and answers',
    ...schemas,
  ].join('\n\n');
}

function aboutOperation(
  name: string,
  { summary, description, parameters = [], requestBody, responses }: Operation,
): string {
  const rows = parameters.map(
    ({ name, in: place, required, description = '', schema }) =>
      [
        `\`${name}\`${required ? ', required' : ''}`,
        place === 'query' ? typeOf(schema) : `${typeOf(schema)}, ${place}`,
        description || schema.description || '',
      ] as const,
  );
  const answers = Object.entries(responses).map(([status, { description, content = {} }]) => {
    const [body] = Object.values(content);
    return [status, body ? typeOf(body.schema) : '', description] as const;
  });
  const body = Object.values(requestBody?.content ?? {})[0];
  return [
    `## ${name}`,
    summary,
    ...(description ? [description] : []),
    ...(body ? [`The body is ${typeOf(body.schema)}.`] : []),
    ...(rows.length > 0 ? [table(['parameter', 'type', 'what it is'], rows)] : []),
    table(['status', 'answer', 'when'], answers),
  ].join('\n\n');
}

function aboutSchema(name: string, schema: Schema): string {
  const { description, properties, required = [] } = schema;
  const rows = Object.entries(properties ?? {}).map(
    ([key, value]) =>
      [
        `\`${key}\`${required.includes(key) ? ', required' : ''}`,
        typeOf(value),
        value.description ?? '',
      ] as const,
  );
  const shape = rows.length > 0 ? table(['part', 'type', 'what it is'], rows) : `It is ${typeOf(schema)}.`;
  return [`### ${name}`, ...(description ? [description] : []), shape].join('\n\n');
}

/** A schema in words: `integer, 1 to 100, by default 10`. */
function typeOf(schema: Schema): string {
  // `true` is any value.
  if (typeof schema === 'boolean') return 'anything';
  const { $ref, type, items, anyOf, oneOf, enum: values, minimum, maximum } = schema;
  if ($ref !== undefined) {
    const name = $ref.split('/').at(-1)!;
    return `[${name}](#${name.toLowerCase()})`;
  }
  const choices = anyOf ?? oneOf;
  let said = [type ?? (schema.const === undefined ? 'anything' : `\`${schema.const}\``)].flat().join(' or ');
  if (choices !== undefined) said = choices.map(typeOf).join(' or ');
  if (values !== undefined) said = values.map((value) => `\`${value}\``).join(', ');
  if (type === 'array' && items !== undefined) said = `list of ${typeOf(items)}`;
  if (minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER)
    said += `, ${minimum} to ${maximum}`;
  else if (minimum !== undefined) said += `, from ${minimum}`;
  return schema.default === undefined ? said : `${said}, by default \`${JSON.stringify(schema.default)}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
  return [head, head.map(() => '---'), ...rows.map((row) => row.map(cell))]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}
