// English words whose forms no suffix rule brings together, and words that such rules take for each other. Porter's
// leave "wrote" beside "write", "died" beside "die" and "viruses" beside "virus", and make one of "use" and "us", and
// of "university" and "universe".
//
// Not here are forms that are as often a word of their own: "saw", "left", "ground", "lives", "leaves", "data".

/** A word and forms of it, a line each; all get the stem of the word. */
const FORMS = `
arise arose arisen
awake awoke awoken
become became
begin began begun
blow blew blown
break broke broken
breed bred
bring brought
build built
burn burnt
buy bought
catch caught
choose chose chosen
cling clung
come came
creep crept
deal dealt
die dies died dying
dig dug
draw drew drawn
dream dreamt
drink drank
drive drove driven
eat ate eaten
fall fell fallen
fight fought
find found
flee fled
fly flew flown flies
forbid forbade forbidden
foresee foresaw foreseen
forget forgot forgotten
forgive forgave forgiven
freeze froze frozen
get got gotten
give gave given
go went gone
grow grew grown
hang hung
hear heard
hide hidden
hold held
keep kept
kneel knelt
know knew known
lead led
leap leapt
learn learnt
lose lost
make made
mean meant
meet met
mistake mistook mistaken
misunderstand misunderstood
overcome overcame
oversee oversaw overseen
overtake overtook overtaken
overthrow overthrew overthrown
pay paid
prove proven
rebuild rebuilt
rewrite rewrote rewritten
ride rode ridden
ring rang rung
run ran
say said
see seen
seek sought
sell sold
send sent
shake shook shaken
shine shone
shoot shot
show shown
shrink shrank shrunk
sing sang sung
sink sank sunk
sleep slept
slide slid
speak spoke spoken
spend spent
spin spun
spring sprang sprung
stand stood
steal stole stolen
stick stuck
strike struck stricken
swear swore sworn
sweep swept
swim swam swum
swing swung
take took taken
teach taught
tear tore torn
tell told
think thought
throw threw thrown
undergo underwent undergone
understand understood
undertake undertook undertaken
uphold upheld
wake woke woken
wear wore worn
weave wove woven
weep wept
win won
withdraw withdrew withdrawn
withhold withheld
withstand withstood
write wrote written
cry cries cried
dry dries dried
fry fries fried
lie lies lying
sky skies
spy spies spied
tie ties tied tying
try tries tried
man men
woman women
child children
foot feet
tooth teeth
goose geese
mouse mice
ox oxen
calf calves
half halves
knife knives
loaf loaves
shelf shelves
thief thieves
wife wives
wolf wolves
analysis analyses analyse analysed analysing analyze analyzed analyzes analyzing
basis bases
crisis crises
diagnosis diagnoses
emphasis emphases
hypothesis hypotheses
metastasis metastases
parenthesis parentheses
prognosis prognoses
synthesis syntheses
thesis theses
bacterium bacteria
criterion criteria
curriculum curricula
equilibrium equilibria
maximum maxima
memorandum memoranda
minimum minima
mitochondrion mitochondria
momentum momenta
optimum optima
phenomenon phenomena
polyhedron polyhedra
quantum quanta
spectrum spectra
stratum strata
symposium symposia
automaton automata
corpus corpora
genus genera
alga algae
alumnus alumni
antenna antennae
cactus cacti
formula formulae
fungus fungi
larva larvae
locus loci
nucleus nuclei
radius radii
stimulus stimuli
vertebra vertebrae
appendix appendices
helix helices
index indices
matrix matrices
vertex vertices
vortex vortices
atlas atlases
bias biases biased
bonus bonuses
bus buses
campus campuses
census censuses
fetus fetuses
focus foci focuses focused focusing
gas gases
lens lenses
status statuses
virus viruses
`;

/** A word and all forms of it, a line each; the word is the stem. */
const UNSTEMMED = `
use uses used using
news
new newly
author authors
authority authorities
communication communications communicate communicates communicated communicating
communism
communist communists
community communities
experience experiences experienced
experiment experiments experimental experimentally experimented
general generally generality generalize generalized generalizes generalizing generalization generalizations
generate generates generated generating
generation generations
generic
important importance importantly
internal internally
international internationally
numerical numerically
numerous
organic
organize organizes organized organizing organizer organizers organization organizations organizational
organism organisms
universal universally
universe universes
university universities
`;

/** The stem of each word that has one of its own. */
export function stemsOfForms(stemOf: (word: string) => string): ReadonlyMap<string, string> {
  const stems = new Map<string, string>();
  for (const [lines, stemOfFirst] of [
    [FORMS, stemOf],
    [UNSTEMMED, (word: string) => word],
  ] as const) {
    for (const line of lines.trim().split('\n')) {
      const words = line.split(' ');
      for (const word of words) stems.set(word, stemOfFirst(words[0]));
    }
  }
  return stems;
}
