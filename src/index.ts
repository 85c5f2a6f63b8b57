// The Worker for indexes whose queries need no network: 14 MB smaller than src/neural.ts.

import { createWorker } from './worker.ts';

export { Pages, Spending, Windows } from './worker.ts';

export default createWorker();
