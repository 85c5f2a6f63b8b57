// Phrases: two words that follow one another, functional ones left out, are a term of their own. Its key begins with
// the rarer of the two, so that it stands right behind that word in an index, and one read brings both: a space sorts
// before whatever a word may go on with. "Oil crisis" is `crisi <oil` where crisis is the rarer, "before it: oil";
// "crisis of oil" is `crisi oil`.
//
// Rarer is what comes later in the model's vocabulary, or is not in it; of two that are not, the greater string. That
// takes no statistics of a collection, so a query and all documents, whenever they came, have the same keys.

/** Separates the words of a phrase, and is in none. */
const SPACE = 0x20;

/**
 * The phrases of a text's words in order, repeats included.
 *
 * @param ids of the model's vocabulary: higher is rarer
 */
export function phrasesOf(words: readonly string[], ids: ReadonlyMap<string, number>): string[] {
  const rarity = words.map((word) => ids.get(word) ?? Number.POSITIVE_INFINITY);
  return words.slice(1).map((second, i) => {
    const first = words[i];
    const firstIsRarer = rarity[i] === rarity[i + 1] ? first > second : rarity[i] > rarity[i + 1];
    return firstIsRarer ? `${first} ${second}` : `${second} <${first}`;
  });
}

/** Whether a term's key is a phrase's. */
export function isPhrase(key: Uint8Array): boolean {
  return key.includes(SPACE);
}

/** The words of a term's key: two of a phrase, and else the term. */
export function wordsOf(key: string): string[] {
  const space = key.indexOf(' ');
  return space < 0 ? [key] : [key.slice(0, space), key.slice(space + 1).replace(/^</, '')];
}
