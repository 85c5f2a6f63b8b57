import { describe, expect, test } from 'vitest';
import { askedIndex, type Encoder } from './asked-index.ts';

/** Documents by id, and questions with the document that comes first. */
interface Kind {
  readonly encoders: readonly Encoder[];
  readonly texts: Readonly<Record<string, string>>;
  readonly questions: Readonly<Record<string, string>>;
}

const KINDS: Readonly<Record<string, Kind>> = {
  'signs of names': {
    encoders: ['default', 'unicode'],
    texts: {
      gpp: 'Compile with g++ and its headers',
      g: 'The note g is played here',
      fsharp: 'F# runs on many systems',
      f: 'The letter f is on the key',
      net: 'Built on .NET for servers',
      nett: 'A net is for fishing',
      pair: 'An a-b test compares pages',
      plain: 'A plain b test compares nothing',
    },
    questions: { 'g++': 'gpp', 'F#': 'fsharp', '.NET': 'net', 'a-b': 'pair', f: 'f' },
  },
  'parts of names': {
    encoders: ['default', 'unicode'],
    texts: {
      flag: 'Start it with --dry-run first',
      vector: 'A std::vector grows as needed',
      scope: 'Install @acme/router from the registry',
      error: 'It fails with ERR_CONNECTION_REFUSED then',
      path: 'The file os.path.join is documented',
      parser: 'Call HTML5Parser or parseJSONFile here',
      version: 'Since v2.10.3-rc.1 it works',
      env: 'Set MAX_RETRY_COUNT to three',
      oauth: 'An OAuth2Client asks for tokens',
      ios: 'An iOSDevice sleeps at night',
      url: 'Encode it as Base64URL first',
      i18n: 'Then useI18n translates',
      python: 'Install python3.11 before',
      tls: 'It speaks TLSv1.3 alone',
    },
    questions: {
      '--dry-run': 'flag',
      'std::vector': 'vector',
      '@acme/router': 'scope',
      'connection refused': 'error',
      ERR_CONNECTION_REFUSED: 'error',
      'os.path.join': 'path',
      'json file': 'parser',
      html5: 'parser',
      '2.10.3': 'version',
      'v2.10': 'version',
      'retry count': 'env',
      oauth2: 'oauth',
      'auth2 client': 'oauth',
      'ios device': 'ios',
      base64: 'url',
      i18n: 'i18n',
      'python 3.11': 'python',
      '1.3': 'tls',
    },
  },
  'names in one and in parts': {
    encoders: ['default', 'english', 'unicode'],
    texts: {
      node: 'Run Node.js on a server',
      nodes: 'Js, the node of a graph, is a server',
      wifi: 'Wi-Fi is a network',
      hash: 'SHA-256 of a file',
      utf: 'Write UTF-8 to a file',
      rfc: 'Read RFC 9110 on a train',
      menu: 'Choose from the drop-down here',
      mail: 'Send an e-mail here',
      net: 'TCP/IP moves packets',
      plug: 'A plugin that multitenant hosts run',
      aes: 'BLAKE512 and HTTP2 are fast',
      day: 'The end.Start of a day',
    },
    questions: {
      nodejs: 'node',
      'Node.js': 'node',
      wifi: 'wifi',
      'Wi-Fi': 'wifi',
      sha256: 'hash',
      'SHA-256': 'hash',
      utf8: 'utf',
      rfc9110: 'rfc',
      'RFC-9110': 'rfc',
      dropdown: 'menu',
      email: 'mail',
      tcpip: 'net',
      'plug-in': 'plug',
      'multi-tenant': 'plug',
      'BLAKE-512': 'aes',
      'HTTP/2': 'aes',
      endstart: '',
    },
  },
  apostrophes: {
    encoders: ['default', 'unicode'],
    texts: {
      fr: 'J’aime l’été quand j’arrive',
      it: "Dell'arte e dell'amore",
      ca: 'L’església d’avui',
      en: 'O’Brien came at five',
      haw: 'Hawaiʻi is green',
      uz: 'Oʻzbekiston davlati',
      he: 'צה״ל וג׳ירפה',
    },
    questions: {
      été: 'fr',
      "l'été": 'fr',
      arte: 'it',
      'dell’amore': 'it',
      església: 'ca',
      brien: 'en',
      "o'brien": 'en',
      "hawai'i": 'haw',
      'o’zbekiston': 'uz',
      'צה"ל': 'he',
      "ג'ירפה": 'he',
    },
  },
  'Korean particles': {
    encoders: ['default', 'english', 'unicode'],
    texts: {
      seoul: '서울에서 살고 있습니다',
      busan: '부산은 바다가 가깝습니다',
      school: '학생들이 학교로 갑니다',
      house: '집에서 책을 읽습니다',
      cat: '고양이가 잡니다',
      autumn: '가을 하늘',
    },
    questions: {
      서울: 'seoul',
      서울은: 'seoul',
      서울에서는: 'seoul',
      부산: 'busan',
      부산으로: 'busan',
      바다를: 'busan',
      학생: 'school',
      학교에서: 'school',
      집: 'house',
      책: 'house',
      고양이: 'cat',
      고양이들은: 'cat',
      가: '',
      가을에: 'autumn',
    },
  },
  'letters without marks': {
    encoders: ['default', 'unicode'],
    texts: {
      de: 'Größe und Maß',
      pl: 'Żółć i źdźbło',
      tr: 'Işık ve çiçek',
      is: 'Þór og æði',
      he: 'שָׁלוֹם לָעוֹלָם',
      fa: 'کتاب‌های ایرانی',
      wide: 'ＦＵＬＬ　ＷＩＤＴＨ',
      wave: 'hello 👋🏽 there',
    },
    questions: {
      grosse: 'de',
      zolc: 'pl',
      zdzblo: 'pl',
      isik: 'tr',
      cicek: 'tr',
      thor: 'is',
      שלום: 'he',
      ايراني: 'fa',
      'full width': 'wide',
      '👋': 'wave',
    },
  },
  'scripts without spaces': {
    encoders: ['default', 'unicode'],
    texts: {
      th: 'วันนี้อากาศดีมากที่กรุงเทพ',
      lo: 'ຂ້ອຍຮຽນພາສາອັງກິດຢູ່ໂຮງຮຽນ',
      km: 'សៀវភៅនេះល្អណាស់សម្រាប់សិស្ស',
      my: 'ကျောင်းသားများစာဖတ်သည်',
      burma: 'မြန်မာနိုင်ငံတွင်တက္ကသိုလ်များရှိသည်',
      english: 'အင်္ဂလိပ်ဘာသာစကား',
      zh: '我喜欢搜索引擎',
      ja: '東京都に住んでいます',
    },
    questions: {
      อากาศ: 'th',
      กรุงเทพ: 'th',
      ໂຮງຮຽນ: 'lo',
      ພາສາ: 'lo',
      សៀវភៅ: 'km',
      សិស្ស: 'km',
      စာဖတ်: 'my',
      ကျောင်းသား: 'my',
      မြန်မာ: 'burma',
      နိုင်ငံ: 'burma',
      တက္ကသိုလ်: 'burma',
      အင်္ဂလိပ်: 'english',
      ဘာသာ: 'english',
      搜索: 'zh',
      東京: 'ja',
    },
  },
  'functional words alone': {
    encoders: ['default', 'english'],
    texts: {
      hamlet: 'To be, or not to be, that is the question',
      band: 'The Who played loudly',
      none: 'Water boils quickly',
      by: 'Stand by me',
    },
    questions: { 'to be or not to be': 'hamlet', it: '', by: 'by', 'water by': 'none' },
  },
};

