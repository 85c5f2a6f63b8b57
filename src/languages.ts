// The Worker for indexes that stem other languages than English: src/index.ts and Snowball's stemmers.

import './core/analyzer/stemming/snowball.ts';
import { createWorker } from './worker.ts';

export { Pages, Spending, Windows } from './worker.ts';

export default createWorker();
