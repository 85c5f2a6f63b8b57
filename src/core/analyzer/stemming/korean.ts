// Korean words without the particles that are written to them: "서울에서" and "서울은" are forms of "서울". No dictionary
// says where a noun ends, so some lose more than that: but all forms of a noun end in the same, and the word as it
// stands comes first.

/** Longer runs are no nouns. */
const HANGUL = /(?<![\uAC00-\uD7A3])[\uAC00-\uD7A3]{2,16}(?![\uAC00-\uD7A3])/g;
const [FIRST, FINALS] = [0xac00, 28];
const NO_FINAL = 0;
const RIEUL = 8;

/** Particles, what they stand behind, and the syllables of a noun that they need. */
const PARTICLES: readonly (readonly [
  particles: string,
  behind: 'consonant' | 'vowel' | 'any',
  least: number,
])[] = [
  ['에게서 에서부터 에서 에게 께서 부터 까지 한테 처럼 보다 마다 조차 밖에 하고 에', 'any', 1],
  ['으로 은 을', 'consonant', 1],
  ['는 를', 'vowel', 1],
  ['이나 이랑 이 과', 'consonant', 2],
  ['로 랑 와 가', 'vowel', 2],
  ['들 의 도 만', 'any', 2],
];
const BY_LENGTH = PARTICLES.flatMap(([particles, behind, least]) =>
  particles.split(' ').map((particle) => ({ particle, behind, least })),
).sort((a, b) => b.particle.length - a.particle.length);

/** The Korean words of a text that end with particles, without them. */
export function withoutParticles(text: string): string[] {
  const stems: string[] = [];
  for (const [word] of text.matchAll(HANGUL)) {
    const stem = stemOf(word);
    if (stem !== word) stems.push(stem);
  }
  return stems;
}

function stemOf(word: string): string {
  const found = BY_LENGTH.find(
    ({ particle, behind, least }) =>
      word.length >= particle.length + least &&
      word.endsWith(particle) &&
      stands(word.charCodeAt(word.length - particle.length - 1), behind, particle),
  );
  return found ? stemOf(word.slice(0, -found.particle.length)) : word;
}

function stands(before: number, behind: 'consonant' | 'vowel' | 'any', particle: string): boolean {
  const final = (before - FIRST) % FINALS;
  if (behind === 'any') return true;
  // What ends with an l takes "로".
  const isVowel = final === NO_FINAL || (final === RIEUL && particle.endsWith('로'));
  return isVowel === (behind === 'vowel');
}
