// Routes and what surrounds them. Handlers read the request, ask answers.ts and say how long the answer may be kept.

import { Hono, type HonoRequest, type MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { type RequestIdVariables, requestId } from 'hono/request-id';
import { routePath } from 'hono/route';
import type { Grant } from '../../access/key-ring.ts';
import { SparsedgeError } from '../core/errors.ts';
import type { Crowd } from '../edge/load/crowd.ts';
import type { Indexes, Named } from '../edge/named-engines.ts';
import type { Config } from '../edge/settings.ts';
import type { LoggedSearch, QueryLog } from '../query/usage/query-log.ts';
import {
  answerDocument,
  answerIndex,
  answerSuggest,
  type Engine,
  languagesOf,
  trySearch,
} from './answers.ts';
import {
  type HealthAnswer,
  MAX_BODY_BYTES,
  type SearchAnswer,
  type SearchInput,
  searchSchemas,
} from './api.ts';
import type { AgentEndpoint } from './mcp-endpoint.ts';
import { readBody } from './messages/body.ts';
import { Callers } from './messages/caller.ts';
import { cursorAfter, pageOf } from './messages/cursor.ts';
import { etagOf, matchesEtag } from './messages/etag.ts';
import { Metrics, OPEN_METRICS } from './messages/open-metrics.ts';
import { problem, problemOf } from './messages/problem.ts';
import { PAGE_PATHS, servedPage } from './messages/served-page.ts';
import { timingOf } from './messages/timing.ts';
import { openApi } from './openapi.ts';
import {
  clickByBody,
  idInPath,
  indexByUrl,
  monitoredIndex,
  searchByBody,
  searchByUrl,
  suggestByUrl,
  withoutParameters,
} from './request.ts';
import type { IndexesAnswer, KeysAnswer } from './schemas/index-schema.ts';
import { answerSeveral } from './several-indexes.ts';

const DOCUMENTS = '/v1/documents/';
const MCP = '/mcp';
/** What needs no key: whether it works, what it is, and the pages that ask for one. */
const OPEN: ReadonlySet<string> = new Set(['/healthz', '/openapi.json', ...PAGE_PATHS]);
/** What a request that comes from the Worker itself was granted: nobody outside can say it. */
interface Inside {
  readonly grant?: Grant;
}

/** Answers are data: nothing of them is to be run, framed or taken for another type. Pages have their own. */
const SECURITY = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
};

/** A monitor gives up after some seconds, and a search that takes as long is none. */
const HEALTH_MS = 4_000;

/** What there may be beside the indexes. */
interface Beside {
  /** Lets in whoever searches or reads; without it, everybody is. */
  readonly crowd?: Crowd | undefined;
  /** Answers the Model Context Protocol, where that is on. */
  readonly agents?: AgentEndpoint | undefined;
  /** Notes what is asked. */
  readonly log?: QueryLog | undefined;
}

