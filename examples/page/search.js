// Asks a Worker over HTTP. Runs in a browser and in Node.

/**
 * A search that cancels the question before it.
 *
 * @param {string} endpoint where the Worker is
 * @returns {(question: string) => Promise<object | undefined>} the answer; nothing for an empty question, and for one
 *   that the next question has cancelled
 */
export function searcher(endpoint) {
  let latest = new AbortController();
  return async (question) => {
    latest.abort();
    latest = new AbortController();
    const { signal } = latest;
    if (question.trim() === '') return { exact: true, hits: [] };
    try {
      const url = new URL('/v1/search', endpoint);
      url.searchParams.set('q', question);
      const response = await fetch(url, { signal });
      const answer = await response.json();
      // A problem (RFC 9457) says in a sentence what is wrong.
      if (!response.ok) throw new Error(answer.detail);
      return answer;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  };
}
