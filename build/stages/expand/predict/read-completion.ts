// An answer's body → what was said. It is read as if anyone could have written it: servers answer chats in the form of
// completions and the other way round, leave out usage, and put errors where answers should be.

import type { Answer } from './answers/parse.ts';
import type { Asked } from './ask-model.ts';
import { oneLine, Rubbish } from './server/fault.ts';
import { wordsIn } from './server/server-words.ts';

const CHARACTERS_PER_TOKEN = 4;

/** What servers call the end of an answer that has used up its tokens: OpenAI's name, and those of others. */
const LIMITS = new Set(['length', 'max_tokens', 'max_output_tokens', 'model_length']);

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads the body of an answer.
 *
 * @param prompt what was asked, whose tokens are estimated where the server does not count them
 * @throws Rubbish for a body that is none of an answer, with what it has instead
 */
export function readCompletion(completion: unknown, prompt: string): Asked {
  const { choices, usage, error } = Object(completion ?? {}) as Json;
  if (!Array.isArray(choices) || choices.length === 0) {
    const words = wordsIn(error);
    if (words !== undefined) throw new Rubbish(oneLine(words.message), words);
    throw new Rubbish(`an answer without choices: ${foundIn(completion)}`);
  }
  const answers = choices.map(answerOf);
  const { prompt_tokens: input, completion_tokens: output } = Object(usage ?? {}) as Json;
  if (isCount(input) && isCount(output)) return { answers, usage: { input, output } };
  const written = answers.reduce((sum, { text }) => sum + text.length, 0);
  return {
    answers,
    usage: { input: tokensOf(prompt.length), output: tokensOf(written), estimated: true },
  };
}

/** What a choice says; what was thought stands beside it at some servers, and is no answer. */
function answerOf(choice: unknown): Answer {
  const { message, delta, text: written, finish_reason: finish, error } = Object(choice ?? {}) as Json;
  // A gateway puts there what happened to its server in the midst of an answer, whose last line may be whole or not.
  const words = wordsIn(error);
  if (words !== undefined) throw new Rubbish(oneLine(words.message), words);
  if (finish === 'error') throw new Rubbish('an answer that broke off: its finish_reason is error');
  // A whole answer in the form of a chunk has a delta.
  const said = Object(message ?? delta ?? {}) as Json;
  const { content, reasoning_content, reasoning, refusal } = said;
  const reasoned = [reasoning_content, reasoning].some((thought) => isWords(thought));
  const about = {
    cutOff: LIMITS.has(`${finish}`.toLowerCase()),
    reasoned,
    filtered: finish === 'content_filter',
  };
  const texts = [textOf(content), textOf(written)];
  const text = texts.find((each) => each) ?? texts.find((each) => each !== undefined);
  if (text !== undefined) return { ...about, text };
  if (typeof refusal === 'string') return { ...about, text: refusal };
  // Nothing was said, and why is said.
  const isSilent = (content ?? null) === null && (written ?? null) === null && choice !== null;
  if (isSilent && (reasoned || about.cutOff || about.filtered)) return { ...about, text: '' };
  throw new Rubbish(`a choice without text: ${foundIn(message ?? delta ?? choice)}`);
}

/** Text, or the parts of it that are no thoughts. */
function textOf(content: unknown): string | undefined {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.map((part: unknown) => {
    if (typeof part === 'string') return part;
    const { type, text } = Object(part ?? {}) as Json;
    return (type === undefined || type === 'text' || type === 'output_text') && typeof text === 'string'
      ? text
      : '';
  });
  return texts.join('');
}

/** What stands where something else was expected: the names of an object's parts, or the value. */
function foundIn(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return oneLine(`it is ${JSON.stringify(value)}`);
  const names = Object.keys(value);
  return names.length === 0 ? 'it has nothing' : oneLine(`it has ${names.join(', ')}`);
}

function isWords(value: unknown): boolean {
  return typeof value === 'string' && /\S/.test(value);
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value);
}

function tokensOf(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}
