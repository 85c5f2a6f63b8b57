// An expander whose model runs in this process: no server, and no calls that fail.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Document } from '../../../../src/core/document.ts';
import { SparsedgeError } from '../../../../src/core/errors.ts';
import { type Asked, askAbout, presetKey } from './ask-model.ts';
import { type Expander, NO_USAGE } from './expander.ts';
import { type Llama, type LlamaDevice, type LlamaPrompt, openLlama } from './llama.ts';
import { documentText, type Preset } from './prompt.ts';

/** Which model, and how it is asked. */
export interface LocalOptions {
  /** A GGUF file. */
  readonly model: string;
  readonly adapter?: string | undefined;
  readonly device?: LlamaDevice | undefined;
  readonly preset: Preset;
  /** Documents at once: each takes memory for its tokens. */
  readonly concurrency: number;
}

/** Text that has fewer characters a token than this is cut shorter than the preset allows. */
const CHARACTERS_PER_TOKEN = 2;
/** Of instructions and of a chat's markup. */
const TOKENS_AROUND = 256;
/** What is left of a document that is too long, at each try. */
const SHORTENED = 0.8;

/** An expander, and the end of it. */
export interface LocalExpander extends Expander {
  close(): Promise<void>;
}

/**
 * An expander that runs a model.
 *
 * @throws SparsedgeError `bad-input` as openLlama does, and for a preset that the model has no room for
 */
export async function localExpander(options: LocalOptions): Promise<LocalExpander> {
  const { model, adapter, device, preset, concurrency } = options;
  const files = await Promise.all([model, ...(adapter === undefined ? [] : [adapter])].map(digestOf));
  const { documentCharacters, sampling } = preset;
  const tokens = Math.ceil(documentCharacters / CHARACTERS_PER_TOKEN) + TOKENS_AROUND + sampling.maxTokens;
  const llama = await openLlama({ model, adapter, device, sequences: concurrency, tokens });
  if (!llama.fits(promptOf('', preset), sampling.maxTokens)) {
    await llama.close();
    throw new SparsedgeError(
      'bad-input',
      `${model} reads at most ${llama.tokens} tokens, and this preset's prompt with an answer of ${sampling.maxTokens} takes ` +
        'more without any document: another --preset, or a smaller --max-tokens',
      { file: model, tokens: llama.tokens },
    );
  }
  return {
    key: JSON.stringify([files, ...presetKey(preset)]),
    concurrency,
    expand: (document, signal) =>
      askAbout(document, preset, (text, attempt) => {
        const seed = seedOf(files, document, attempt);
        return answersAbout(text, preset, seed, llama, signal);
      }),
    close: () => llama.close(),
  };
}

async function answersAbout(
  text: string,
  preset: Preset,
  seed: number,
  llama: Llama,
  signal: AbortSignal,
): Promise<Asked> {
  const { sampling, queries, perAnswer } = preset;
  let shown = text;
  while (!llama.fits(promptOf(shown, preset), sampling.maxTokens)) {
    const shorter = documentText({ id: '', text: shown }, Math.floor(shown.length * SHORTENED));
    if (shorter === '') {
      const reason = 'the model has no room for the prompt and an answer';
      return { answers: [], usage: NO_USAGE, failure: { reason, ofServer: false } };
    }
    shown = shorter;
  }
  const answers = Math.ceil(queries / perAnswer);
  return llama.answer({ prompt: promptOf(shown, preset), answers, sampling, seed }, signal);
}

function promptOf(text: string, { endpoint, system, prompt, perAnswer }: Preset): LlamaPrompt {
  const asked = prompt(text, perAnswer);
  return endpoint === 'completions' ? asked : { system, user: asked };
}

/**
 * What chance begins with: the same for the same document, wherever in a corpus it is and whatever stands beside it.
 */
function seedOf(files: readonly string[], { id, title, text }: Document, attempt: number): number {
  const digest = createHash('sha256')
    .update(JSON.stringify([files, id, title, text, attempt]))
    .digest();
  return digest.readUInt32LE(0);
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (cause) {
    throw new SparsedgeError('bad-input', `there is no file ${path}`, { file: path }, { cause });
  }
  return hash.digest('hex');
}
