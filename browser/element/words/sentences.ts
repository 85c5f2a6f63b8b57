// What the element says, in English and, by a file that is loaded when it is wanted, in eleven other languages.

/** Sentences in the order that translations.ts has them; `{}` is where something is put in. */
const NAMES = [
  'search',
  'clear',
  'close',
  'results',
  'none',
  'hint',
  'anyway',
  'recent',
  'forget',
  'loading',
  'failed',
  'offline',
  'busy',
  'again',
  'corrected',
  'instead',
  'more',
  'partial',
  'untitled',
  'start',
  'move',
  'open',
] as const;

export type Messages = Readonly<Record<(typeof NAMES)[number], string>>;

const ENGLISH =
  'Search|Clear|Close|Results: {}|Nothing was found for “{}”.|Check the spelling, or use fewer or other words.|Search without filters|Recent searches|Forget them|Searching …|The search did not work.|You are offline. Search works again when you are back.|Too much is being searched at the moment. Try again shortly.|Try again|Showing results for {}.|Search for {} instead|More results|The search was cut short: these are the best results so far.|Untitled|Type to search|to move|to open';

/** The sentences of a language, by its tag: `pt-BR` has those of `pt`, and one that is not here those of English. */
export async function messagesOf(tag: string): Promise<Messages & { readonly language: string }> {
  const [language] = tag.toLowerCase().split(/[-_]/);
  if (language !== 'en') {
    try {
      const { TRANSLATIONS } = await import('./translations.ts');
      if (Object.hasOwn(TRANSLATIONS, language)) return { ...named(TRANSLATIONS[language]), language };
    } catch {
      // A search in English is better than none.
    }
  }
  return { ...named(ENGLISH), language: 'en' };
}

function named(sentences: string): Messages {
  const parts = sentences.split('|');
  return Object.fromEntries(NAMES.map((name, i) => [name, parts[i]])) as Messages;
}
