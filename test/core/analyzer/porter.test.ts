import { stemmer } from 'stemmer';
import { expect, test } from 'vitest';
import { porter } from '../../../src/core/analyzer/stemming/porter.ts';

/** The examples in Porter's paper, each followed to the end of the algorithm, and the words of his later errata. */
const VOCABULARY: Readonly<Record<string, string>> = {
  caresses: 'caress',
  ponies: 'poni',
  ties: 'ti',
  caress: 'caress',
  cats: 'cat',
  feed: 'feed',
  agreed: 'agre',
  plastered: 'plaster',
  bled: 'bled',
  motoring: 'motor',
  sing: 'sing',
  conflated: 'conflat',
  troubled: 'troubl',
  sized: 'size',
  hopping: 'hop',
  tanned: 'tan',
  falling: 'fall',
  hissing: 'hiss',
  fizzed: 'fizz',
  failing: 'fail',
  filing: 'file',
  happy: 'happi',
  sky: 'sky',
  relational: 'relat',
  conditional: 'condit',
  rational: 'ration',
  valenci: 'valenc',
  hesitanci: 'hesit',
  digitizer: 'digit',
  conformabli: 'conform',
  radicalli: 'radic',
  differentli: 'differ',
  vileli: 'vile',
  analogousli: 'analog',
  vietnamization: 'vietnam',
  predication: 'predic',
  operator: 'oper',
  feudalism: 'feudal',
  decisiveness: 'decis',
  hopefulness: 'hope',
  callousness: 'callous',
  formaliti: 'formal',
  sensitiviti: 'sensit',
  sensibiliti: 'sensibl',
  triplicate: 'triplic',
  formative: 'form',
  formalize: 'formal',
  electriciti: 'electr',
  electrical: 'electr',
  hopeful: 'hope',
  goodness: 'good',
  revival: 'reviv',
  allowance: 'allow',
  inference: 'infer',
  airliner: 'airlin',
  gyroscopic: 'gyroscop',
  adjustable: 'adjust',
  defensible: 'defens',
  irritant: 'irrit',
  replacement: 'replac',
  adjustment: 'adjust',
  dependent: 'depend',
  adoption: 'adopt',
  homologou: 'homolog',
  communism: 'commun',
  activate: 'activ',
  angulariti: 'angular',
  homologous: 'homolog',
  effective: 'effect',
  bowdlerize: 'bowdler',
  probate: 'probat',
  rate: 'rate',
  cease: 'ceas',
  controll: 'control',
  roll: 'roll',
  generalizations: 'gener',
  oscillators: 'oscil',
};

test('the words of the paper get their stems', () => {
  for (const [word, stem] of Object.entries(VOCABULARY))
    expect(`${word} ${porter(word)}`).toBe(`${word} ${stem}`);
});

test('-bli and -logi fall as in the later programs, not the paper', () => {
  expect(['possibly', 'archaeology', 'apology'].map(porter)).toEqual(['possibl', 'archaeolog', 'apolog']);
});

test('a word of one or two characters is its own stem', () => {
  expect(['', 's', 'as', 'ys', 'ed'].map(porter)).toEqual(['', 's', 'as', 'ys', 'ed']);
});

test('digits and letters beyond ASCII count as consonants', () => {
  expect(['1980s', '3rds', '42ing', 'cafés', 'naïveness', 'm2ed', "don't"].map(porter)).toEqual([
    '1980',
    '3rd',
    '42ing',
    'café',
    'naïv',
    'm2ed',
    "don't",
  ]);
});

test('a suffix that is the whole word is one, and a y may be a consonant inside a word', () => {
  expect(['ies', 'eed', 'aed', 'ion', 'sses', 'yyy', 'tyyed'].map(porter)).toEqual([
    'i',
    'eed',
    'a',
    'ion',
    'ss',
    'yyi',
    'ty',
  ]);
});

test('the package stemmer agrees but on the words that it treats differently', () => {
  const differing = [...Object.keys(VOCABULARY), 'ies', 'eed'].filter(
    (word) => stemmer(word) !== porter(word),
  );
  expect(differing).toEqual(['ies', 'eed']);
});
