// The form of a call. Servers that speak the same interface take different parts of it: some know no system role, some
// want `max_completion_tokens`, some let nobody choose how they sample. The form is learned from what they refuse, once
// for all calls.

/** What of a call is left out, or written otherwise. */
export interface CallForm {
  /** The system's message stands before the user's, in one. */
  readonly isMerged: boolean;
  readonly tokens: 'max_tokens' | 'max_completion_tokens';
  /** Parameters that are left out. */
  readonly without: readonly string[];
  /** Answers are to come as events. */
  readonly stream?: boolean | undefined;
}

/** How servers are asked first. */
export const USUAL: CallForm = { isMerged: false, tokens: 'max_tokens', without: [] };

/** What can be left out: the server's own choice is then taken. */
const OPTIONAL = ['top_p', 'top_k', 'temperature'];

/**
 * Another form by what a server says of this one; undefined where it says nothing of form.
 *
 * @param said its words, and the name of the parameter if it gave one
 */
export function formAfter(form: CallForm, said: string): CallForm | undefined {
  const text = said.toLowerCase();
  if (
    !form.isMerged &&
    /system (?:role|message|prompt|instruction)|role.{0,40}system|roles must alternate|developer instruction/.test(
      text,
    )
  )
    return { ...form, isMerged: true };
  if (
    form.tokens === 'max_tokens' &&
    /max_completion_tokens|max_tokens.{0,60}(?:not supported|unsupported|unknown|unrecognized|not permitted|not allowed|deprecated)|(?:unsupported|unknown|unrecognized|unexpected|extra)[^.]{0,60}max_tokens/.test(
      text,
    )
  )
    return { ...form, tokens: 'max_completion_tokens' };
  if (!form.stream && STREAM.test(text)) return { ...form, stream: true };
  if (form.tokens === 'max_completion_tokens' && /max_completion_tokens/.test(text) && REFUSED.test(text))
    return undefined;
  const named = OPTIONAL.filter(
    (name) => !form.without.includes(name) && new RegExp(`\\b${name}\\b`).test(text),
  );
  return named.length > 0 ? { ...form, without: [...form.without, ...named] } : undefined;
}

const REFUSED = /not supported|unsupported|unknown|unrecognized|not permitted|not allowed|unexpected|extra/;

/** Some models answer in no other way, as long ones and those that think at some servers. */
const STREAM =
  /(?:only|must|required?|requires|needs?|please|enable).{0,60}\bstream|\bstream(?:ing)?\b.{0,60}(?:only|must|required|true|enabled)|non-?stream/;

/** Other forms to try of a server that only says that a call is wrong, the likeliest first. */
export function otherForms(form: CallForm): CallForm[] {
  const plain = { ...form, isMerged: true, without: OPTIONAL };
  return [plain, { ...plain, tokens: 'max_completion_tokens' as const }];
}

interface Sampling {
  readonly temperature: number;
  readonly topP: number;
  readonly topK: number;
  readonly maxTokens: number;
}

/** The parameters of a call. */
export function parametersOf(form: CallForm, { temperature, topP, topK, maxTokens }: Sampling) {
  const chosen = { temperature, top_p: topP, ...(topK > 0 && { top_k: topK }) };
  const kept = Object.entries(chosen).filter(([name]) => !form.without.includes(name));
  return { ...Object.fromEntries(kept), [form.tokens]: maxTokens, ...(form.stream && { stream: true }) };
}

/** The messages of a chat. */
export function messagesOf(form: CallForm, system: string | undefined, user: string) {
  if (system === undefined) return [{ role: 'user' as const, content: user }];
  if (form.isMerged) return [{ role: 'user' as const, content: `${system}\n\n${user}` }];
  return [
    { role: 'system' as const, content: system },
    { role: 'user' as const, content: user },
  ];
}