/** Builds the HTTP interface of indexes. */
export function createApp(
  config: Config,
  indexes: Indexes<Engine>,
  beside: Beside = {},
): ReturnType<typeof appFor> {
  const schemas = searchSchemas(config.maxK);
  const metrics = new Metrics();
  const access = accessOf(config, indexes, metrics, beside);
  const { callers, grants, grantOf, search, suggest, document, monitored, one } = access;
  // An answer to a key is not kept where others could get it.
  const kept = (request: HonoRequest, value: object, seconds: number | undefined) =>
    keptFor(request, value, seconds, config.admission.keys ? 'private' : 'public');
  const app = countedBy(metrics, appFor(config.origins, config.admission.keys !== undefined));
  app.use(async (c, next) => {
    const { grant } = (c.env ?? {}) as Inside;
    grants.set(c.req.raw, grant ?? (await callers.admit(c.req.raw, OPEN.has(c.req.path))));
    await next();
  });

  app.get('/v1/search', async (c) => {
    const answer = await search(searchByUrl(new URL(c.req.url), schemas), c.req);
    return kept(c.req, answer, isWhole(answer) ? config.generationSeconds : undefined);
  });
  app.post('/v1/search', bare, async (c) => {
    if (!isJson(c.req.header('content-type'))) return notJson();
    const body = await readBody(c.req.raw, MAX_BODY_BYTES);
    return body instanceof Response ? body : json(await search(searchByBody(body, schemas), c.req));
  });
  app.all('/v1/search', () => notAllowed('GET, HEAD, POST, OPTIONS'));

  app.get('/v1/suggest', async (c) => {
    mustSeeAll(grantOf(c.req));
    const answer = await suggest(suggestByUrl(new URL(c.req.url)), c.req);
    return kept(c.req, answer, answer.index.stale ? undefined : config.generationSeconds);
  });
  app.all('/v1/suggest', readOnly);

  app.get(`${DOCUMENTS}*`, async (c) => {
    const answer = await document(idInPath(new URL(c.req.url), DOCUMENTS), c.req);
    return kept(c.req, answer, answer.index.stale ? undefined : config.generationSeconds);
  });
  app.all(`${DOCUMENTS}*`, readOnly);

  app.get('/v1/index', async (c) => {
    mustSeeAll(grantOf(c.req));
    const answer = await answerIndex(await one(c.req));
    return kept(c.req, answer, answer.index.stale ? undefined : config.generationSeconds);
  });
  app.all('/v1/index', readOnly);

  app.get('/v1/indexes', bare, (c) => {
    const { indexes: allowed } = grantOf(c.req);
    const answer: IndexesAnswer = {
      indexes: indexes.names.filter((name) => !allowed || allowed.includes(name)),
    };
    return kept(c.req, answer, config.generationSeconds);
  });
  app.all('/v1/indexes', readOnly);

  app.post('/v1/clicks', bare, (c) => noteClick(c.req, beside.log));
  app.all('/v1/clicks', () => notAllowed('POST, OPTIONS'));

  letAdminister(app, config, callers, metrics, grantOf);

  app.get('/healthz', async (c) => json(await health(await monitored(c.req))));
  app.all('/healthz', readOnly);

  app.get('/openapi.json', bare, (c) => kept(c.req, openApi(schemas), 3600));
  app.all('/openapi.json', readOnly);

  if (config.mcp && beside.agents) letAsk(beside.agents, app, grantOf, config.maxK);
  return servingPages(app);
}

/** The app, which also has what browsers load. */
function servingPages(app: ReturnType<typeof appFor>): ReturnType<typeof appFor> {
  for (const path of PAGE_PATHS) {
    app.get(path, async (c) => {
      const { pathname, search } = new URL(c.req.url);
      // What a page loads is named from where the page is.
      return pathname === path
        ? servedPage(path, c.req.header('if-none-match'))
        : c.redirect(path + search, 308);
    });
    app.all(path, readOnly);
  }
  return app;
}

/** The app, whose requests are counted. */
function countedBy(metrics: Metrics, app: ReturnType<typeof appFor>): ReturnType<typeof appFor> {
  return app.use(async (c, next) => {
    await next();
    metrics.answered(routePath(c, -1), c.res.status);
  });
}

/** What the owner of a deployment reads: which keys there are, and what is asked and spent. */
function letAdminister(
  app: ReturnType<typeof appFor>,
  { publicMetrics }: Config,
  callers: Callers,
  metrics: Metrics,
  grantOf: (request: HonoRequest) => Grant,
): void {
  app.get('/v1/keys', bare, (c) => {
    mustBeAdmin(grantOf(c.req));
    return json({ keys: callers.described } satisfies KeysAnswer);
  });
  app.all('/v1/keys', readOnly);

  app.get('/metrics', bare, (c) => {
    if (!publicMetrics) mustBeAdmin(grantOf(c.req));
    return c.body(metrics.text(), 200, { 'Content-Type': OPEN_METRICS, 'Cache-Control': 'no-store' });
  });
  app.all('/metrics', readOnly);
}

