import { expect, test } from 'vitest';
import { askedIndex, type Encoder, fieldDocuments } from './asked-index.ts';

/** Questions of a file, and the document that comes first. */
type Questions = readonly (readonly [question: string, first: string])[];

const BOTH = ['default', 'unicode'] as const;
const FILES: readonly (readonly [file: string, encoders: readonly Encoder[], questions: Questions])[] = [
  [
    'csharp.jsonl',
    BOTH,
    [
      ['C++', 'lang-cpp'],
      ['C#', 'lang-cs'],
      ['C', 'lang-c'],
      ['F#', 'lang-fs'],
    ],
  ],
  [
    'versions.jsonl',
    BOTH,
    [
      ['3.11.7', 'v3117'],
      ['v3.11', 'v311'],
      ['layout effect', 'camel'],
      ['useLayoutEffect', 'camel'],
      ['uselayouteffect', 'camel'],
      ['max connections', 'snake'],
      ['max_connections', 'snake'],
      ['http request', 'acronym'],
      ['html5', 'acronym'],
      ['nav bar', 'path'],
      ['NavBar.vue', 'path'],
      ['src/components/NavBar.vue', 'path'],
    ],
  ],
  ['title-weight.jsonl', ['default', 'english', 'unicode'], [['middleware', 'page']]],
  [
    'rank.jsonl',
    ['default', 'english', 'unicode'],
    [
      ['Middleware', 'mw'],
      ['I2C', 'i2c'],
      ['Getting started', 'gs'],
    ],
  ],
  [
    'stopdocs.jsonl',
    ['default', 'english'],
    [
      ['where', 'where'],
      ['if', 'if'],
      ['for', 'for'],
      ['do', 'do'],
      ['with', 'with'],
      ['all', 'all'],
      ['just', 'just'],
      ['the who', 'will'],
      ['about us', 'about'],
      ['how to', 'how'],
      ['can', 'can'],
      ['it', 'it'],
      ['may', 'may'],
      ['own', 'own'],
    ],
  ],
  [
    'apostrophe.jsonl',
    BOTH,
    [
      ["l'hôpital", 'fr-curly'],
      ['hôpital', 'fr-curly'],
      ['école', 'fr-curly'],
      ["aujourd'hui", 'fr-curly'],
      ['università', 'it'],
      ['acqua', 'it'],
      ['isola', 'it'],
      ["сім'я", 'uk'],
      ["м'який", 'uk'],
      ["комп'ютер", 'uk'],
    ],
  ],
  [
    'folding.jsonl',
    BOTH,
    [
      ['resume', 'resume'],
      ['strasse', 'strasse'],
      ['koln', 'strasse'],
      ['smorrebrod', 'oslo'],
      ['istanbul', 'istanbul'],
      ['igdir', 'istanbul'],
      ['الاسلام', 'arabic'],
      ['مدن', 'arabic'],
      ['ΟΔΟΣ', 'greek'],
      ['οδος', 'greek'],
      ['lodz', 'lodz'],
    ],
  ],
  [
    'thai.jsonl',
    BOTH,
    [
      ['น้ำ', 'th-2'],
      ['คำสั่ง', 'th-2'],
      ['กำลัง', 'th-1'],
      ['ร้านอาหาร', 'th-1'],
    ],
  ],
  ['lao.jsonl', BOTH, [['ກຳລັງ', 'lo-2']]],
  ['khmer.jsonl', BOTH, [['ញ៉ាំបាយ', 'km-2']]],
];

test.each(
  FILES.flatMap(([file, encoders, questions]) =>
    encoders.map((encoder) => [file, encoder, questions] as const),
  ),
)('%s, %s: each question finds its document first', async (file, encoder, questions) => {
  const { ids } = await askedIndex(fieldDocuments(file), encoder);
  const found = await Promise.all(questions.map(async ([question]) => [question, (await ids(question))[0]]));
  expect(found).toEqual(questions);
});
