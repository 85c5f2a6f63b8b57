// The index that an isolate holds open between requests. Only resolved values are kept: a promise of one request must
// not be awaited in another. A failed open is never kept, and one request sees one generation from start to end.

import { SparsedgeError } from '../core/errors.ts';
import { type Manifest, readManifest } from '../core/format/manifest.ts';
import { type ByteRange, type Decode, readAs, type Source } from '../core/source.ts';
import { type IndexRules, readRules } from '../query/language/rules/index-rules.ts';
import type { Clock } from '../query/search/meter.ts';
import { type OpenIndex, openGeneration } from '../query/search/open.ts';
import { completeGeneration, isMissing } from '../store/generation.ts';
import type { RequestReads } from '../store/request-reads.ts';

/** One generation of an index. */
export interface Generation {
  readonly source: Source;
  readonly manifest: Manifest;
  /** It opened; undefined where others search it. */
  readonly index: OpenIndex | undefined;
  /** What steers its answers. */
  readonly rules?: IndexRules | undefined;
}

/** A generation, as one request got it. */
export interface Resident {
  readonly index: Generation;
  /** It could not be established that this is still the current generation. */
  readonly stale: boolean;
  /** What storage had to do for it in this request: nothing, when it was open already. */
  readonly opened: { readonly reads: number; readonly bytes: number };
}

/** Where the open index comes from. */
export interface ResidentOptions {
  readonly source: Source;
  /** How long an open index is used before `current` is read again. */
  readonly keepMs: number;
  /** An index of more windows is not opened: groups of them are searched elsewhere. */
  readonly mostWindows: number;
  readonly clock: Clock;
  /** Told of failures that no request sees, since an older generation could answer it. */
  readonly log: (error: unknown) => void;
}

/** The longest that one read may take which asks for another generation than the one that is open. */
const RECHECK_MS = 1_500;

interface OpenGeneration {
  readonly index: Generation;
  stale: boolean;
  recheckAt: number;
}

/** A table that is open takes about so many bytes for each that it has as an object, where keys are front coded. */
const TABLE_BYTES = 4;
/** How long it is believed in which languages an index is that is not open. */
const LANGUAGES_MS = 600_000;

/** Opens the current index, keeps it, and goes over to the next generation when there is one. */
export class ResidentIndex {
  readonly #options: ResidentOptions;
  #open: OpenGeneration | undefined;
  #languages: { readonly codes: readonly string[]; readonly until: number } | undefined;

  constructor(options: ResidentOptions) {
    this.#options = { ...options, source: completeGeneration(options.source) };
  }

  /** About how many bytes of memory it takes. */
  get bytes(): number {
    const { index } = this.#open ?? {};
    return index?.index ? TABLE_BYTES * index.manifest.table.bytes : 0;
  }

  /** Gives its memory back, but for what requests still use. */
  close(): void {
    this.#open = undefined;
  }

  /**
   * The languages that the current index says it stems: English, where it names none. One that is not open is asked for
   * its manifest alone.
   *
   * @param reads the request's, by which storage is read
   */
  async languages(reads?: RequestReads): Promise<readonly string[]> {
    const { source, clock } = this.#options;
    const now = clock();
    if (this.#open) return languagesOf(this.#open.index.manifest);
    if (this.#languages && now < this.#languages.until) return this.#languages.codes;
    const codes = languagesOf(await readManifest(reads ? reads.source(source) : source));
    this.#languages = { codes, until: now + LANGUAGES_MS };
    return codes;
  }

  /**
   * Runs a task on the current index. If the task finds it damaged and another generation has become current (the old
   * one's objects may be gone), the task is run once more, from the start, on that one.
   *
   * @param reads the request's, by which storage is read
   */
  async use<T>(task: (resident: Resident) => Promise<T>, reads?: RequestReads): Promise<T> {
    const resident = await this.get(false, reads);
    try {
      return await task(resident);
    } catch (error) {
      if (!(error instanceof SparsedgeError && error.code === 'corrupt')) throw error;
      const fresh = await this.get(true, reads);
      if (isSame(fresh.index.manifest, resident.index.manifest)) throw error;
      return await task(fresh);
    }
  }

  /**
   * The current index. When that cannot be read while an older generation is open, the older one, marked as stale.
   *
   * @param recheck read `current` whatever its age
   * @param reads the request's, by which storage is read
   * @throws SparsedgeError `unavailable` when nothing is published or storage fails, or what opening it throws
   */
  async get(recheck = false, reads?: RequestReads): Promise<Resident> {
    const { source, keepMs, mostWindows, clock, log } = this.#options;
    const open = this.#open;
    const now = clock();
    if (open && !recheck && now < open.recheckAt) return residentOf(open, { reads: 0, bytes: 0 });
    // Others go on with the old index meanwhile, so that one request at a time loads a new one's tables.
    if (open) open.recheckAt = now + keepMs;
    const opened = { reads: 0, bytes: 0 };
    // Nobody waits long to hear that there is nothing new.
    const steady = reads ? reads.source(source, source, open && RECHECK_MS) : source;
    const metered = counting(steady, opened);
    try {
      const manifest = await readManifest(metered);
      if (open && isSame(manifest, open.index.manifest)) {
        open.stale = false;
        return residentOf(open, opened);
      }
      const elsewhere = manifest.windows.length > mostWindows;
      // Where only the rules are others, the tables are at hand.
      const isOpen = open?.index.index && open.index.manifest.build === manifest.build;
      const opening = elsewhere
        ? undefined
        : { ...(isOpen ? open.index.index! : await openGeneration(metered, manifest)), manifest, source };
      const index = { source, manifest, index: opening, rules: await readRules(metered, manifest) };
      // Timed from before the reads: that is when this generation was known to be current.
      this.#open = { index, stale: false, recheckAt: now + keepMs };
      return { index, stale: false, opened };
    } catch (error) {
      const failure = isMissing(error) ? unpublished(error) : error;
      if (!open) throw failure;
      log(failure);
      open.stale = true;
      return residentOf(open, opened);
    }
  }
}

function languagesOf({ spaces }: Manifest): readonly string[] {
  const codes = new Set(spaces.flatMap(({ languages = [] }) => languages.map(({ code }) => code)));
  return codes.size === 0 ? ['en'] : [...codes];
}

/** Whether two manifests are of one generation with the same rules. */
function isSame(a: Manifest, b: Manifest): boolean {
  return a.build === b.build && a.rules?.name === b.rules?.name;
}

function residentOf({ index, stale }: OpenGeneration, opened: Resident['opened']): Resident {
  return { index, stale, opened };
}

function unpublished(cause: SparsedgeError): SparsedgeError {
  return new SparsedgeError('unavailable', 'no index has been published here', cause.details, { cause });
}

function counting(source: Source, opened: { reads: number; bytes: number }): Source {
  return {
    read: (name, range) => counted(name, range, (bytes) => bytes),
    readAs: counted,
  };

  function counted<T>(name: string, range: ByteRange | undefined, decode: Decode<T>, bytes?: number) {
    opened.reads++;
    const count = (brought: Uint8Array) => {
      opened.bytes += brought.length;
      return decode(brought);
    };
    return readAs(source, name, range, count, bytes);
  }
}
