// Routes and what surrounds them. Handlers read the request, ask answers.ts and say how long the answer may be kept.

import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { SparsedgeError } from '../core/errors.ts';
import type { Config } from '../env.ts';
import { answerDocument, answerSearch, describeIndex, type Engine, stateOf } from './answers.ts';
import { type HealthAnswer, MAX_BODY_BYTES, searchSchemas } from './api.ts';
import { openApi } from './openapi.ts';
import { problem, problemOf } from './problem.ts';
import { idInPath, searchByBody, searchByUrl } from './request.ts';

const DOCUMENTS = '/v1/documents/';

/** Builds the HTTP interface of an engine. */
export function createApp(config: Config, engine: Engine): Hono {
  const schemas = searchSchemas(config.maxK);
  const app = new Hono();

  app.use(
    cors({
      origin: config.origins === '*' ? '*' : [...config.origins],
      allowMethods: ['GET', 'HEAD', 'POST'],
      allowHeaders: ['Content-Type'],
      maxAge: 86_400,
    }),
  );

  app.get('/v1/search', async (c) => {
    const answer = await answerSearch(searchByUrl(new URL(c.req.url), schemas), engine);
    // An answer that a budget cut short is worth less than the one that the next request may get.
    return json(answer, answer.exact && !answer.index.stale ? config.generationSeconds : 0);
  });
  app.post(
    '/v1/search',
    (c, next) => (isJson(c.req.header('content-type')) ? next() : Promise.resolve(notJson())),
    bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge }),
    async (c) => json(await answerSearch(searchByBody(await c.req.text(), schemas), engine), 0),
  );
  app.all('/v1/search', () => notAllowed('GET, HEAD, POST, OPTIONS'));

  app.get(`${DOCUMENTS}*`, async (c) => {
    const answer = await answerDocument(idInPath(new URL(c.req.url), DOCUMENTS), engine);
    return json(answer, answer.index.stale ? 0 : config.generationSeconds);
  });
  app.all(`${DOCUMENTS}*`, readOnly);

  app.get('/v1/index', async () => {
    const answer = describeIndex(await engine.resident.get());
    return json(answer, answer.index.stale ? 0 : config.generationSeconds);
  });
  app.all('/v1/index', readOnly);

  app.get('/healthz', async () => json(await health(engine), 0));
  app.all('/healthz', readOnly);

  app.get('/openapi.json', () => json(openApi(schemas), 3600));
  app.all('/openapi.json', readOnly);

  app.notFound((c) => problem('not-found', `there is nothing at ${c.req.path}`));
  app.onError((error) => problemOf(error));
  return app;
}

/** Whether the current index opens now: it is asked for anew, since an open one says nothing about storage. */
async function health({ resident }: Engine): Promise<HealthAnswer> {
  let open: Awaited<ReturnType<typeof resident.get>>;
  try {
    open = await resident.get(true);
  } catch (cause) {
    // However it fails, it is not there to be searched: to a monitor that is one state.
    const reason = cause instanceof SparsedgeError ? cause.message : 'it failed unexpectedly';
    throw new SparsedgeError('unavailable', `the index does not open: ${reason}`, {}, { cause });
  }
  if (open.stale) {
    const { build } = open.index.manifest;
    throw new SparsedgeError('unavailable', `the current index does not open; build ${build} still answers`);
  }
  return { status: 'ok', index: stateOf(open) };
}

function json(value: unknown, seconds: number): Response {
  const cacheControl = seconds > 0 ? `public, max-age=${seconds}` : 'no-store';
  return Response.json(value, { headers: { 'Cache-Control': cacheControl } });
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(;|$)/i.test(contentType ?? '');
}

function notJson(): Response {
  return problem('unsupported-media-type', 'the body must be JSON, with the content type application/json');
}

function tooLarge(): Response {
  return problem('too-large', `the body has more than ${MAX_BODY_BYTES} bytes`);
}

function readOnly(): Response {
  return notAllowed('GET, HEAD, OPTIONS');
}

function notAllowed(allow: string): Response {
  return problem('method-not-allowed', `this resource takes ${allow}`, {}, { Allow: allow });
}
