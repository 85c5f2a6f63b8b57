// The Worker that agents can ask as well, by the Model Context Protocol at /mcp: src/languages.ts and the protocol's
// SDK, which is 59 KiB, gzipped. The setting MCP turns it on.

import './core/analyzer/stemming/snowball.ts';
import { answerAgents } from './http/mcp-endpoint.ts';
import { createWorker } from './worker.ts';

export { Pages, Spending, Windows } from './worker.ts';

export default createWorker(undefined, answerAgents);
