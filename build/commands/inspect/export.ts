// `sparsedge export`: an index becomes a file that other search engines read.

import { Command } from 'commander';
import { spaceNamed } from '../../../src/query/search/open.ts';
import { openFolder } from '../../index/open-folder.ts';
import { counted, size } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { terminalProgress } from '../../terminal/progress.ts';
import { checkWritable } from '../../work/files.ts';
import { jsonOption } from '../options/json-output.ts';

interface Options {
  readonly ciff: string;
  readonly space?: string;
  readonly json?: true;
}

/** The command. */
export function exportCommand(): Command {
  return new Command('export')
    .description(
      'Writes one space of an index as a CIFF (Common Index File Format). The tf of each posting is ' +
        'its impact, from 1 ' +
        "to 255, and a document's length is the sum of its impacts. The text of documents is not in it.",
    )
    .argument('<folder>', 'The index folder.')
    .requiredOption('--ciff <file>', 'The file to write; it is gzipped if its name ends with .gz.')
    .option('--space <name>', 'The space to write. The default is the first one of the index.')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  sparsedge export shards/scifact --ciff scifact.ciff
  sparsedge build scifact.ciff --documents scifact/ -o shards/again
    an index with the same scores

Exit codes: 0 written; 1 the index is damaged, or the file cannot be written;
2 there is no index in the folder, or no such space.`,
    )
    .action(async (folder: string, { ciff, space, json }: Options) => {
      checkWritable(ciff);
      const index = await openFolder(folder);
      const { exportCiff } = await import('../../ciff/export.ts');
      const chosen = spaceNamed(index, space);
      const report = await exportCiff(index, chosen, ciff, terminalProgress(process.stderr));
      if (json) return printJson({ folder, space: chosen.name, file: ciff, ...report });
      print(
        `Wrote ${ciff}: space ${chosen.name}, ${counted(report.lists, 'posting list')}, ` +
          `${counted(report.postings, 'posting')}, ${counted(report.documents, 'document')}, ` +
          `${size(report.bytes)} before any compression.`,
      );
    });
}
