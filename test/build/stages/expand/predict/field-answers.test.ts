// Answers as models really give them.

import { describe, expect, test } from 'vitest';
import { parseAnswers, silenceOf } from '../../../../../build/stages/expand/predict/answers/parse.ts';

const DOCUMENT = 'The moon pulls the sea, and the sea rises twice a day.';
const LIST = 'moon tides explained\nwhy does the sea rise\nhow often are tides';
const QUERIES = LIST.split('\n');

const queriesOf = (text: string, cutOff = false) =>
  parseAnswers([{ text, cutOff }], DOCUMENT, { perAnswer: 10, most: 100 }).queries;

describe('thinking never becomes a query', () => {
  test.each([
    ['a lone closing tag', `Okay, the user wants queries.\nLet me list ten of them.\n</think>\n\n${LIST}`],
    ['<thinking>', `<thinking>\nOkay, let me think about this\n</thinking>\n\n${LIST}`],
    ['capitals', `<THINK>\nThe passage talks about tides\n</THINK>\n${LIST}`],
    ['<reasoning>', `<reasoning>people ask of tides</reasoning>${LIST}`],
    ['two thoughts', `<think>one</think>\n<think>two\nlines</think>\n${LIST}`],
    ['a thought within a thought', `<think>I write <think> and go on</think> more</think>\n${LIST}`],
    ['a thought behind the list', `${LIST}\n<think>was that good`],
    ['brackets', `[THINK]they may ask of tides[/THINK]${LIST}`],
    ['diamonds', `◁think▷ The document is about tides ◁/think▷${LIST}`],
    ['a name before a colon', `<seed:think>tides, then</seed:think>${LIST}`],
    [
      'channels',
      '<|channel|>analysis<|message|>The user asks for queries<|end|><|start|>assistant<|channel|>final<|message|>' +
        LIST,
    ],
    ['channels without their tokens', `analysisThe user asks for queries.assistantfinal${LIST}`],
    ['an answer in tags', `<think>tides</think><answer>\n${LIST}\n</answer>`],
    ['tokens in brackets', `[|assistant|]${LIST}[|endofturn|]`],
    ['a channel of another kind', `<|channel>thought\nqueries on tides\n<channel|>${LIST}`],
    [
      'whole thoughts in tokens',
      `<|begin_of_thought|>tides\nmore<|end_of_thought|>\n<|begin_of_solution|>${LIST}`,
    ],
    ['START_THINKING', `<|START_THINKING|>tides<|END_THINKING|><|START_RESPONSE|>${LIST}<|END_RESPONSE|>`],
    ['unused tokens', `<unused94>thought\nThe user wants queries<unused95>${LIST}`],
    ['no tags', `Okay, the user wants queries about tides.\nI should list three of them.\n\n${LIST}`],
  ])('%s', (_, text) => {
    expect(queriesOf(text)).toEqual(QUERIES);
  });

  test.each([
    [
      'untagged',
      'Okay, the user wants queries about tides.\nFirst I should consider what people ask about the moon.\n' +
        'The document says spring tides are higher.\nSo maybe',
    ],
    ['tagged', '<think>\nThe moon pulls the sea.\nPeople ask why'],
    ['in a channel without tokens', 'analysisThe user wants queries\nmoon tides'],
    ['in a channel', '<|channel|>analysis<|message|>The user wants queries\nmoon tides'],
    [
      'of the document',
      'The passage discusses the tides.\nThe sea rises twice a day because of the moon.\nmoon',
    ],
    [
      'in prose',
      'Tides are a rich topic for people who search.\nMany of them live near the sea.\nThey ask wh',
    ],
  ])('a thought that was cut off is all there is: %s', (_, text) => {
    expect(queriesOf(text, true)).toEqual([]);
    expect(silenceOf([{ text, cutOff: true }], 400)).toMatch(
      /cut off at the limit of 400 tokens while the model was reasoning: raise --max-tokens/,
    );
  });

  test.each([
    'first aid for drowning',
    'so you think you can dance',
    'let me down slowly lyrics',
    'I need a doctor',
    'ok computer album',
    'the document foundation',
    'think and grow rich summary',
    'what is a thinking cap',
  ])('a query that sounds like one stays: %s', (query) => {
    expect(queriesOf(`${query}\nmoon tides`)).toEqual([query, 'moon tides']);
  });
});

describe('tokens of templates never become queries', () => {
  test.each([
    [
      'at the ends of lines',
      'moon tides explained<|eot_id|>\nwhy does the sea rise</s>\nhow often are tides<|im_end|>',
    ],
    [
      'in place of line ends',
      'moon tides explained<|end|>why does the sea rise<eos>how often are tides<end_of_turn>',
    ],
    ['around the answer', `<s>[INST] [/INST] ${LIST}</s>`],
    ["the model's own turn", `<|im_start|>assistant\n${LIST}<|im_end|>`],
    ['a header', `<|start_header_id|>assistant<|end_header_id|>\n\n${LIST}<|eot_id|>`],
    ['the turn of another behind it', `${LIST}<|im_end|>\n<|im_start|>user\nwrite ten more<|im_end|>\n`],
    [
      'a turn of its own behind that',
      `${LIST}<end_of_turn>\n<start_of_turn>user\nthanks<end_of_turn>\n<start_of_turn>model\nwelcome`,
    ],
    ['the prompt again', `<|user|>\nWrite queries<|end|>\n<|assistant|>\n${LIST}`],
    ['wide bars', `<｜Assistant｜>${LIST}<｜end▁of▁sentence｜>`],
  ])('%s', (_, text) => {
    expect(queriesOf(text)).toEqual(QUERIES);
  });
});

