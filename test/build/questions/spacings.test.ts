import { describe, expect, test } from 'vitest';
import { askedIndex, type Encoder } from './asked-index.ts';

/** Documents that write a name in one way alone. */
const TEXTS = {
  postgres: 'Install Postgres 15 on a new server',
  python: 'It needs Python3 and little else',
  script: 'Modules came with ES2015 to browsers',
  music: 'A song is an mp3 of four minutes',
  register: 'Registers of 64 bit are wide',
  file: 'The file name ends with a dot',
  menu: 'A dropdown opens below the button',
  socket: 'Messages come over a web socket at once',
  sign: 'Choose login at the top',
  protocol: 'Addresses of IPv6 are long',
};
type Id = keyof typeof TEXTS;

/** What is asked, what is searched for, and the document that comes first. */
const ASKED: readonly (readonly [question: string, searched: string, first: Id])[] = [
  ['postgres15', 'postgres 15', 'postgres'],
  ['python 3', 'python3', 'python'],
  ['es 2015', 'es2015', 'script'],
  ['mp 3', 'mp3', 'music'],
  ['64bit', '64 bit', 'register'],
  ['filename', 'file name', 'file'],
  ['drop down', 'dropdown', 'menu'],
  ['websocket', 'web socket', 'socket'],
  ['ipv 6', 'ipv6', 'protocol'],
  ['a new postgres15', 'a new postgres 15', 'postgres'],
];

describe.each<Encoder>(['default', 'english', 'unicode'])('with %s', (encoder) => {
  const documents = Object.entries(TEXTS).map(([id, text]) => ({ id, text }));
  const built = askedIndex(documents, encoder);
  const answer = async (text: string, spelling: boolean) =>
    (await built).ask({ text, k: 5, documents: true, budget: {}, spelling });

  test('a word that no document has is found as they write it, and the answer says so', async () => {
    for (const [question, searched, first] of ASKED) {
      const { hits, spelling, exact } = await answer(question, true);
      expect([question, hits[0]?.shown?.id, spelling?.text, exact]).toEqual([
        question,
        first,
        searched,
        true,
      ]);
      const plainly = await answer(searched, false);
      expect(hits.map(({ document, score }) => [document, score])).toEqual(
        plainly.hits.map(({ document, score }) => [document, score]),
      );
    }
  });

  test.each(['postgres 15', 'Python3', 'mp3 of four minutes', '64 bit', 'login', 'file name', 'server'])(
    'words that documents have cost nothing more: %s',
    async (question) => {
      const [watched, plainly] = [await answer(question, true), await answer(question, false)];
      expect(watched.spelling).toBeUndefined();
      expect(watched.cost).toEqual(plainly.cost);
    },
  );

  test.each(['zzz 99', '77qq', 'C++', 'v3.11', 'ab-12', '3', 'and 4', 'xx 12 xx'])(
    'what documents write in no way stays as it is: %s',
    async (question) => {
      const { spelling, exact } = await answer(question, true);
      expect([spelling, exact]).toEqual([undefined, true]);
    },
  );
});
