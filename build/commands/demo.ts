// `sparsedge demo`: the whole of Sparsedge in a minute, on this machine. Builds the sample's index, serves it with the
// Worker in local workerd over local R2, asks it questions over HTTP, and measures it by the sample's judgments.

import { Command } from 'commander';
import { documentsIn } from '../../src/core/format/manifest.ts';
import type { Built } from '../index/build-folder.ts';
import type { WorkerAnswer } from '../local/ask-worker.ts';
import { count, counted, duration, oneLine, size, table } from '../terminal/layout.ts';
import { print, say } from '../terminal/outcome.ts';
import { terminalProgress } from '../terminal/progress.ts';

const QUESTIONS = [
  'why is my loaf so dense when I use rye',
  'how does a boat climb uphill on a canal',
  'why do so many houses have 192.168 addresses',
  'limescale in the kettle',
  'no legal move but not attacked, who wins',
];
/** Shares no word with its answer, an article on house plants that are poisonous to cats. */
const UNSAID_QUESTION = 'toxic greenery and kittens';
/** Its answer is an article on strokes, which nowhere says "attack". */
const HARD_QUESTION = 'signs of a brain attack';
const HARD_ANSWER = 'aid-06';
const SHOWN = 2;

const startProgress = terminalProgress(process.stderr);

/** The command. */
export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'Builds an index of 300 short articles, starts the Worker over it in local workerd, asks it questions over HTTP ' +
        'and says what each answer cost. It takes less than a minute, and needs no account.',
    )
    .addHelpText(
      'after',
      `
Examples:
  sparsedge demo

Exit codes: 0 it ended; 1 it failed, for instance since the runtime could not
be fetched.`,
    )
    .action(demo);
}

async function demo(): Promise<void> {
  const started = performance.now();
  // Imported here, and below, so that other commands start fast.
  const { buildSample, SAMPLE } = await import('../index/sample.ts');
  print('Sparsedge: exact search over files in object storage, with no server kept running.', '');
  const built = await buildSample(startProgress);
  print(...(await aboutBuild(built, SAMPLE)), '');
  await askOverHttp(built.folder);
  print(
    ...(await measured(built.folder, SAMPLE)),
    '',
    `All of it took ${since(started)}. Next:`,
    '',
    ...table(NEXT),
  );
}

const NEXT = [
  ['  ', 'npx sparsedge serve', 'serve this index, and ask it with curl or a browser'],
  ['  ', 'npx sparsedge build <documents> -o shards/mine', 'JSON lines, CSV, Parquet, Markdown, HTML, BEIR'],
  ['  ', 'npx sparsedge search shards/mine "a question"', 'ask it without a Worker'],
  ['  ', 'npx sparsedge --help', 'everything else'],
];

async function aboutBuild({ folder, manifest, sizes, seconds }: Built, sample: string): Promise<string[]> {
  const { filesBeside } = await import('../index/copy-model.ts');
  const total = Object.values(seconds).reduce((sum, took) => sum + took, 0);
  const postings = manifest.spaces.reduce((sum, space) => sum + space.postings, 0);
  const encoders = manifest.spaces.map(({ encoder }) => encoder.model?.id ?? encoder.id).join(' and ');
  const forDocuments = sizes.documents + sizes.ids;
  const ofModel = filesBeside(folder, manifest).length;
  return [
    `1. Built an index of ${counted(documentsIn(manifest), 'document')} from ${sample} in ${duration(total)}, ` +
      `into ${folder}.`,
    `   Its terms are weighed by ${encoders}.`,
    `   ${count(postings)} postings take ${size(sizes.total - forDocuments)}, documents and ids ${size(forDocuments)}: ` +
      `${counted(sizes.objects, 'file')}, and ${ofModel} of the model that queries need, ready for object storage.`,
    `   A Worker keeps ${size(sizes.tables)} of it in memory and reads the rest as it needs it.`,
  ];
}

async function askOverHttp(folder: string): Promise<void> {
  const starting = performance.now();
  const { startLocalWorker } = await import('../local/local-worker.ts');
  const worker = await startLocalWorker(folder, { port: 0, startProgress, say });
  try {
    print(
      `2. Started the Worker in workerd, the runtime of Cloudflare's edge, over local R2, in ${since(starting)}.`,
      `   It listens at ${worker.url}`,
      '',
      `3. Asked it ${QUESTIONS.length + 2} questions over HTTP. The best ${SHOWN} of ten hits each:`,
      '',
    );
    for (const question of QUESTIONS) await ask(worker.url, question);
    await ask(worker.url, UNSAID_QUESTION);
    print(...WHY_FOUND, '');
    const [best] = (await ask(worker.url, HARD_QUESTION)).hits;
    if (best?.id !== HARD_ANSWER) print(...WHY_WRONG, '');
  } finally {
    await worker.stop();
  }
}

const WHY_FOUND = [
  '   The first of these has no word of that question: it was found by stems that the model added to it, which mean',
  '   nearly what its own words do. `--no-expansion` of a build adds none.',
];

const WHY_WRONG = [
  '   The last answer is wrong: the right article speaks of strokes. The model knows how much a word counts where it',
  '   stands, and adds others that mean nearly the same, but one by one: it does not know what "brain attack" means.',
  '   `sparsedge expand` and larger models add what a text means as a whole.',
];

async function measured(folder: string, sample: string): Promise<string[]> {
  const { evaluateFolder } = await import('../evaluate/evaluate-folder.ts');
  const measuring = { beir: sample, split: 'test', k: 1000, shown: 10 };
  const names = ['nDCG@10', 'MRR@10', 'Recall@100'];
  const evaluated = await evaluateFolder(folder, { ...measuring, measures: names }, startProgress);
  const { measures, queries, cost } = evaluated;
  const effectiveness = Object.entries(measures).map(([name, value]) => `${name} ${value.toFixed(3)}`);
  const costs = `${cost.reads.mean.toFixed(1)} reads and ${size(cost.bytes.mean)} on average`;
  return [
    `4. Measured it over the sample's ${counted(queries, 'judged question')}: ${effectiveness.join(', ')}.`,
    `   Ten hits with their texts take ${costs}, when no page is in memory;`,
    `   ${Math.round(cost.proved * 100)}% of the answers are proved: no document that was not looked at could belong ` +
      'among the ten.',
  ];
}

async function ask(url: string, question: string): Promise<WorkerAnswer> {
  const asked = performance.now();
  const { askWorker } = await import('../local/ask-worker.ts');
  const answer = await askWorker(url, { query: question, k: 10, documents: true });
  const took = since(asked);
  const hits = answer.hits.slice(0, SHOWN);
  print(
    `   ${question}`,
    ...hits.map(
      ({ title, text, score }, i) => `     ${i + 1}. ${oneLine(`${title}: ${text}`, 84)}  (${score})`,
    ),
    `     ${costOf(answer)}, ${took}${answer.exact ? '; proved' : '; not proved'}`,
    '',
  );
  return answer;
}

function costOf({ cost }: WorkerAnswer): string {
  const { postingReads, documentReads, bytes, rounds, cachedPages, openReads, openBytes } = cost;
  const reads = postingReads + documentReads;
  const kept = cachedPages > 0 ? `, ${counted(cachedPages, 'page')} at hand from before` : '';
  const opening =
    openReads > 0 ? `, after ${counted(openReads, 'read')} (${size(openBytes)}) to open the index` : '';
  return `${counted(reads, 'read')}, ${size(bytes)}, ${counted(rounds, 'round')}${kept}${opening}`;
}

function since(moment: number): string {
  return duration((performance.now() - moment) / 1000);
}
