// The first phase: documents are read, encoded and inverted, so many batches a unit.

import type { EncoderInput } from '../../stages/encode/encoder.ts';
import { SortBuffer } from '../../stages/invert/inverter.ts';
import type { SpacePlan, Spool } from '../../stages/invert/spool.ts';
import { BATCH, batchesOf, Spooler } from '../../stages/invert/spool.ts';
import { WordCounter } from '../../stages/words/word-counter.ts';
import type { Progress } from '../../terminal/progress.ts';
import type { Units } from './units.ts';

/** Batches of a spool: 131,072 documents. */
const SPOOL_BATCHES = 512;

/** What reading all documents found. */
interface ReadMark<Read> {
  readonly spools: number;
  readonly read?: Read | undefined;
}

/** Documents to spool. */
export interface SpoolJob<Read> {
  readonly inputs: () => AsyncIterable<EncoderInput>;
  /** What reading counts, complete once all is read. */
  readonly read?: Read | undefined;
  readonly spaces: readonly SpacePlan[];
  /** A spool has fewer documents where windows do, so that there are as many for machines to share. */
  readonly windowDocuments: number;
  /** Whether documents are to be dealt by subject, if they are more than one window. */
  readonly isSampled: boolean;
  /** Whether words are counted as they are typed. */
  readonly words: boolean;
  readonly startProgress: () => Progress;
}

/** Spools all documents; whoever does so reads all of them, and encodes those of its units. */
export async function spoolInputs<Read>(
  job: SpoolJob<Read>,
  units: Units,
): Promise<{ spools: Spool[]; read: Read | undefined }> {
  const mark = () => units.resultOf<ReadMark<Read>>(READ, 0);
  try {
    if (!mark()) await passOver(job, units, (spool) => units.isMine(spool));
    const { spools } = mark()!;
    await units.share(ENCODE, spools, (numbers) => {
      const wanted = new Set(numbers);
      return passOver(job, units, (spool) => wanted.has(spool));
    });
  } finally {
    for (const { encoder } of job.spaces) await encoder.close?.();
  }
  const { spools: count, read } = mark()!;
  return { spools: Array.from({ length: count }, (_, spool) => units.resultOf<Spool>(ENCODE, spool)!), read };
}

export const READ = 'read';
export const ENCODE = 'encode';

async function passOver<Read>(
  job: SpoolJob<Read>,
  units: Units,
  isWanted: (spool: number) => boolean,
): Promise<void> {
  const { inputs, spaces, windowDocuments, isSampled } = job;
  const batches = Math.max(1, Math.min(SPOOL_BATCHES, Math.floor(windowDocuments / BATCH)));
  const progress = job.startProgress();
  const sorted = new SortBuffer();
  let spooler: Spooler | undefined;
  let folder = '';
  let [batch, documents] = [0, 0];
  const finish = async () => {
    const number = Math.ceil(batch / batches) - 1;
    if (spooler) units.finish(ENCODE, number, folder, await spooler.finish());
    spooler = undefined;
  };
  try {
    for await (const inputsOfBatch of batchesOf(inputs())) {
      const number = batch / batches;
      if (Number.isInteger(number)) {
        await finish();
        if (isWanted(number) && !units.isDone(ENCODE, number)) {
          folder = units.begin(ENCODE, number);
          const words = job.words ? new WordCounter(folder) : undefined;
          spooler = new Spooler(
            spaces,
            folder,
            { number, first: documents, batch },
            sorted,
            words,
            isSampled,
          );
        }
      }
      await spooler?.add(inputsOfBatch);
      batch++;
      documents += inputsOfBatch.length;
      progress.at(documents);
    }
    await finish();
  } catch (error) {
    await spooler?.abandon();
    throw error;
  }
  progress.end();
  const mark: ReadMark<Read> = { spools: Math.ceil(batch / batches), read: job.read };
  units.mark(READ, mark);
}
