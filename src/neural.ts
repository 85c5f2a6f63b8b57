// The Worker for indexes whose queries need a network: src/mcp.ts and ONNX Runtime, which is 14 MB of WebAssembly.

import './core/analyzer/stemming/snowball.ts';
import { openOnnxGraph } from './encode/onnx-network.ts';
import { residentReranker } from './encode/resident-reranker.ts';
import { answerAgents } from './http/mcp-endpoint.ts';
import { createWorker } from './worker.ts';

export { Pages, Spending, Windows } from './worker.ts';

export default createWorker({ openGraph: openOnnxGraph, residentReranker }, answerAgents);
