// How rules are read, of one or of several, and of patterns.

/** A synonym weighs so much of what the words weigh for which it stands. */
export const SYNONYM_WEIGHT = 0.75;

/** One or several, as a list. */
export function listed<T>(some: T | readonly T[] | undefined): readonly T[] {
  return some === undefined ? [] : ([some].flat() as T[]);
}

/**
 * Whether a text is of a pattern, in which * stands for any text. Each part is looked for once, from left to right: an
 * expression of as many stars could take as many powers of the text's length.
 */
export function matcher(pattern: string): (text: string) => boolean {
  const [first, ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (!text.startsWith(first)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
  };
}
