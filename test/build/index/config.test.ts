// What a configuration says where nobody has said it.

import { expect, test } from 'vitest';
import { parseConfig } from '../../../build/index/config.ts';

const bOf = (space: object, ofPages: boolean) => parseConfig({ spaces: [space] }, ofPages).spaces[0].b;

test.each([
  [{}, false, 0.75],
  [{}, true, 0.4],
  [{ encoder: 'model', b: 0.6, model: 'models/sparsedge-en' }, true, 0.6],
  [{ encoder: 'bm25' }, true, 0.4],
  [{ encoder: 'bm25' }, false, 0.4],
])('b of %j is the model’s own for what it has learned of, and not for pages (%j)', (space, ofPages, b) => {
  expect(bOf(space, ofPages)).toBe(b);
});
