// What was searched here lately, kept by the browser of whoever searched it and sent nowhere.

const MOST = 6;

export class RecentQuestions {
  readonly #key: string;

  /** @param scope what is searched: each index has its own */
  constructor(scope: string) {
    this.#key = `sparsedge:recent:${scope}`;
  }

  /** The newest first; none where the browser keeps nothing. */
  list(): string[] {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(this.#key) ?? '[]');
      return Array.isArray(kept) ? kept.filter((text) => typeof text === 'string').slice(0, MOST) : [];
    } catch {
      return [];
    }
  }

  add(question: string): void {
    const text = question.trim();
    if (text === '') return;
    this.#keep([text, ...this.list().filter((other) => other !== text)].slice(0, MOST));
  }

  clear(): void {
    this.#keep([]);
  }

  #keep(questions: readonly string[]): void {
    try {
      if (questions.length > 0) localStorage.setItem(this.#key, JSON.stringify(questions));
      else localStorage.removeItem(this.#key);
    } catch {
      // Where the browser keeps nothing, nothing is lost that was promised.
    }
  }
}
