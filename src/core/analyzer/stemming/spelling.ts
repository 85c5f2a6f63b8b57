// British spellings → American ones.

/** Verbs in -ise wherever they are written: what belongs to them, as "revision" does to "revise", has no z either. */
const NEVER_IZE =
  'advert adv appr chast circumc compr comprom conc cru dem desp dev disgu enterpr exc exerc expert franch improv inc ' +
  'merchand parad pra prec prem prom rev superv surpr telev treat';

/** Pattern and what takes its place; all of them are tried, in this order. */
const RULES: readonly (readonly [RegExp, string])[] = [
  [
    new RegExp(`^(?!(?:${NEVER_IZE.replaceAll(' ', '|')})is)(...+i)s(e|es|ed|er|ers|ing|ation|ations|able)$`),
    '$1z$2',
  ],
  [
    /^((?:dis|mis)?(?:arm|behavi|cand|clam|col|demean|endeav|fav|ferv|flav|glam|harb|hon|hum|lab|neighb|od|parl|ranc|rig|rum|savi|splend|succ|tum|val|vap|vig))our/,
    '$1or',
  ],
  [/(cent|theat|met|lit|fib|calib|lust|sab|spect|somb|meag)re(s?)$/, '$1er$2'],
  [/^centr(ed|ing)$/, 'center$1'],
  [/^(def|off|lic|pret)ence(s?)$/, '$1ense$2'],
  [/(anal|catal|dial|monol|prol)ogue(s?)$/, '$1og$2'],
  [/^programme(s?)$/, 'program$1'],
  [/^(judg|acknowledg)ement(s?)$/, '$1ment$2'],
  [/^sulph/, 'sulf'],
  [/^(mo|smo)uld/, '$1ld'],
  [/^grey/, 'gray'],
  [/^plough/, 'plow'],
  [/^aeroplane/, 'airplane'],
  [/^aluminium$/, 'aluminum'],
  [/^manoeuvr(e(?!d))?/, 'maneuver'],
  [/^sceptic/, 'skeptic'],
  [/^artefact/, 'artifact'],
  [/^jewellery$/, 'jewelry'],
  [/^(an|arch|gyn|f|h|medi)ae(?=sth|ol|co|m|v|ca)/, '$1e'],
  [/(?<=.)aemi/, 'emi'],
  [/paed/, 'ped'],
  [/^foet/, 'fet'],
  [/^oe(?=str|dem|soph)/, 'e'],
  [/rrhoea/, 'rrhea'],
];

/** A lower-cased word in American spelling. */
export function americanSpelling(word: string): string {
  let spelt = word;
  for (const [pattern, replacement] of RULES) spelt = spelt.replace(pattern, replacement);
  return spelt;
}
