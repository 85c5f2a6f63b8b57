// Lists that count their items in any way, what models put around lists, and queries that only look like either.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAnswers } from '../../../../../build/stages/expand/predict/answers/parse.ts';

const DOCUMENT = 'The moon pulls the sea, and the sea rises twice a day. Spring tides are higher.';
const QUERIES = ['moon tides explained', 'why does the sea rise', 'how often are tides'];
const LIST = QUERIES.join('\n');

const parsed = (text: string, document = DOCUMENT) =>
  parseAnswers([{ text, cutOff: false }], document, { perAnswer: 10, most: 100 });
const queriesOf = (text: string, document = DOCUMENT) => parsed(text, document).queries;

const NUMERALS: readonly string[] = [
  '1 2 3',
  '١ ٢ ٣',
  '۱ ۲ ۳',
  '१ २ ३',
  '১ ২ ৩',
  '๑ ๒ ๓',
  '１ ２ ３',
  'a b c',
  'A B C',
  'i ii iii',
  'I II III',
  '一 二 三',
  '1st 2nd 3rd',
];
const SIGNS = ['① ② ③', '⑴ ⑵ ⑶', '⒈ ⒉ ⒊', '❶ ❷ ❸', '➀ ➁ ➂'];
const LABELS = [
  'Q',
  'Query ',
  'Query #',
  'Frage ',
  'Requête ',
  'Consulta ',
  'Запрос ',
  '查询',
  '質問',
  '**Search query ',
];

describe('what counts items is none of them', () => {
  const dressed = (numbers: string, before: string, behind: string) =>
    QUERIES.map((query, i) => `${before}${numbers.split(' ')[i]}${behind}${query}`).join('\n');

  test('whatever stands beside the numbers', () => {
    const before = fc.constantFrom('', '(', '[', '【', '**', '# ', '- ', '  ');
    const behind = fc.constantFrom('. ', ') ', ': ', ' - ', ' – ', '、', '．', '] ', '】', ').', '> ');
    fc.assert(
      fc.property(fc.constantFrom(...NUMERALS, ...SIGNS), before, behind, (numbers, a, b) => {
        expect(queriesOf(dressed(numbers, a, a === '**' ? `${b.trim()}** ` : b))).toEqual(QUERIES);
      }),
    );
  });

  test('and whatever they are called', () => {
    const behind = fc.constantFrom(': ', '. ', ' - ', '：', ' : ', ') ');
    fc.assert(
      fc.property(
        fc.constantFrom(...NUMERALS.slice(0, 7)),
        fc.constantFrom(...LABELS),
        behind,
        (numbers, a, b) => {
          expect(queriesOf(dressed(numbers, a, b))).toEqual(QUERIES);
        },
      ),
    );
  });

  test.each([
    ['a sign that holds the number', QUERIES.map((query, i) => `${'①②③'[i]}${query}`)],
    ['a number without a sign', QUERIES.map((query, i) => `${i + 1} ${query}`)],
    ['a number close by', QUERIES.map((query, i) => `${i + 1}.${query}`)],
    ['numbers of two levels', QUERIES.map((query, i) => `1.${i + 1}. ${query}`)],
    ['whole items in bold', QUERIES.map((query, i) => `**${i + 1}. ${query}**`)],
    ['numbers in two dresses', [`1. "${QUERIES[0]}"`, `2. ${QUERIES[1]}`, '', `3) ${QUERIES[2]}`]],
    ['bullets behind numbers', [`1. ${QUERIES[0]}`, `2. ${QUERIES[1]}`, `- ${QUERIES[2]}`]],
    ['a list that begins anew', [`1. ${QUERIES[0]}`, `2. ${QUERIES[1]}`, 'Questions:', `1. ${QUERIES[2]}`]],
    ['tags with numbers', QUERIES.map((query, i) => `<query${i + 1}>${query}</query${i + 1}>`)],
  ])('%s', (_, lines) => {
    expect(queriesOf(lines.join('\n'))).toEqual(QUERIES);
  });

  test('in more than nine items', () => {
    const many = Array.from({ length: 12 }, (_, i) => `tide table of harbour number${i}`);
    const lines = many.map((query, i) => `${String(i + 1).padStart(2)}: ${query}`);
    expect(queriesOf(`Here you go\n${lines.join('\n')}\nEnjoy the sea`)).toEqual(many);
  });

  test.each([
    [['12 hour tide cycle', '2 tides a day', 'moon']],
    [['1 tide a day', '2 tides a day']],
    [['3d tides', '4k moon']],
    [['a tide at night', 'big moon']],
    [['e. coli in sea water', 'i. e. tides']],
  ])('%j counts nothing', (queries) => {
    expect(queriesOf(queries.join('\n'))).toEqual(queries);
  });

  test('words of the document are no labels', () => {
    const queries = ['Chapter 1: who dies', 'Chapter 2: who lives', 'Chapter 3: who marries'];
    expect(queriesOf(queries.join('\n'), 'What happens in each chapter of the book.')).toEqual(queries);
  });
});

