// What agents may call, by the Model Context Protocol: the tools of a search, wherever it is asked, over HTTP or over
// the standard streams of a process. Calls that do not meet a tool's schema end in the protocol's own errors, which the
// SDK raises; what the search itself refuses is the result of a tool, marked as an error, with its stable code.

import { type CallToolResult, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

/** A hit, as an agent cites it. */
interface Citation {
  readonly id: string;
  readonly title?: string | undefined;
  /** Where it is, with the anchor of the section where it has one. */
  readonly url?: string | undefined;
  readonly snippet?: string | undefined;
  readonly score: number;
  /** Of several indexes: the one that it is from. */
  readonly index?: string | undefined;
  /** Of a page: its best sections. */
  readonly sections?:
    | readonly {
        readonly id: string;
        readonly heading?: string | undefined;
        readonly url?: string | undefined;
        readonly snippet?: string | undefined;
      }[]
    | undefined;
}

/** What a search answers: the answer of the API has it, and more. */
interface FoundForAgent {
  readonly exact: boolean;
  readonly bound: number;
  readonly hits: readonly Citation[];
  readonly spelling?: { readonly text: string } | undefined;
  readonly index: { readonly build: string };
  readonly cost: {
    readonly reads: number;
    readonly bytes: number;
    readonly rounds: number;
    readonly milliseconds?: number;
    readonly microdollars?: number;
  };
}

/** A document by its id. */
interface DocumentForAgent {
  readonly id: string;
  readonly title?: string | undefined;
  readonly text: string;
  readonly url?: string | undefined;
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}

/** How an agent searches, beside the question. */
export interface AgentOptions {
  readonly k: number;
  readonly offset: number;
  readonly filter?: string | undefined;
  readonly index?: string | undefined;
  readonly lang?: string | undefined;
}

/** What the tools ask. What it throws with a `code` is told to the agent; anything else is not. */
export interface SearchedByAgents {
  search(query: string, options: AgentOptions): Promise<FoundForAgent>;
  document(id: string, options: Pick<AgentOptions, 'index' | 'lang'>): Promise<DocumentForAgent>;
}

/** An agent reads all of an answer, and pays for it. */
const MOST_HITS = 50;
const DEFAULT_HITS = 8;

const where = {
  index: z.string().min(1).max(300).optional().describe('The index to search, where there are several.'),
  lang: z.string().min(2).max(64).optional().describe('Instead: a language tag, to search the index in it.'),
};
const searchInput = (most: number, deepest: number) =>
  z.strictObject({
    query: z
      .string()
      .min(1)
      .max(8192)
      .describe('A question, or words. "Quoted words" must be said in a row; -word must not be said.'),
    k: z.int().min(1).max(most).default(Math.min(DEFAULT_HITS, most)).describe('How many hits.'),
    offset: z.int().min(0).max(deepest).default(0).describe('How many of the best to pass over.'),
    filter: z
      .string()
      .min(1)
      .max(8192)
      .optional()
      .describe(
        'Which documents may be hits, by their fields: lang:en AND (version>=4 OR tag:api) AND NOT draft:true.',
      ),
    ...where,
  });
const citation = z.object({
  id: z.string().describe('For get_document.'),
  title: z.string().optional(),
  url: z.string().optional().describe('Cite this: it has the anchor of the section.'),
  heading: z.string().optional(),
  snippet: z.string().optional(),
});
const searchOutput = z.object({
  exact: z.boolean().describe('Proved: no other document scores more than these.'),
  proof: z.string(),
  build: z.string(),
  corrected: z.string().optional().describe('The query that was answered, where it was mistyped.'),
  hits: z.array(
    citation.extend({
      rank: z.int(),
      score: z.number(),
      index: z.string().optional(),
      sections: z.array(citation).optional(),
    }),
  ),
  cost: z.object({
    reads: z.number(),
    bytes: z.number(),
    rounds: z.number(),
    milliseconds: z.number().optional(),
    microdollars: z.number().optional(),
  }),
});
const documentOutput = z.object({
  id: z.string(),
  title: z.string().optional(),
  url: z.string().optional(),
  text: z.string(),
  fields: z.record(z.string(), z.unknown()).optional(),
});

/** Nothing is written, and what is read is the owner's own. */
const READING = { readOnlyHint: true, idempotentHint: true, openWorldHint: false };

/**
 * A server of the protocol for one request, or one connection.
 *
 * @param about what is searched, in a sentence for the agent
 * @param most how many hits can be asked for
 */
export function mcpServer(
  searched: SearchedByAgents,
  version: string,
  about: string,
  most: number,
): McpServer {
  const server = new McpServer({ name: 'sparsedge', version }, { instructions: about });
  server.registerTool(
    'search',
    {
      title: 'Search',
      description: `${about} Finds the passages that best answer a question, each with a URL to cite.`,
      inputSchema: searchInput(Math.min(MOST_HITS, most), most - 1),
      outputSchema: searchOutput,
      annotations: READING,
    },
    ({ query, ...options }) =>
      told(async () => {
        const found = shownTo(await searched.search(query, options), options.offset);
        return { content: [{ type: 'text', text: textOf(found) }], structuredContent: found };
      }),
  );
  server.registerTool(
    'get_document',
    {
      title: 'Get a document',
      description: 'Reads a document whole, by the id that a hit of search has.',
      inputSchema: z.strictObject({ id: z.string().min(1).max(4096), ...where }),
      outputSchema: documentOutput,
      annotations: READING,
    },
    ({ id, ...options }) =>
      told(async () => {
        const { title, url, text, fields } = await searched.document(id, options);
        const document = { id, title, url, text, fields };
        const heading = [title, url].filter((part) => part).join('\n');
        return {
          content: [{ type: 'text', text: `${heading}\n\n${text}`.trim() }],
          structuredContent: document,
        };
      }),
  );
  return server;
}

/** What a tool returns, or why it cannot. */
async function told(call: () => Promise<CallToolResult>): Promise<CallToolResult> {
  try {
    return await call();
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (!(error instanceof Error) || typeof code !== 'string') throw error;
    return { isError: true, content: [{ type: 'text', text: `${code}: ${error.message}` }] };
  }
}

/** What of an answer an agent is shown. */
function shownTo({ exact, bound, hits, spelling, index, cost }: FoundForAgent, offset: number) {
  const { reads, bytes, rounds, milliseconds, microdollars } = cost;
  return {
    exact,
    proof: exact
      ? 'Every document that could be among the hits was looked at or ruled out by a bound.'
      : `A budget ended the search: no document that is missing scores more than ${bound}.`,
    build: index.build,
    corrected: spelling?.text,
    hits: hits.map(({ id, title, url, snippet, score, index, sections }, i) => ({
      rank: offset + i + 1,
      id,
      title,
      url,
      heading: sections?.[0]?.heading,
      snippet,
      score,
      index,
      sections: sections?.map(({ id, heading, url, snippet }) => ({ id, heading, url, snippet })),
    })),
    cost: { reads, bytes, rounds, milliseconds, microdollars },
  };
}

/** A page's title and the headings that lead to its section, which may begin with the title. */
function calledBy(title = '', heading = ''): string {
  const isWhole = heading === title || heading.startsWith(`${title} › `);
  return isWhole ? heading : [title, heading].filter(Boolean).join(' › ');
}

/** The same for an agent that reads text alone. */
function textOf({ exact, proof, corrected, hits, cost }: ReturnType<typeof shownTo>): string {
  const blocks = hits.map(({ rank, id, title, url, heading, snippet, index }) =>
    [
      `${rank}. ${calledBy(title, heading) || id}`,
      ...(url === undefined ? [] : [`   ${url}`]),
      `   id: ${id}`,
      ...(index === undefined ? [] : [`   index: ${index}`]),
      ...(snippet === undefined ? [] : [`   ${snippet}`]),
    ].join('\n'),
  );
  const found = hits.length === 0 ? 'Nothing was found.' : blocks.join('\n\n');
  const correction = corrected === undefined ? [] : [`Searched for: ${corrected}`];
  const said = `${exact ? 'Proved' : 'Not proved'}: ${proof} ${cost.reads} reads, ${cost.bytes} bytes.`;
  return [...correction, found, said].join('\n\n');
}
