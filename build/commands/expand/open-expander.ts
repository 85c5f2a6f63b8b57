// The language model that the options name: behind a server, or in this process.

import { SparsedgeError } from '../../../src/core/errors.ts';
import type { Expander } from '../../stages/expand/predict/expander.ts';
import { isNotInstalled } from '../../work/system-error.ts';
import { CALLS_AT_ONCE, DOCUMENTS_AT_ONCE, type PredictOptions, presetOf } from './predict-options.ts';

/** A model that is ready to be asked. */
interface OpenExpander extends Expander {
  /** Frees what a model in this process takes. */
  close?(): Promise<void>;
}

/**
 * Opens the model.
 *
 * @throws SparsedgeError `bad-input` for a model that is not named, or that does not run here
 */
export function openExpander(options: PredictOptions): Promise<OpenExpander> {
  return options.gguf === undefined ? openServer(options) : openLocal(options.gguf, options);
}

// Each imports its expander when it is asked for: loading it would slow every other command down.

async function openLocal(gguf: string, options: PredictOptions): Promise<OpenExpander> {
  const { adapter, device, concurrency = DOCUMENTS_AT_ONCE } = options;
  const { localExpander } = await import('../../stages/expand/predict/local-expander.ts');
  return localExpander({ model: gguf, adapter, device, preset: presetOf(options), concurrency });
}

async function openServer(options: PredictOptions): Promise<OpenExpander> {
  const { adapter, device, server, model, concurrency = CALLS_AT_ONCE, attempts, timeout } = options;
  const local = adapter !== undefined ? '--adapter' : device !== undefined ? '--device' : undefined;
  if (local !== undefined)
    throw new SparsedgeError('bad-input', `${local} needs --gguf: a server has its own adapters and devices`);
  if (model === undefined) {
    throw new SparsedgeError(
      'bad-input',
      'no model is named: give --model with its name on the server, or --gguf with a file to run here',
    );
  }
  const { serverExpander } = await import('../../stages/expand/predict/server-expander.ts').catch(noClient);
  return serverExpander({
    url: checkedUrl(server),
    apiKey: process.env.OPENAI_API_KEY,
    model,
    preset: presetOf(options),
    concurrency,
    attempts,
    timeout,
  });
}

/** The client is 35 MB, and no other command needs one, so the package does not bring it. */
function noClient(error: unknown): never {
  if (!isNotInstalled(error) || !/\bopenai\b/.test((error as Error).message)) throw error;
  throw new SparsedgeError(
    'bad-input',
    'asking a server needs the package openai, which is installed beside sparsedge: npm install openai',
    { install: 'openai' },
    { cause: error },
  );
}

function checkedUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new SparsedgeError(
    'bad-input',
    `--server must be a URL such as http://127.0.0.1:8000/v1; it is "${text}"`,
  );
}
