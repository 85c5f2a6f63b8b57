// The Model Context Protocol over HTTP: its tools ask the API as any client does, and are answered as its caller is, so
// that what a caller may see is decided in one place.

import { createMcpHandler } from '@modelcontextprotocol/server';
import { mcpServer, type SearchedByAgents } from '../../agents/mcp-server.ts';
import { MAX_BODY_BYTES } from './api.ts';
import { connect, type SearchOptions } from './client.ts';

const VERSION = '1';

/** Answers requests of the protocol by asking the API, which gives so many hits at most. */
export type AgentEndpoint = (
  request: Request,
  api: (request: Request) => Promise<Response>,
  maxK: number,
) => Promise<Response>;

export const answerAgents: AgentEndpoint = (request, api, maxK) => {
  const { fetch } = createMcpHandler(() => mcpServer(searchedBy(request, api), VERSION, ABOUT, maxK), {
    maxRequestBodySize: MAX_BODY_BYTES,
  });
  return fetch(request);
};

const ABOUT = 'Searches the documents of this site.';

/** The API, as the caller of a request asks it. */
function searchedBy({ url }: Request, api: (request: Request) => Promise<Response>): SearchedByAgents {
  const ask = async (input: URL, init?: RequestInit) => api(new Request(input, init));
  const client = connect(new URL('/', url), ask as typeof fetch);
  return {
    search: (query, options) => {
      const shown: SearchOptions = { fields: ['title', 'url'], snippet: true };
      return client.search(query, { ...options, ...shown });
    },
    document: async (id, options) => (await client.document(id, options)).document,
  };
}
