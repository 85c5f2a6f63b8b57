// What a model thinks before it answers, and what its chat template puts around turns, is none of its answer. Models
// mark both in many ways, and servers take one half of the marks away and leave the other.

/** An answer without what was thought and without tokens of templates. */
export interface Spoken {
  readonly text: string;
  /** Something was thought, and left out. */
  readonly thought: boolean;
}

/** The names of thinking in tags: `<think>`, `[THINK]`, `◁think▷`, `<|begin_of_thought|>`, `<seed:think>`. */
const THINKING =
  '(?:think|thinking|thought|thoughts|reasoning|reason|reflection|reflect|analysis|scratchpad|rationale|cot|' +
  'inner_monologue|reasoning_content|chain_of_thought|思考|思维|思考过程|推理|推论)';
const named = (before: string, after: string) =>
  `(?:<\\|?\\s*${before}(?:[a-z]+:)?${THINKING}\\s*\\|?>|\\[${before}${THINKING}\\]|◁${before}${THINKING}▷${after})`;
const OPENING = `(?:${named('', '')}|<\\|(?:begin_of_thought|START_THINKING)\\|>|<unused94>(?:thought)?)`;
const CLOSING = `(?:${named('/', '')}|<\\|(?:end_of_thought|END_THINKING)\\|>|<unused95>)`;
/** As pages of some servers fold thoughts away. */
const FOLDED = '<details\\b[^>]*\\breasoning\\b[^>]*>[\\s\\S]*?</details>';
const PAIR = new RegExp(`${FOLDED}|${OPENING}(?:(?!${OPENING})[\\s\\S])*?${CLOSING}`, 'gi');
const UNTIL_CLOSED = new RegExp(`^[\\s\\S]*${CLOSING}`, 'i');
const NEVER_CLOSED = new RegExp(`${OPENING}[\\s\\S]*$`, 'i');

/** Leaves out thoughts, in tags or in channels, and tokens of templates. */
export function spoken(answer: string): Spoken {
  const said = lastChannel(answer);
  // A thought whose opening tag is in the prompt has none here; one that is cut off has no closing one.
  const text = said.replace(PAIR, '\n').replace(UNTIL_CLOSED, '').replace(NEVER_CLOSED, '');
  return {
    text: withoutTokens(ownTurn(text)),
    thought: text.length < said.length || said.length < answer.length,
  };
}

