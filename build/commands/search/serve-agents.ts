// `sparsedge mcp`: an index on this machine as the tools of an agent, over the standard streams of this process.

import { Command } from 'commander';
import type { AgentOptions, SearchedByAgents } from '../../../agents/mcp-server.ts';
import { headingOf } from '../../../src/core/document.ts';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { documentsIn } from '../../../src/core/format/manifest.ts';
import { chooseSpaces } from '../../../src/query/encode/spaces.ts';
import { readFilter } from '../../../src/query/filter/read-filter.ts';
import { findDocument } from '../../../src/query/search/documents.ts';
import { noCost } from '../../../src/query/search/meter.ts';
import type { OpenIndex } from '../../../src/query/search/open.ts';
import { MAX_K } from '../../../src/query/search/search.ts';
import { matcherOf, snippetOf } from '../../../src/query/shown/snippet.ts';
import { openFolder } from '../../index/open-folder.ts';
import { openAsk } from '../../local/ask-folder.ts';
import { nameIndexes, splitName } from '../../local/named-indexes.ts';
import { VERSION } from '../../terminal/version.ts';

/** The command. */
export function mcpCommand(): Command {
  return new Command('mcp')
    .description(
      'Speaks the Model Context Protocol over its standard input and output until its input ends, with the tools ' +
        '`search` and `get_document`. An agent starts it by itself, as its configuration says.',
    )
    .argument('<folders...>', 'The index folder, or several; name=folder gives one another name.')
    .addHelpText(
      'after',
      `
Examples:
  sparsedge mcp shards/docs
  sparsedge mcp shards/docs v1=shards/docs-2024

What agents are told to start, in the form that most of them take:
  { "mcpServers": { "docs": {
      "command": "npx", "args": ["sparsedge", "mcp", "/path/to/shards/docs"] } } }

Exit codes: 0 its input has ended; 1 an index is damaged; 2 there is no index in
a folder.`,
    )
    .action(async (folders: readonly string[]) => {
      // No other command should start later for the protocol's sake.
      const { serveStdio } = await import('@modelcontextprotocol/server/stdio');
      const { mcpServer } = await import('../../../agents/mcp-server.ts');
      const searched = await searchedIn(folders);
      serveStdio(() => mcpServer(searched.byAgents, VERSION, searched.about, MAX_K));
    });
}

/** One index, ready to be asked. */
interface Local {
  readonly name: string;
  readonly index: OpenIndex;
  readonly search: (query: string, options: AgentOptions) => ReturnType<SearchedByAgents['search']>;
}

/** The indexes of folders, as agents ask them. */
async function searchedIn(
  folders: readonly string[],
): Promise<{ readonly byAgents: SearchedByAgents; readonly about: string }> {
  const named = nameIndexes(folders.map(splitName));
  const indexes: Local[] = [];
  for (const { name, folder } of named) indexes.push(await openLocal(name, folder));
  const chosen = ({ index, lang }: Pick<AgentOptions, 'index' | 'lang'>): Local => {
    if (index !== undefined) {
      const found = indexes.find(({ name }) => name !== '' && name === index);
      if (found) return found;
      throw new SparsedgeError('not-found', `there is no index "${index}" here`, { index });
    }
    const code = lang?.toLowerCase().split(/[-_]/)[0];
    const inLanguage = ({ index: { manifest } }: Local) =>
      manifest.spaces.some(({ languages = [] }) => languages.some((language) => language.code === code));
    return indexes.find(inLanguage) ?? indexes[0];
  };
  const counts = indexes.map(
    ({ name, index }) => `${name && `${name}: `}${documentsIn(index.manifest)} documents`,
  );
  return {
    byAgents: {
      search: (query, options) => chosen(options).search(query, options),
      document: async (id, options) => findDocument(chosen(options).index, id, noCost()),
    },
    about: `Searches documents on this machine (${counts.join(', ')}).`,
  };
}

async function openLocal(name: string, folder: string): Promise<Local> {
  const index = await openFolder(folder);
  const { manifest } = index;
  const ask = await openAsk({ folder, index, clock: () => performance.now() }, {});
  const spaces = chooseSpaces(manifest, {}).map(({ space }) => space);
  return {
    name,
    index,
    search: async (text, { k, offset, filter }) => {
      const started = performance.now();
      const answer = await ask({
        text,
        k: k + offset,
        documents: true,
        budget: {},
        filter: filter === undefined ? undefined : readFilter(filter, manifest.fields ?? []),
        operators: true,
        spelling: true,
      });
      const match = matcherOf(spaces, answer.terms, answer.pieces);
      const { postingReads, documentReads, bytes, rounds } = answer.cost;
      return {
        ...answer,
        index: { build: manifest.build },
        hits: answer.hits.slice(offset).map(({ shown, score, sections }) => ({
          id: shown!.id,
          title: shown!.title,
          url: shown!.url,
          snippet: snippetOf(shown!.text, match).text,
          score,
          sections: sections?.map((section) => ({
            id: section.shown!.id,
            heading: headingOf(section.shown!),
            url: section.shown!.url,
            snippet: snippetOf(section.shown!.text, match).text,
          })),
        })),
        cost: {
          reads: postingReads + documentReads,
          bytes,
          rounds,
          milliseconds: Math.round(performance.now() - started),
        },
      };
    },
  };
}