describe.each(Object.entries(KINDS))('%s', (_, { encoders, texts, questions }) => {
  test.each(encoders)('%s finds each first', async (encoder) => {
    const documents = Object.entries(texts).map(([id, text]) => ({ id, text }));
    const { ids } = await askedIndex(documents, encoder);
    const found: Record<string, string> = {};
    for (const question of Object.keys(questions)) found[question] = (await ids(question))[0] ?? '';
    expect(found).toEqual(questions);
  });
});

test.each<Encoder>(['default', 'english', 'unicode'])('whole titles come first, %s', async (encoder) => {
  const long = 'other words about many things follow in this long page '.repeat(60);
  const documents = [
    { id: 'routing', title: 'Routing', text: long },
    { id: 'guide', title: 'Routing guide', text: long },
    { id: 'section', title: 'Guide', text: long, fields: { heading: 'Guide › Error handling' } },
    ...Array.from({ length: 20 }, (_, i) => ({
      id: `n${i}`,
      title: `Note ${i}`,
      text: 'routing error handling guide '.repeat(5),
    })),
  ];
  const { ids } = await askedIndex(documents, encoder);
  for (const [question, first] of [
    ['Routing', 'routing'],
    ['routing GUIDE', 'guide'],
    ['Error handling', 'section'],
  ] as const)
    expect((await ids(question))[0]).toBe(first);
});