describe('what stands around a list is no query', () => {
  const counted = QUERIES.map((query, i) => `${i + 1}. ${query}`).join('\n');
  const bulleted = QUERIES.map((query) => `- ${query}`).join('\n');
  test.each([
    ['an introduction in any language', `Hier sind einige mögliche Suchanfragen\n\n${counted}`],
    ['an explanation in any language', `${counted}\n\nDie Anfragen sind verschieden lang`],
    ['an exclamation before it', `Absolutely!\n\n${LIST}`],
    ['an exclamation behind it', `${LIST}\n\nIch hoffe, das hilft! 😊`],
    ['a sentence behind it', `${LIST}\n\nThese cover the document.`],
    ['headlines with hashes', `### Keywords\n${QUERIES[0]}\n### Questions\n${QUERIES[1]}\n${QUERIES[2]}`],
    ['headlines in bold', `**Short ones**\n${bulleted}`],
    [
      'headlines of kinds',
      `Short queries\n- ${QUERIES[0]}\nLong-tail queries\n- ${QUERIES[1]}\n- ${QUERIES[2]}`,
    ],
    [
      'kinds above their queries',
      `1. Short\n   - ${QUERIES[0]}\n   - ${QUERIES[1]}\n2. Others\n   - ${QUERIES[2]}`,
    ],
    [
      'kinds in bold above them',
      `- **Short**\n  * ${QUERIES[0]}\n  * ${QUERIES[1]}\n- **Others**\n  * ${QUERIES[2]}`,
    ],
    [
      'one thing said below each',
      QUERIES.map((q, i) => `${i + 1}. ${q}\n   - Intent: informational`).join('\n'),
    ],
    ['what people might do', `People might search for\n\n${LIST}`],
    [
      'a channel that says its form',
      `<|channel|>final <|constrain|>json<|message|>${JSON.stringify(QUERIES)}`,
    ],
    ['a channel without tokens', `assistantfinal${LIST}`],
    ['thoughts in Chinese', `<思考>\n用户想要查询\n</思考>\n${LIST}`],
    ['untagged ones', `好的，用户想要搜索查询。\n首先，我需要阅读文档。\n\n${LIST}`],
    ['what is said of each', QUERIES.map((query) => `- ${query}\n  - Rationale: it is asked`).join('\n')],
    ['its kind on a line', QUERIES.map((query) => `- query: "${query}"\n  type: question`).join('\n')],
    ['its kind behind an arrow', QUERIES.map((query) => `${query} → informational`).join('\n')],
    ['the tries of the model', `${LIST}\nI tried to vary the length and phrasing.`],
    ['their number', `${LIST}\n(3 queries total)`],
    ['a headline of the answer', `**Thinking:**\nThey want tides.\n\n**Answer:**\n${LIST}`],
    ['reasoning with a label', `Reasoning: it is about tides.\n\nFinal Answer:\n${LIST}`],
    ['thoughts folded away', `<details type="reasoning" done="true">\n> tides\n</details>\n${LIST}`],
    ['labels of answers', QUERIES.map((query) => `Answer: ${query}`).join('\n')],
  ])('%s', (_, text) => {
    expect(queriesOf(text)).toEqual(QUERIES);
  });

  test.each([
    'Es tut mir leid, aber ich kann dabei nicht helfen.',
    'Je suis désolé, mais je ne peux pas répondre.',
    'Lo siento, pero no puedo ayudar con eso.',
    '抱歉，我无法提供。',
    '申し訳ありませんが、お手伝いできません。',
    'No queries can be generated from this document.',
    'This document does not contain enough information to generate queries.',
    'N/A',
  ])('%s is a refusal', (text) => {
    expect(parsed(text, `${DOCUMENT} 月の海の`)).toEqual({ queries: [], discarded: { refusal: 1 } });
  });

  test.each([
    'I tried to reset my password but it fails',
    'each question on the test is worth',
    'no questions asked return policy',
    'lo siento letra',
    'the passage does not contain the word moon',
    'all queries in sql',
    'hope that springs eternal',
    'total eclipse of the heart',
    'response codes of http',
  ])('%s is a query', (query) => {
    expect(queriesOf(`${query}\nmoon tides`)).toEqual([query, 'moon tides']);
  });
});

