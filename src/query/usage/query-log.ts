// What is asked, for the owner of a deployment alone: a data point for each search and each click in a dataset of
// Workers Analytics Engine, where one is bound. `sparsedge report` reads it.

/** What a search came to. */
export interface LoggedSearch {
  /** The index, where there are several. */
  readonly index?: string | undefined;
  /** Nothing where no text was asked. */
  readonly question: string | undefined;
  readonly hits: number;
  readonly offset: number;
  readonly exact: boolean;
  /** Whether the question was being typed, and more of it is to come. */
  readonly typing: boolean;
  readonly milliseconds: number;
  readonly microdollars: number;
}

/** A hit that was opened. */
export interface LoggedClick {
  readonly index?: string | undefined;
  readonly question: string;
  readonly id: string;
  /** From 1. */
  readonly rank: number;
}

/** What is asked of a binding of Analytics Engine. */
export interface Dataset {
  writeDataPoint(point: { indexes: string[]; blobs: string[]; doubles: number[] }): void;
}

/** The dataset, and whether it may have what was asked and opened, or counts alone. */
export interface QueryLogSettings {
  readonly dataset: Dataset;
  readonly text: boolean;
}

/** Where the parts of a data point are, as SQL names them. */
export const COLUMNS = {
  index: 'blob1',
  kind: 'blob2',
  question: 'blob3',
  id: 'blob4',
  hits: 'double1',
  rank: 'double2',
  offset: 'double3',
  exact: 'double4',
  typing: 'double5',
  milliseconds: 'double6',
  microdollars: 'double7',
} as const;
type Column = keyof typeof COLUMNS;

/** A data point has 16 KB at most, and nobody reads a longer question in a report. */
const MOST_CHARACTERS = 256;

/** The platform refuses a data point that is sampled by more bytes. */
const MOST_SAMPLED_BY = 96;

/** Notes what is asked. */
export class QueryLog {
  readonly #dataset: QueryLogSettings['dataset'];
  readonly #hasText: boolean;

  constructor({ dataset, text }: QueryLogSettings) {
    this.#dataset = dataset;
    this.#hasText = text;
  }

  /** Notes a search. */
  searched({ question, exact, typing, ...rest }: LoggedSearch): void {
    this.#write('search', { ...rest, question, exact: Number(exact), typing: Number(typing) });
  }

  /** Notes a click. */
  clicked(click: LoggedClick): void {
    this.#write('click', click);
  }

  #write(kind: 'search' | 'click', point: Partial<Record<Column, string | number | undefined>>): void {
    const { index = '', question = '', id = '' } = point;
    const said: typeof point = {
      ...point,
      kind,
      index,
      question: this.#text(onceWritten(question)),
      id: this.#text(id),
    };
    const columns = Object.entries(COLUMNS) as [Column, string][];
    const of = (type: string) =>
      columns.filter(([, column]) => column.startsWith(type)).map(([name]) => said[name]);
    this.#dataset.writeDataPoint({
      // What is sampled together where there is too much: an index by itself, or several that are asked at once.
      indexes: [String(index).slice(0, MOST_SAMPLED_BY)],
      blobs: of('blob').map((value) => String(value ?? '')),
      doubles: of('double').map((value) => Number(value ?? 0)),
    });
  }

  #text(text: string | number): string {
    return this.#hasText ? [...String(text)].slice(0, MOST_CHARACTERS).join('') : '';
  }
}

/** One question is one, however it is spaced and written. */
function onceWritten(question: string | number): string {
  return String(question).toLowerCase().replaceAll(/\s+/g, ' ').trim();
}
