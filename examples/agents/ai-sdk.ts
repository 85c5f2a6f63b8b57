// A tool of the AI SDK that a model may call: passages to cite, and no more of a document than it needs.

import { tool } from 'ai';
import type { SearchClient } from 'sparsedge';
import * as z from 'zod';

/** `tools: { search: searchTool(await open({ endpoint }), 'the manual') }` */
export function searchTool(index: SearchClient, of: string) {
  return tool({
    description: `Searches ${of}. Cite what you use by its url.`,
    inputSchema: z.object({
      query: z.string().min(1).describe('What to search for, in the words of a document that answers.'),
      k: z.int().min(1).max(20).default(5).describe('How many results.'),
    }),
    execute: async ({ query, k }, { abortSignal }) => {
      const fields = ['title', 'url'];
      const { hits, exact } = await index.search(query, { k, snippet: true, fields, signal: abortSignal });
      return { exact, results: hits.map(({ title, url, snippet }) => ({ title, url, snippet })) };
    },
  });
}