describe('lists in other dress', () => {
  const each = (dress: (query: string) => string) => QUERIES.map(dress).join('\n');
  test.each([
    ['bullets of any kind', QUERIES.map((query, i) => `${'★▸❖'[i]} ${query}`).join('\n')],
    ['pictures', QUERIES.map((query, i) => `${['🌊', '👉', '✔️'][i]} ${query}`).join('\n')],
    ['bullets close by', each((query) => `-${query}`)],
    ['Chinese quotes', each((query) => `《${query}》`)],
    ["TeX's quotes", each((query) => `\`\`${query}''`)],
    ['a full stop behind quotes', each((query) => `"${query}".`)],
    ['escaped line ends', each((query) => `${query}\\`)],
    ['boxes', each((query) => `\\boxed{${query}}`)],
    ['other tags', each((query) => `<search>${query}</search>`)],
    ['paragraphs of HTML', each((query) => `<p>${query}</p>`)],
    ['rows of one cell', each((query) => `| ${query} |`)],
    ['semicolons', QUERIES.join('; ')],
    ['bars', QUERIES.join(' | ')],
    ['JSON with lists of kinds', JSON.stringify({ short: QUERIES.slice(0, 1), questions: QUERIES.slice(1) })],
    ['JSON behind its name', `json\n${JSON.stringify(QUERIES)}`],
    ['JSON in items', QUERIES.map((query, i) => `${i + 1}. ${JSON.stringify({ query })}`).join('\n')],
    ['a variable', `queries = ${JSON.stringify(QUERIES)}`],
  ])('%s', (_, text) => {
    expect(queriesOf(text)).toEqual(QUERIES);
  });

  test('Japanese lists', () => {
    const japanese = ['月と海', '潮はなぜ満ちる'];
    const text = `以下は検索クエリです：\n${japanese.map((query) => `・${query}`).join('\n')}`;
    expect(queriesOf(text, '月が海を引く。潮の満ち引き。')).toEqual(japanese);
  });

  test('entities are their characters', () => {
    expect(queriesOf('moon &amp; tides\nthe sea&#39;s level\nat &#xe9;t&#233;')).toEqual([
      'moon & tides',
      "the sea's level",
      'at été',
    ]);
  });

  test('thinking in tags of other names is none, and stays out', () => {
    expect(queriesOf(`<plan>list some tides</plan>\n${LIST}`)).toEqual(QUERIES);
  });

  test.each(['a | b operator', '-5 degrees at sea', 'for (a; b) loop', '© sign of maps'])(
    '%s stays',
    (query) => {
      expect(queriesOf(query)).toEqual([query]);
    },
  );
});

test('where one query is asked for, it is the first line, whatever list a model goes on with', () => {
  for (const more of [
    '1. a tide\n2. a moon',
    '- a tide\n- a moon',
    '\nSure!\n\na\nb',
    'a; b; c',
    '**A**\n- b\n- c',
  ]) {
    const answers = [{ text: `${QUERIES[1]}!\n${more}`, cutOff: false }];
    expect(parseAnswers(answers, DOCUMENT, { perAnswer: 1, most: 9 }).queries).toEqual([`${QUERIES[1]}!`]);
  }
});
