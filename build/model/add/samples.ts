// Texts by which a model in eight bits is held to the one it was made from, unless its owner has better ones: passages
// and questions, with names, numbers, words that no vocabulary has whole, and one of a single word.

export const SAMPLES: readonly string[] = [
  'The moon pulls the sea, and the sea rises twice a day. Where a bay narrows, the same water must stand higher.',
  'Flour, water, salt and time make bread. The yeast of a sourdough lives on the flour itself, and is older than the oven.',
  'A lighthouse keeper trimmed the wick every four hours; the lens, not the flame, carried the light twenty miles.',
  'The parliament passed the water act in 1973, after two dry summers in which wells had failed in eleven counties.',
  'An inverted index lists, for each term, the documents that hold it. Sorting a list by impact lets a search stop early.',
  'Mitochondria have a genome of their own, of some sixteen thousand base pairs, which is passed on by the mother.',
  'Copper boils at 2,562 °C and conducts heat better than any other common metal; silver is rarer and a little better.',
  'The goalkeeper saved the first penalty and the third. Nobody remembers the second, which went over the bar.',
  'To rotate a key, create the new one, let both be valid for a day, and revoke the old one when nothing signs with it.',
  'Basalt columns form when lava cools evenly: cracks meet at angles near 120 degrees, and grow inwards from the surface.',
  'In the sonata the second theme returns in the home key. Listeners who never heard of keys hear that it has come home.',
  'A mortgage with a fixed rate costs more at first, and is worth it only if rates rise before it is paid back.',
  'Antibiotics do nothing against viruses. Taken for a cold they harm only the bacteria that one would rather keep.',
  'The railway reached the valley in 1887; the post arrived in a day instead of five, and the inn became a hotel.',
  'Photosynthesis stores the energy of light in sugar. Leaves reflect green, the part of the light that they use least.',
  'The compiler refuses a value that may be null where one is expected; at run time nothing is left to check.',
  'what makes the tides higher in spring',
  'how long does sourdough keep',
  'copper vs silver conductivity',
  'who pays when a goods train is late',
  'is it safe to take antibiotics for the flu?',
  'rotate api key without downtime',
  'hexagonal basalt columns',
  'tide',
];
