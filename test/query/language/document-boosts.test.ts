import { describe, expect, test } from 'vitest';
import type { Document } from '../../../src/core/document.ts';
import { boostsOf, explainFactor, productOf } from '../../../src/query/language/rules/document-boosts.ts';
import { type Rules, rulesSchema } from '../../../src/query/language/rules/rules-schema.ts';
import { FACTOR_UNIT } from '../../../src/query/search/sums/factors.ts';

const DOCUMENT: Document = {
  id: 'guide/install',
  title: 'Installing the server',
  text: 'Run it.',
  url: 'https://x.example/docs/install/?a=1#top',
  fields: { version: 4, tags: ['api', 'beta'], date: '2024-05-01', weight: 1.5, draft: false },
};

const rulesOf = (rules: object): Rules => rulesSchema.parse(rules);

describe('boosts', () => {
  test.each([
    ['an id', { id: 'guide/*' }, true],
    ['another id', { id: 'guide' }, false],
    ['a path, without what follows it', { path: '/docs/install/' }, true],
    ['a pattern of paths', { path: '/blog/*' }, false],
    ['words of a title, in any form', { title: 'install' }, true],
    ['words in another order', { title: 'server installing' }, false],
    ['a value', { field: 'version', is: 4 }, true],
    ['one of some values', { field: 'tags', is: ['rare', 'beta'] }, true],
    ['false', { field: 'draft', is: true }, false],
    ['a range of numbers', { field: 'version', from: 3, to: 4 }, true],
    ['a range of dates', { field: 'date', from: '2024-06-01' }, false],
    ['a field that is not there', { field: 'author', is: 'me' }, false],
    ['all conditions', { id: 'guide/*', field: 'version', from: 5 }, false],
  ])('are for a document by %s', (_, conditions, holds) => {
    const rules = rulesOf({
      boosts: [
        { id: 'other', factor: 3 },
        { ...conditions, factor: 2 },
      ],
    });
    expect(boostsOf(rules, 'stems')(DOCUMENT).rules).toEqual(holds ? [{ rule: 1, factor: 2 }] : []);
  });

  test('multiply, with a factor of the document and what its age leaves', () => {
    const rules = rulesOf({
      boosts: [
        { id: '*', factor: 2 },
        { path: '/docs/*', factor: 0.5 },
      ],
      boostField: 'weight',
      recency: { field: 'date', halfLifeDays: 365 },
    });
    const boosts = boostsOf(rules, 'stems')(DOCUMENT);
    expect(boosts).toMatchObject({ rules: [{ rule: 0 }, { rule: 1 }], own: 1.5 });
    expect(productOf(boosts)).toBe(1.5);
    // Half of it is left of a document that is as old as a half-life.
    const explained = explainFactor(DOCUMENT, 0.75 * FACTOR_UNIT, rules, 'stems');
    expect(explained).toMatchObject({ ...boosts, recency: 0.5 });
    expect(productOf(explained) * FACTOR_UNIT).toBe(0.75 * FACTOR_UNIT);
    expect(explainFactor(DOCUMENT, 0, rules, 'stems')).toEqual(boosts);
  });

  test('refuse a factor that is none, with the document and the field', () => {
    const rules = rulesOf({ boostField: 'draft' });
    expect(() => boostsOf(rules, 'stems')(DOCUMENT)).toThrow(/"draft" of the document "guide\/install"/);
  });
});
