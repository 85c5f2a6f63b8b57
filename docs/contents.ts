// What the documentation consists of: the project's own pages, cut where that helps, and what is written here alone.

/** A page of the site. */
export interface Page {
  /** Its address below the site, without `.html`. */
  readonly path: string;
  readonly title: string;
  /** A file of the repository, or what makes its text. */
  readonly from: string;
  /**
   * Of the file, only these sections, by their headings, without those below them that are named elsewhere; '' is what
   * stands before the first.
   */
  readonly sections?: readonly string[];
}

/** What is made from the description of the interface, in the place of a file. */
export const API_REFERENCE = 'openapi.json';

export const CONTENTS: readonly { readonly group: string; readonly pages: readonly Page[] }[] = [
  {
    group: 'Begin',
    pages: [
      {
        path: 'index',
        title: 'Sparsedge',
        from: 'README.md',
        sections: ['', 'What it is', 'For contributors'],
      },
      {
        path: 'first-index',
        title: 'A first index',
        from: 'README.md',
        sections: ['Search your own documents'],
      },
      { path: 'static-host', title: 'On a static host', from: 'README.md', sections: ['On your page'] },
      { path: 'generators', title: 'Site generators', from: 'plugins/README.md' },
      { path: 'moving', title: 'Moving over', from: 'docs/moving.md' },
    ],
  },
  {
    group: 'Run it',
    pages: [
      { path: 'workers', title: 'On Workers', from: 'README.md', sections: ['Deploy', 'Several indexes'] },
      { path: 'security', title: 'Security', from: 'README.md', sections: ['Keys and tenants'] },
      { path: 'agents', title: 'Agents', from: 'README.md', sections: ['Agents'] },
      { path: 'report', title: 'What readers ask', from: 'README.md', sections: ['What readers ask'] },
      { path: 'tuning-cost', title: 'Tuning cost', from: 'docs/tuning-cost.md' },
      { path: 'cost', title: 'What it costs', from: 'README.md', sections: ['What it costs'] },
      { path: 'gate', title: 'A gate for quality', from: 'examples/gate/README.md' },
    ],
  },
  {
    group: 'Search',
    pages: [
      { path: 'api', title: 'The API', from: 'README.md', sections: ['The API'] },
      {
        path: 'filters',
        title: 'Filters and facets',
        from: 'README.md',
        sections: ['Filters, facets, sorting'],
      },
      { path: 'steering', title: 'Steering', from: 'README.md', sections: ['Steering answers'] },
      { path: 'programs', title: 'From a program', from: 'README.md', sections: ['From a program'] },
      { path: 'reference', title: 'API reference', from: API_REFERENCE },
    ],
  },
  {
    group: 'Models',
    pages: [
      { path: 'models', title: 'Your own model', from: 'models/README.md' },
      { path: 'sparsedge-en', title: 'sparsedge-en', from: 'models/sparsedge-en/README.md' },
      { path: 'expansion', title: 'Expansion on a GPU', from: 'examples/jobs/expanding.md' },
      { path: 'training', title: 'Training', from: 'models/train/README.md' },
      { path: 'machines', title: 'Several machines', from: 'README.md', sections: ['On several machines'] },
      { path: 'jobs', title: 'Jobs', from: 'examples/jobs/README.md' },
      { path: 'jobs-building', title: 'Jobs that build', from: 'examples/jobs/building.md' },
    ],
  },
  {
    group: 'Examples',
    pages: [
      { path: 'examples', title: 'Examples', from: 'examples/README.md' },
      ...['deploy', 'node', 'page', 'sites', 'vectors', 'worker'].map((name) => ({
        path: `example-${name}`,
        title: name,
        from: `examples/${name}/README.md`,
      })),
    ],
  },
  {
    group: 'The project',
    pages: [
      { path: 'architecture', title: 'Architecture', from: 'ARCHITECTURE.md' },
      { path: 'format', title: 'The format', from: 'src/core/FORMAT.md' },
      { path: 'benchmarks', title: 'Benchmarks', from: 'test/bench/README.md' },
      { path: 'contributing', title: 'Contributing', from: 'CONTRIBUTING.md' },
      { path: 'changelog', title: 'Changes', from: 'CHANGELOG.md' },
    ],
  },
];
