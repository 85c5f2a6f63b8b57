// Which commands there are. The help of all of them is made of this list alone: the modules of a command are loaded
// when it is the one that is asked for.

import type { Command } from 'commander';

/** A command as the list has it. */
interface Listed {
  /** What the help of all commands says of it. */
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** Who wants to do what → the commands for it, by their names. */
export const GROUPS: Readonly<Record<string, Readonly<Record<string, Listed>>>> = {
  'Build an index and ask it:': {
    build: {
      summary: 'build an index from documents',
      load: async () => (await import('./build/build.ts')).buildCommand(),
    },
    search: {
      summary: 'ask an index in a folder',
      load: async () => (await import('./search/search.ts')).searchCommand(),
    },
    suggest: {
      summary: 'complete what is being typed',
      load: async () => (await import('./search/suggest.ts')).suggestCommand(),
    },
    rules: {
      summary: 'steer answers: synonyms, boosts, pinned and hidden results',
      load: async () => (await import('./build/set-rules.ts')).rulesCommand(),
    },
    serve: {
      summary: 'run the Worker over an index, or several, on this machine',
      load: async () => (await import('./search/serve.ts')).serveCommand(),
    },
    mcp: {
      summary: 'let an agent search indexes on this machine',
      load: async () => (await import('./search/serve-agents.ts')).mcpCommand(),
    },
    deploy: {
      summary: 'put documents, or an index, behind a URL',
      load: async () => (await import('./deploy.ts')).deployCommand(),
    },
    keys: {
      summary: 'say who may search a deployment, and what of it',
      load: async () => (await import('./keys.ts')).keysCommand(),
    },
    demo: {
      summary: 'see all of it at work on a small sample',
      load: async () => (await import('./demo.ts')).demoCommand(),
    },
  },
  'Look at an index:': {
    inspect: {
      summary: 'show what an index holds',
      load: async () => (await import('./inspect/inspect.ts')).inspectCommand(),
    },
    verify: {
      summary: 'check every byte of an index',
      load: async () => (await import('./inspect/verify.ts')).verifyCommand(),
    },
    export: {
      summary: 'write an index as CIFF, for PISA, BMP and others',
      load: async () => (await import('./inspect/export.ts')).exportCommand(),
    },
  },
  'Publish an index:': {
    publish: {
      summary: 'upload an index to a bucket and make it the current one there',
      load: async () => (await import('./build/publish.ts')).publishCommand(),
    },
    generations: {
      summary: 'list the generations of an index in a bucket',
      load: async () => (await import('./build/generations.ts')).generationsCommand(),
    },
    rollback: {
      summary: 'make the generation before the current one current again',
      load: async () => (await import('./build/rollback.ts')).rollbackCommand(),
    },
    prune: {
      summary: 'remove the generation before the current one',
      load: async () => (await import('./build/prune.ts')).pruneCommand(),
    },
  },
  'Measure answers:': {
    eval: {
      summary: 'measure the answers of an index against judgments',
      load: async () => (await import('./evaluate/eval.ts')).evalCommand(),
    },
    report: {
      summary: 'what readers asked, and what they did not find',
      load: async () => (await import('./evaluate/usage-report.ts')).reportCommand(),
    },
    cost: {
      summary: 'reckon what an index costs at Cloudflare',
      load: async () => (await import('./evaluate/cost.ts')).costCommand(),
    },
    sweep: {
      summary: 'compare indexes with few and with many predicted queries',
      load: async () => (await import('./evaluate/sweep.ts')).sweepCommand(),
    },
  },
  'Predict queries of documents:': {
    expand: {
      summary: 'get queries that documents answer, from a language model',
      load: async () => (await import('./expand/expand.ts')).expandCommand(),
    },
    filter: {
      summary: 'keep the predicted queries that fit their documents best',
      load: async () => (await import('./expand/filter.ts')).filterCommand(),
    },
  },
  'Use models:': {
    model: {
      summary: 'add a model that encodes documents, or look at one',
      load: async () => (await import('./model/model.ts')).modelCommand(),
    },
    encode: {
      summary: 'encode one part of a corpus, so that machines can share the work',
      load: async () => (await import('./model/encode.ts')).encodeCommand(),
    },
    words: {
      summary: 'write texts as the stemmed words that models are trained on',
      load: async () => (await import('./model/words.ts')).wordsCommand(),
    },
  },
};