/** Lets agents ask the app what whoever sends them may ask. */
function letAsk(
  agents: AgentEndpoint,
  app: ReturnType<typeof appFor>,
  grantOf: (request: HonoRequest) => Grant,
  maxK: number,
): void {
  // Whoever lists servers of agents may put parameters of its own behind their URLs; none of them says what is asked.
  app.all(MCP, (c) => {
    const inside: Inside = { grant: grantOf(c.req) };
    return agents(c.req.raw, async (request) => app.fetch(request, inside), maxK);
  });
}

/** Notes which hit was opened. */
async function noteClick(request: HonoRequest, log: QueryLog | undefined): Promise<Response> {
  if (!log) return problem('not-found', 'no dataset is bound that clicks are noted in');
  // A beacon may call its JSON text: of another type, browsers ask first, and do not while a page is left.
  const type = request.header('content-type');
  if (!isJson(type) && !/^text\/plain\s*(;|$)/i.test(type ?? '')) return notJson();
  const body = await readBody(request.raw, MAX_BODY_BYTES);
  if (body instanceof Response) return body;
  const { query, ...click } = clickByBody(body);
  log.clicked({ question: query, ...click });
  return new Response(null, { status: 204, headers: { 'Cache-Control': 'no-store' } });
}

/** What callers may see, and how indexes are asked for them. */
function accessOf(
  { admission, maxK }: Config,
  indexes: Indexes<Engine>,
  metrics: Metrics,
  { crowd, log }: Beside,
) {
  const callers = new Callers(admission);
  /** What the caller of each request that is being answered may see. */
  const grants = new WeakMap<Request, Grant>();
  const grantOf = ({ raw }: HonoRequest): Grant => grants.get(raw)!;
  const chosen = async (named: Named, { indexes: allowed, filters: forced }: Grant) => {
    const [first, ...others] = await indexes.chosen(named, languagesOf, allowed);
    const seen = (engine: Engine): Engine => ({ ...engine, edge: { ...engine.edge, forced } });
    return [seen(first), ...others.map(seen)] as const;
  };
  /** @throws SparsedgeError `overloaded` before anything is done */
  const admitted = async <T>(work: () => Promise<T>): Promise<T> => {
    const leave = await crowd?.enter();
    try {
      return await work();
    } finally {
      leave?.();
    }
  };
  const search = async (asked: SearchInput, request: HonoRequest) => {
    const page = pageOf(asked, maxK);
    const answer = await admitted(async () =>
      answerSeveral(page.input, await chosen(asked, grantOf(request)), page.generations),
    );
    metrics.searched(answer);
    log?.searched(loggedSearch(page.input, answer));
    return { ...answer, next: cursorAfter(page, answer, maxK) };
  };
  const named = async (asked: Named, grant: Grant) => (await chosen(asked, grant))[0];
  const one = (request: HonoRequest) => named(indexByUrl(new URL(request.url)), grantOf(request));
  const suggest = (asked: ReturnType<typeof suggestByUrl>, request: HonoRequest) =>
    admitted(async () => answerSuggest(asked, await named(asked, grantOf(request))));
  const document = (id: string, request: HonoRequest) =>
    admitted(async () => answerDocument(id, await one(request)));
  const monitored = (request: HonoRequest) =>
    named(monitoredIndex(new URL(request.url)), { ...grantOf(request), filters: [] });
  return { callers, grants, grantOf, search, suggest, document, monitored, one };
}

/** What answers while the settings are wrong: pages of any origin may see why, since which are allowed is not known. */
export function createFailingApp(error: unknown): ReturnType<typeof appFor> {
  const app = appFor('*');
  app.all('*', () => problemOf(error));
  return app;
}

/** Of routes that take no parameters: refuses a request that has some. */
const bare: MiddlewareHandler = async (c, next) => {
  withoutParameters(new URL(c.req.url));
  await next();
};

