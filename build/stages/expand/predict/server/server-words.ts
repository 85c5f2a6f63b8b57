// What a server says when it does not answer. Each kind writes its own JSON around its words: `{error: {message}}`,
// `{error: "…"}`, `{message}`, `{detail}`; or an HTML page.

import { bodyOfEvents, isEventStream } from './event-stream.ts';

/** An error as the server put it. */
export interface ServerWords {
  readonly message: string;
  readonly code?: string | number | undefined;
  readonly type?: string | undefined;
  readonly param?: string | undefined;
}

/** The words in a body, parsed if it is JSON; undefined where there are none. */
export function wordsIn(body: unknown): ServerWords | undefined {
  if (typeof body === 'string') {
    const text = body
      .replace(/<(style|script)[\s\S]*?<\/\1>|<[^>]*>/gi, ' ')
      .replace(/\s+/g, ' ')
      .trim();
    return text === '' ? undefined : { message: text };
  }
  if (Array.isArray(body)) return wordsIn(body[0]);
  if (typeof body !== 'object' || body === null) return undefined;
  const { error, errors, message, detail, msg, code, type, param } = body as Record<string, unknown>;
  const inner = wordsIn(error) ?? wordsIn(errors);
  const words = inner ?? wordsIn(message) ?? wordsIn(detail) ?? wordsIn(msg);
  if (words === undefined) return undefined;
  return {
    message: words.message,
    code: words.code ?? (typeof code === 'string' || typeof code === 'number' ? code : undefined),
    type: words.type ?? (typeof type === 'string' ? type : undefined),
    param: words.param ?? (typeof param === 'string' ? param : undefined),
  };
}

/** Fetches as ever; whatever comes is put in the one form that the client understands. */
export async function fetchWithWords(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  if (response.ok) return answerAsJson(response, init?.signal);
  const text = await response.text();
  const words = wordsIn(bodyOf(text)) ?? { message: response.statusText || 'no words' };
  const headers = new Headers({ 'content-type': 'application/json' });
  const after = response.headers.get('retry-after');
  if (after !== null) headers.set('retry-after', after);
  return new Response(JSON.stringify({ error: words }), { status: response.status, headers });
}

/** An answer as JSON, whatever it calls itself: some servers say that theirs is text, and some send events. */
async function answerAsJson(response: Response, signal: AbortSignal | null | undefined): Promise<Response> {
  let text: string;
  try {
    text = textIn(await response.arrayBuffer(), response.headers.get('content-type') ?? '');
  } catch (cause) {
    if (signal?.aborted) throw cause;
    // To the client, what fetch throws is a connection that was never made; this one ends where the body is read.
    const broken = new ReadableStream({ start: (controller) => controller.error(cause) });
    return new Response(broken, { headers: { 'content-type': 'application/json' } });
  }
  const body = bodyOf(text);
  const said = typeof body === 'string' ? wordsIn(body)?.message : undefined;
  const error = { message: said === undefined ? 'an empty answer' : `an answer that is not JSON: ${said}` };
  return Response.json(typeof body === 'string' ? { error } : body);
}

/** A body in the character set that it says it is in; UTF-8 where it says none, or one that nobody knows. */
function textIn(body: ArrayBuffer, type: string): string {
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([\w-]+)/i.exec(type) ?? [];
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

/** A body of JSON or of events as a value, and any other as it is. */
function bodyOf(text: string): unknown {
  const body = parsed(text);
  return typeof body === 'string' && isEventStream(body) ? bodyOfEvents(body) : body;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return text;
  }
}

/** Whether an account has nothing left: no later call will fare better. */
export function isExhausted({ message, code, type }: ServerWords): boolean {
  const named =
    /insufficient_quota|billing_hard_limit|insufficient_(?:balance|credit|fund)|credit_exhausted|payment_required/i;
  const told =
    /check your plan and billing|insufficient (?:credit|balance|fund|quota)|(?:credit balance|balance) is too low|out of credits|no credits? left|quota (?:is )?exhausted|\bper[- ]day\b|daily (?:limit|quota)|add (?:more )?credits|payment required|billing (?:hard )?limit/i;
  return named.test(`${code} ${type}`) || told.test(message);
}

/** Whether it is the length of a call that is refused. */
export function isTooLong({ message, code }: ServerWords): boolean {
  return (
    /context_length_exceeded/.test(String(code)) ||
    /context (?:length|window|size)|the context has|maximum (?:context|input|sequence|prompt)|too long|too many (?:input )?tokens|exceeds? the (?:limit|maximum|available|model)|longer than/i.test(
      message,
    )
  );
}

/** Whether it is the call that a server complains of, though its status says that the server is at fault. */
export function isAboutCall({ message }: ServerWords): boolean {
  return /context (?:length|window|size)|maximum context|system role|roles must alternate/i.test(message);
}

/** Whether it is the model that is not there. */
export function isAboutModel({ message, code }: ServerWords): boolean {
  return (
    /model_not_found|invalid_model/.test(String(code)) ||
    /not a valid model|(?:invalid|unknown|no such) model|model\b.{0,80}\b(?:does not exist|not found|is not (?:available|served|loaded|supported)|doesn't exist)/i.test(
      message,
    )
  );
}
