// What is wrong with a value is said of the option that has it, and of a file by where it stands there.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type ConfigOptions, configFrom } from '../../../build/commands/options/building.ts';
import { sparsedge, temporaryFolder } from './command-line.ts';

test.each<[ConfigOptions, RegExp]>([
  [{ encoder: 'bm25', k1: -1 }, /^--k1 -1: .*>=0$/],
  [{ encoder: 'bm25', b: 1.5 }, /^--b 1\.5: .*<=1$/],
  [{ encoder: 'bm25', b: -0.5, k1: -2 }, /^--k1 -2: .*\n--b -0\.5: /],
  [{ titleWeight: 0.5 }, /^--title-weight 0\.5: expected 0, or a number from 1 to 100$/],
  [{ titleWeight: 101 }, /^--title-weight 101: expected 0, or a number from 1 to 100$/],
  [{ pageTitle: 11 }, /^--page-title 11: .*<=10$/],
  [{ model: '' }, /^--model "": /],
  [{ parts: '' }, /^--parts "": /],
  [{ expansions: '' }, /^--expansions "": /],
  [{ maxQueries: 0 }, /^--max-queries 0: /],
  [{ windowDocuments: 0 }, /^--window-documents 0: /],
])('%j is refused by the option', (options, message) => {
  expect(() => configFrom(options)).toThrow(
    expect.objectContaining({ code: 'bad-input', message: expect.stringMatching(message) }),
  );
});

test.each<[ConfigOptions, string]>([
  [{ encoder: 'bm25', query: 'binary' }, 'query is for vectors, and the encoder bm25 has no use for it'],
  [{ query: 'count' }, 'query is for vectors, and the encoder bm25 has no use for it'],
  [{ encoder: 'tfidf', query: 'count' }, 'query is for vectors, and the encoder tfidf has no use for it'],
  [
    { encoder: 'vectors', titleWeight: 2 },
    'a weight of titles is for encoders that read text, and the encoder vectors',
  ],
  [{ encoder: 'tfidf', k1: 1 }, '--k1 and --b are parameters of BM25'],
])('%j is refused, as it would change nothing', (options, message) => {
  expect(() => configFrom(options)).toThrow(message);
});

test.each(['k1', 'b', 'lengths'])(
  '%s in a file is refused for encoders that it would change nothing of',
  (option) => {
    const config = join(temporaryFolder(), 'config.json');
    const value = option === 'lengths' ? 'lucene' : 1;
    for (const encoder of ['tfidf', 'vectors', 'bm25']) {
      writeFileSync(config, JSON.stringify({ spaces: [{ encoder, [option]: value }] }));
      const said = `${option} is for BM25, and the encoder ${encoder} has no use for it`;
      if (encoder === 'bm25') expect(configFrom({ config }).spaces[0]).toMatchObject({ [option]: value });
      else expect(() => configFrom({ config })).toThrow(said);
    }
  },
);

test('stems cannot be added and not added', async () => {
  const { code, err } = await sparsedge(temporaryFolder(), ['build', '.', '--added', '5', '--no-expansion']);
  expect({ code, err }).toMatchObject({
    code: 2,
    err: expect.stringContaining("cannot be used with option '--added <n>'"),
  });
});

test('a file is refused by where in it the value stands', () => {
  const config = join(temporaryFolder(), 'config.json');
  writeFileSync(config, '{"spaces": [{"encoder": "bm25"}, {"encoder": "bm25", "name": "b", "k1": -1}]}');
  expect(() => configFrom({ config })).toThrow(/^the configuration is wrong:\n[\s\S]*→ at spaces\[1\]\.k1$/);
});