describe('lists in any dress are read', () => {
  test.each([
    ['an object', JSON.stringify({ queries: QUERIES })],
    ['objects', JSON.stringify(QUERIES.map((query) => ({ query, intent: 'informational' })))],
    ['an object of numbers', JSON.stringify({ 1: QUERIES[0], 2: QUERIES[1], 3: QUERIES[2] })],
    ['an object with its reasons', JSON.stringify({ reasoning: 'people ask this', search_queries: QUERIES })],
    ['objects, one a line', QUERIES.map((query) => JSON.stringify({ query })).join('\n')],
    [
      'an introduction before JSON',
      `Here are the queries:\n\`\`\`json\n${JSON.stringify(QUERIES, null, 2)}\n\`\`\``,
    ],
    ["Python's quotes", `['moon tides explained', 'why does the sea rise', 'how often are tides']`],
    ['a comma too many', '["moon tides explained", "why does the sea rise", "how often are tides",]'],
    [
      'a table',
      `| # | query |\n|---|---|\n${QUERIES.map((query, i) => `| ${i + 1} | ${query} |`).join('\n')}`,
    ],
    [
      'a table with more columns',
      `Query | Intent\n:-- | --:\n${QUERIES.map((query) => `${query} | a long explanation of the intent`).join('\n')}`,
    ],
    ['numbers in a line', '1. moon tides explained 2. why does the sea rise 3. how often are tides'],
    ['brackets in a line', '1) moon tides explained, 2) why does the sea rise, 3) how often are tides'],
    ['bullets in a line', '• moon tides explained • why does the sea rise • how often are tides'],
    ['quotes in a line', '"moon tides explained", "why does the sea rise", and "how often are tides"'],
    ['tags', QUERIES.map((query) => `<query>${query}</query>`).join('')],
    ['an HTML list', `<ul><li>${QUERIES.join('</li><li>')}</li></ul>`],
    ['line breaks of HTML', QUERIES.join('<br>')],
    ['labels in bold', `1. **Informational:** ${QUERIES[0]}\n2. **Why**: ${QUERIES[1]}\n- *${QUERIES[2]}*`],
    ['labels', `Informational: ${QUERIES[0]}\nKeyword query: ${QUERIES[1]}\nQuestion 3: ${QUERIES[2]}`],
    ['bold and code', `**${QUERIES[0]}**\n_${QUERIES[1]}_\n• \`${QUERIES[2]}\``],
  ])('%s', (_, text) => {
    expect(queriesOf(text)).toEqual(QUERIES);
  });

  test('a question mark is part of a query, quotes around it are not', () => {
    expect(queriesOf('- "how often are tides?"')).toEqual(['how often are tides?']);
  });

  test.each([
    'version 1. 2 or 3',
    'top 10. 5 tides',
    'a | b operator',
    'python: read a file',
    'arr[0] of list',
  ])('what only looks like a list is one query: %s', (query) => {
    expect(queriesOf(query)).toEqual([query]);
  });

  test('where the limit was reached at the end of a line, the line is whole', () => {
    expect(queriesOf(`${LIST}\n`, true)).toEqual(QUERIES);
    expect(queriesOf(LIST, true)).toEqual(QUERIES.slice(0, 2));
  });

  test('of JSON that is cut off, the strings that are whole count', () => {
    expect(queriesOf('["moon tides explained", "why does the sea rise", "how often ar', true)).toEqual(
      QUERIES.slice(0, 2),
    );
    expect(queriesOf('{"queries": [\n  "moon tides explained",\n  "why do', true)).toEqual(
      QUERIES.slice(0, 1),
    );
  });
});

describe('whatever stands around an item is not the query', () => {
  const dressed = (dress: (query: string, number: number) => string) =>
    QUERIES.map((q, i) => dress(q, i + 1)).join('\n');
  test.each<[string, (query: string, number: number) => string]>([
    ['keycaps', (q, n) => `${n}\uFE0F\u20E3 ${q}`],
    ['letters in order', (q, n) => `${'abc'[n - 1]}. ${q}`],
    ['letters with a bracket', (q, n) => `(${'abc'[n - 1]}) ${q}`],
    ['Roman numbers', (q, n) => `${['i', 'ii', 'iii'][n - 1]}. ${q}`],
    ['numbers that are escaped', (q, n) => `${n}\\. ${q}`],
    ['numbers in brackets', (q, n) => `[${n}] ${q}`],
    ['wide numbers', (q, n) => `${'１２３'[n - 1]}．${q}`],
    ['numbers behind a hash', (q, n) => `#${n} ${q}`],
    ['a quotation', (q) => `> ${q}`],
    ['boxes to tick', (q) => `- [ ] ${q}`],
    ['arrows', (q) => `→ ${q}`],
    ['a role', (q) => `User: ${q}`],
    ['a kind behind it', (q) => `${q} (informational)`],
    ['what is said of it', (q, n) => `${n}. **${q}** - asks for the cause`],
    ['what is said of it behind quotes', (q) => `- "${q}" (a question of children)`],
  ])('%s', (_, dress) => {
    expect(queriesOf(dressed(dress))).toEqual(QUERIES);
  });

  test.each([
    ['a headline', `### Search queries\n\n${LIST}`],
    ['a farewell', `${LIST}\n\nLet me know if you need more!`],
    ['a hope', `${LIST}\nI hope these help.`],
    ['a note', `${LIST}\nNote: these queries follow the passage.`],
    ['line ends as code', LIST.replaceAll('\n', '\\n')],
  ])('%s', (_, text) => {
    expect(queriesOf(text)).toEqual(QUERIES);
  });

  test.each([
    'e. coli in sea water',
    'i. e. stands for tides',
    'note taking at sea',
    'analysis of tides',
    '3d tides',
  ])('%s stays as it is', (query) => {
    expect(queriesOf(query)).toEqual([query]);
  });
});
