// What JSON must be to be taken: of manifests and models, which a page reads, too. A library of schemas is larger than
// the rest of what reads an index (zod/mini 8.7 KB gzipped, valibot 2.6, this 0.9), and these few shapes are all that
// is needed.

/** What is wrong, and where. */
interface Issue {
  readonly path: string;
  readonly message: string;
}

/** Takes a value for what it must be, or notes what is wrong with it. */
export type Shape<T> = (value: unknown, path: string, issues: Issue[]) => T;
/** What a shape takes values for. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;

type Members = Readonly<Record<string, Shape<unknown>>>;
type OptionalNames<M extends Members> = {
  [N in keyof M]: undefined extends Shaped<M[N]> ? N : never;
}[keyof M];
type Flat<T> = { [N in keyof T]: T[N] };
type ShapedMembers<M extends Members> = Flat<
  { [N in Exclude<keyof M, OptionalNames<M>>]: Shaped<M[N]> } & {
    [N in OptionalNames<M>]?: Shaped<M[N]>;
  }
>;

function check<T>(is: (value: unknown) => boolean, expected: string): Shape<T> {
  return (value, path, issues) => {
    if (!is(value)) issues.push({ path, message: `expected ${expected}` });
    return value as T;
  };
}

/** A text: not empty, or of a pattern. */
export const text = (pattern = /./su) =>
  check<string>((value) => typeof value === 'string' && pattern.test(value), `text like ${pattern}`);

export const anyText = check<string>((value) => typeof value === 'string', 'text');

export const flag = check<boolean>((value) => typeof value === 'boolean', 'true or false');

/** A number from one to another, which may be excluded from below. */
export const number = (least = Number.NEGATIVE_INFINITY, most = Number.MAX_VALUE, above = false) =>
  check<number>(
    (value) => typeof value === 'number' && value <= most && (above ? value > least : value >= least),
    `a number ${above ? 'above' : 'from'} ${least} to ${most}`,
  );

export const integer = (least = 0, most = Number.MAX_SAFE_INTEGER) =>
  check<number>(
    (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
    `an integer from ${least} to ${most}`,
  );

export const oneOf = <const T>(...values: readonly T[]) =>
  check<T>((value) => values.includes(value as T), `one of ${values.join(', ')}`);

/** What may be missing. */
export const optional =
  <T>(shape: Shape<T>): Shape<T | undefined> =>
  (value, path, issues) =>
    value === undefined ? undefined : shape(value, path, issues);

/** What stands for what is missing: it is taken as if it were there. */
export const missing =
  <T>(shape: Shape<T>, value: unknown): Shape<T> =>
  (given, path, issues) =>
    shape(given === undefined ? value : given, path, issues);

export const list =
  <T>(item: Shape<T>, least = 0, most = Number.MAX_SAFE_INTEGER): Shape<readonly T[]> =>
  (value, path, issues) => {
    if (Array.isArray(value) && value.length >= least && value.length <= most)
      return value.map((each, i) => item(each, `${path}.${i}`, issues));
    issues.push({ path, message: `expected a list of ${least} to ${most}` });
    return [];
  };

/** An object whose members may have any name. */
export const record =
  <T>(member: Shape<T>): Shape<Readonly<Record<string, T>>> =>
  (value, path, issues) => {
    for (const [name, each] of membersOf(value, path, issues)) member(each, `${path}.${name}`, issues);
    return value as Readonly<Record<string, T>>;
  };

/** An object with these members and no others. */
export const object =
  <M extends Members>(members: M): Shape<ShapedMembers<M>> =>
  (value, path, issues) => {
    const given = membersOf(value, path, issues);
    for (const [name] of given)
      if (!Object.hasOwn(members, name)) issues.push({ path, message: `unknown member ${name}` });
    const found = new Map(given);
    const taken = Object.entries(members).map(([name, member]) => [
      name,
      member(found.get(name), path === '' ? name : `${path}.${name}`, issues),
    ]);
    return Object.fromEntries(taken.filter(([, each]) => each !== undefined));
  };

/** One of several kinds of objects, which each say which they are. */
export const kinds =
  <const T extends Readonly<Record<string, Members>>>(
    members: T,
  ): Shape<{ [K in keyof T]: Flat<{ kind: K } & ShapedMembers<T[K]>> }[keyof T]> =>
  (value, path, issues) => {
    const kind = (value as { kind?: string } | undefined)?.kind ?? '';
    if (Object.hasOwn(members, kind))
      return object({ kind: anyText, ...members[kind] })(value, path, issues) as never;
    issues.push({ path, message: `expected a kind, one of ${Object.keys(members).join(', ')}` });
    return value as never;
  };

function membersOf(value: unknown, path: string, issues: Issue[]): [string, unknown][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  issues.push({ path, message: 'expected an object' });
  return [];
}

/** A value as a shape takes it, or all that is wrong with it, a line for each. */
export function shaped<T>(
  shape: Shape<T>,
  value: unknown,
  further: (value: T, wrong: (path: string, message: string) => void) => void = () => {},
):
  | { readonly value: T; readonly wrong?: undefined }
  | { readonly wrong: string; readonly value?: undefined } {
  const issues: Issue[] = [];
  const taken = shape(value, '', issues);
  if (issues.length === 0) further(taken, (path, message) => issues.push({ path, message }));
  if (issues.length === 0) return { value: taken };
  return { wrong: issues.map(({ path, message }) => `${path || 'it'}: ${message}`).join('\n') };
}
