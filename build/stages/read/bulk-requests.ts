// The form in which Elasticsearch and OpenSearch take many documents at once, and elasticdump's cousins write them: a
// line that says what to do, `{"index": {"_id": "1"}}`, before each that is a document.

import { malformed } from './lines/report.ts';

type Values = Readonly<Record<string, unknown>>;

const ACTIONS = ['index', 'create', 'update', 'delete'];

/** Whether an input begins with such a line. */
export function isBulk(head: Buffer): boolean {
  const [first = ''] = head.toString('utf8').trimStart().split('\n', 1);
  try {
    return actionIn(JSON.parse(first)) !== undefined;
  } catch {
    return false;
  }
}

/** The lines of a request, one after another. */
export class BulkRequest {
  /** What is to become of the next line. */
  #action: { readonly name: string; readonly id: unknown } | undefined;

  /**
   * A line's document, with the id that the line before gives it; none of a line that says what to do.
   *
   * @throws SparsedgeError `bad-input` for a document without such a line, and for what changes documents
   */
  next(record: Values): Values | undefined {
    const before = this.#action;
    // Where a document could not be read, the next line is not taken for it.
    const action = actionIn(record);
    this.#action = action;
    if (action !== undefined) {
      if (action.name === 'delete') this.#action = undefined;
      if (action.name === 'index' || action.name === 'create') return undefined;
      throw malformed(`the action "${action.name}" changes what an index has: expected "index" or "create"`);
    }
    if (before === undefined)
      throw malformed(
        'expected a line such as {"index": {"_id": "1"}} before the document, as before others',
      );
    if (before.name === 'update') return undefined;
    return before.id === undefined ? record : { ...record, _id: before.id };
  }
}

function actionIn(value: unknown): { name: string; id: unknown } | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const [[name, said] = [], second] = Object.entries(value);
  if (name === undefined || second !== undefined || !ACTIONS.includes(name)) return undefined;
  return typeof said === 'object' && said !== null && !Array.isArray(said)
    ? { name, id: (said as Values)._id }
    : undefined;
}
