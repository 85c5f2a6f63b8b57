// Answers that come as server-sent events, though nobody asked for a stream: some gateways send nothing else. All
// events of an answer are put together to the body that it would have had. The format of events is that of the HTML
// standard, 9.2.6; that of chunks is OpenAI's, of chats and of completions.

/** An event of a stream. */
interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** What came of a choice so far. */
interface Gathered {
  readonly message: Record<string, unknown>;
  text?: unknown;
  finish_reason?: unknown;
}

const DONE = '[DONE]';

/** Whether a body consists of events: no JSON, page or sentence begins as one. */
export function isEventStream(text: string): boolean {
  return /^\uFEFF?[\r\n]*(?:data|event|id|retry)?:/.test(text);
}

/** The body of an answer whose events these are: `{choices, usage}`, or `{error}` where there is no whole answer. */
export function bodyOfEvents(text: string): object {
  const choices = new Map<unknown, Gathered>();
  const events = eventsOf(text);
  let usage: unknown;
  let first: object | undefined;
  for (const [i, { name, data }] of events.entries()) {
    if (data.trim() === DONE) return whole(choices, usage, first);
    const chunk = objectIn(data);
    if (chunk === undefined) {
      const found = data.replace(/\s+/g, ' ').slice(0, 80);
      return failed(`event ${i + 1} of a stream: expected a JSON object or ${DONE}, found ${found}`);
    }
    const error = chunk.error ?? (name === 'error' ? chunk : undefined);
    if (error !== undefined) return { error };
    first ??= chunk;
    usage = chunk.usage ?? usage;
    if (Array.isArray(chunk.choices)) gather(choices, chunk.choices);
  }
  // Where the connection ends well, and the answer does not, a server behind a gateway broke off.
  const isOver = [...choices.values()].every((choice) => (choice.finish_reason ?? null) !== null);
  if (isOver) return whole(choices, usage, first);
  const count = events.length === 1 ? '1 event' : `${events.length} events`;
  return failed(`a stream that broke off: expected a finish_reason or ${DONE}, found the end after ${count}`);
}

function failed(message: string): object {
  return { error: { message } };
}

/** Where no event had choices, the first says what came instead. */
function whole(choices: ReadonlyMap<unknown, Gathered>, usage: unknown, first: object | undefined): object {
  if (choices.size === 0) return first ?? failed('a stream without events');
  return { choices: [...choices.values()], usage };
}

function gather(choices: Map<unknown, Gathered>, chunk: readonly unknown[]): void {
  for (const [i, choice] of chunk.entries()) {
    const { index = i, delta, message, text, finish_reason } = Object(choice) as Record<string, unknown>;
    const gathered = choices.get(index) ?? { message: {} };
    choices.set(index, gathered);
    for (const [name, piece] of Object.entries(Object(delta ?? {})))
      gathered.message[name] = joined(gathered.message[name], piece);
    // What is no delta is all of it, also of what came before.
    if ((delta ?? null) === null) Object.assign(gathered.message, message);
    gathered.text = joined(gathered.text, text);
    gathered.finish_reason = finish_reason ?? gathered.finish_reason;
  }
}

/** Text goes on where it ended; a list of parts is longer by what comes. */
function joined(before: unknown, piece: unknown): unknown {
  if ((before ?? null) === null || (piece ?? null) === null) return piece ?? before;
  if (typeof before === 'string' && typeof piece === 'string') return before + piece;
  return [before, piece].flat();
}

function objectIn(data: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The events with data. One at the end counts without the blank line that should follow it. */
function eventsOf(text: string): ServerEvent[] {
  const events: ServerEvent[] = [];
  let name = '';
  let data: string[] = [];
  for (const line of [...text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/), '']) {
    if (line === '') {
      if (data.length > 0) events.push({ name, data: data.join('\n') });
      name = '';
      data = [];
      continue;
    }
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'data') data.push(value);
    else if (field === 'event') name = value;
  }
  return events;
}