/** An app without routes: failures, and which pages of others may call it. */
function appFor(origins: Config['origins'], hasKeys = false): Hono<{ Variables: RequestIdVariables }> {
  // A slash behind a path is no part of it: proxies and those who type URLs add one. Ids of documents keep theirs.
  const app = new Hono<{ Variables: RequestIdVariables }>({ strict: false });
  // Where the platform names a request, its name is taken: it is in the platform's logs, too.
  app.use(requestId({ generator: (c) => c.req.header('cf-ray') ?? crypto.randomUUID() }));
  app.use(
    cors({
      origin: origins === '*' ? '*' : [...origins],
      allowMethods: ['GET', 'HEAD', 'POST'],
      // Any header that a page asks to send is allowed: programs that trace requests add their own.
      exposeHeaders: ['ETag', 'Retry-After', 'Allow', 'Accept-Encoding', 'Server-Timing', 'X-Request-Id'],
      maxAge: 86_400,
    }),
  );
  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(SECURITY))
      if (!c.res.headers.has(name)) c.res.headers.set(name, value);
    // What a browser keeps for one key is not what another one sees.
    if (hasKeys) c.res.headers.append('Vary', 'Authorization');
  });
  app.notFound((c) => problem('not-found', `there is nothing at ${c.req.path}`));
  app.onError((error, c) => problemOf(error, c.get('requestId')));
  return app;
}

/** @throws SparsedgeError `forbidden` for a key of another scope */
function mustBeAdmin({ scope }: Grant): void {
  if (scope === 'admin') return;
  throw new SparsedgeError('forbidden', 'this needs a key of the scope admin');
}

/** @throws SparsedgeError `forbidden` for a key that is for some documents: what an index holds is said of all */
function mustSeeAll({ filters }: Grant): void {
  if (filters.length === 0) return;
  throw new SparsedgeError('forbidden', 'the key is for some documents, and this describes all of them');
}

/** Whether the index is searched now: a failure of any kind is one state to a monitor. */
async function health(engine: Engine): Promise<HealthAnswer> {
  let index: HealthAnswer['index'];
  try {
    index = await trySearch(engine, HEALTH_MS);
  } catch (cause) {
    const reason = cause instanceof SparsedgeError ? cause.message : 'it failed unexpectedly';
    throw new SparsedgeError('unavailable', `the index is not searched: ${reason}`, {}, { cause });
  }
  if (index.stale) {
    throw new SparsedgeError(
      'unavailable',
      `the current index does not open; build ${index.build} still answers`,
    );
  }
  return { status: 'ok', index };
}

/** An answer that a budget cut short is worth less than the one that the next request may get. */
function isWhole({ exact, facets = [], index }: SearchAnswer): boolean {
  return exact && facets.every((facet) => facet.exact) && !index.stale;
}

function loggedSearch({ question, offset, index, prefix }: SearchInput, answer: SearchAnswer): LoggedSearch {
  const { exact, hits, cost } = answer;
  return {
    index: answer.index.name ?? index,
    question: 'text' in question ? question.text : undefined,
    hits: hits.length,
    offset,
    exact,
    typing: prefix === true,
    milliseconds: cost.milliseconds,
    microdollars: cost.microdollars,
  };
}

/** An answer of this moment alone. */
function json(value: object): Response {
  return Response.json(value, { headers: { 'Cache-Control': 'no-store', ...timingOf(value) } });
}

/**
 * An answer that may be kept for some seconds, and asked for again by its ETag. Not one to be kept has none: the next
 * may be better.
 */
async function keptFor(
  request: HonoRequest,
  value: object,
  seconds: number | undefined,
  whose: 'public' | 'private',
): Promise<Response> {
  if (seconds === undefined) return json(value);
  const etag = await etagOf(value);
  const headers = {
    'Cache-Control': seconds > 0 ? `${whose}, max-age=${seconds}` : 'no-cache',
    ETag: etag,
  };
  if (matchesEtag(request.header('if-none-match'), etag)) return new Response(null, { status: 304, headers });
  return Response.json(value, { headers: { ...headers, ...timingOf(value) } });
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(;|$)/i.test(contentType ?? '');
}

function notJson(): Response {
  return problem('unsupported-media-type', 'the body must be JSON, with the content type application/json');
}

function readOnly(): Response {
  return notAllowed('GET, HEAD, OPTIONS');
}

function notAllowed(allow: string): Response {
  return problem('method-not-allowed', `this resource takes ${allow}`, {}, { Allow: allow });
}