/** Of an answer in channels, as gpt-oss writes them and Gemma does in its way, the final one. */
function lastChannel(answer: string): string {
  // A server that takes all tokens of templates away leaves the names of channels and roles.
  const [, bare] = /^\s*assistantfinal(?!\s)([\s\S]*)$/.exec(answer) ?? [];
  if (bare !== undefined) return bare;
  const [, last] = /^\s*analysis(?=["'“\s]*\p{Lu})(?:[\s\S]*assistantfinal)?([\s\S]*)$/u.exec(answer) ?? [];
  if (last !== undefined) return /assistantfinal/.test(answer) ? last : '';
  if (!/<\|?channel\|?>/.test(answer)) return answer;
  const final =
    /^[\s\S]*(?:<\|channel\|>\s*final\b(?:[^<]|<\|constrain\|>)*<\|message\|>|<channel\|>)([\s\S]*)$/.exec(
      answer,
    );
  if (final !== null && final[1] !== undefined) return final[1];
  // Nothing but analysis.
  return answer.slice(0, answer.search(/<\|?channel\|?>/));
}

const ROLE = '(assistant|model|chatbot|bot|ai|user|human|system|tool|developer)';
const TURN = new RegExp(
  `(?:<\\|im_start\\|>|<\\|start\\|>|<\\|start_header_id\\|>|<start_of_turn>|<\\|turn>|<\\|START_OF_TURN_TOKEN\\|>|<\\|)\\s*` +
    `(?:<\\|)?${ROLE}(?:_TOKEN)?(?:\\|>|<\\|end_header_id\\|>|<\\|message\\|>)?(?=[\\s:<]|$)`,
  'gi',
);

/** The model's own turn, where it goes on with those of others or begins with them. */
function ownTurn(text: string): string {
  let own = '';
  let [from, isOwn] = [0, true];
  const take = (to: number) => {
    if (isOwn) own += `${text.slice(from, to)}\n`;
  };
  for (const { index, 0: mark, 1: role = '' } of text.matchAll(TURN)) {
    take(index);
    from = index + mark.length;
    isOwn = /^(assistant|model|chatbot|bot|ai)$/i.test(role);
    // What follows the question of another is no answer to ours.
    if (!isOwn && /\S/.test(withoutTokens(own))) return own;
  }
  take(text.length);
  return own;
}

/** Whole tokens of templates; each ends a line, since models write them in place of line ends. */
const TOKENS = new RegExp(
  [
    '<[|｜][^<>|｜\\n]{1,40}[|｜]>|\\[\\|[^\\[\\]|\\n]{1,40}\\|\\]',
    '</?s>(?=\\s|$)|^\\s*<s>',
    '<(?:eos|bos|pad|unk|eot|eod|sep|cls|mask|end_of_turn|start_of_turn|turn\\||endoftext|end_of_text|EOT|unused\\d+)>',
    '<end_of_utterance>|<\\|?im_(?:end|start)\\|?>',
    '\\[/?INST\\]|<</?SYS>>|\\[(?:EOS|BOS|PAD|UNK|SEP|CLS|/?s)\\]',
  ].join('|'),
  'gim',
);

function withoutTokens(text: string): string {
  return text.replace(TOKENS, '\n');
}

/** How untagged thinking begins: of the task, not of the document's matter. */
const THOUGHT = new RegExp(
  '^\\W*(?:(?:okay|ok|alright|all right|right|hmm+|well|wait|so|now|first(?:ly)?|second(?:ly)?|next|then|finally|also|' +
    'maybe|perhaps|but|and|since)\\b[,.!…:]*\\s+)*' +
    '(?:' +
    '(?:the|this|our) (?:user|human|person|prompt|task|request|instructions?) (?:wants?|is|asks?|asked|asking|needs?|gave|would|has|provided|says|said|requires?)\\b|' +
    "i(?:['’]ll| should| need to| must| have to| will| can| could| want to| think| am (?:going|asked|to)|['’]m (?:going|asked|to))\\b.*" +
    '(?:quer|list|document|passage|user|search|answer|consider|think|write|generate|come up|make sure)|' +
    "(?:we|let['’]?s|let me|let us) (?:need|should|must|have|can|could|think|see|start|look|consider|break|write|list|generate|come up|try|re-?read|analy[sz]e|craft|produce|create|make)\\b|" +
    '(?:the|this) (?:document|passage|text|article) (?:says?|talks?|is about|discusses|describes|mentions?|states?|explains?|covers?|provides?|seems)\\b|' +
    '(?:thought|thinking|reasoning|analysis)\\s*[:：]|' +
    "thinking process\\b|here(?:’|'| i)?s (?:my|a) (?:thought|thinking|reasoning)" +
    ')',
  'i',
);

/** In Chinese, in which models think whatever they are asked in. */
const THOUGHT_IN_CHINESE =
  /^\s*(?:(?:好的|嗯|好)[，,。]\s*(?:用户|我|让我|首先|现在)|(?:首先|接下来|然后|最后)[，,]?\s*我)/;

/** Whether a line thinks about the task. */
export function isThought(line: string): boolean {
  return THOUGHT.test(line) || THOUGHT_IN_CHINESE.test(line);
}

/** Whether a line is a sentence of prose, as queries hardly ever are. */
export function isProse(line: string): boolean {
  return /^\s*\p{Lu}.*\p{L}.*[.:!]["”’)]?\s*$/u.test(line) && line.trim().split(/\s+/).length >= 6;
}
