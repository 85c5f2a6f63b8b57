// `sparsedge export`: an index becomes a file that other search engines read.

import { Command } from 'commander';
import { spaceNamed } from '../../../src/query/search/open.ts';
import { openFolder } from '../../index/open-folder.ts';
import { counted, size } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { terminalProgress } from '../../terminal/progress.ts';
import { jsonOption } from '../options/values.ts';

interface Options {
  readonly ciff: string;
  readonly space?: string;
  readonly json?: true;
}

export function exportCommand(): Command {
  return new Command('export')
    .summary('write an index as CIFF, for PISA, BMP and others')
    .description(
      'Writes one space of an index as a CIFF (Common Index File Format): tf is the impact, 1 to 255, and a ' +
        "document's length is the sum of its impacts. Text is not in it.",
    )
    .argument('<folder>', 'of the index')
    .requiredOption('--ciff <file>', 'where to write; gzipped when the name ends with .gz')
    .option('--space <name>', "which of the index's spaces to write (default: its first)")
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  sparsedge export shards/scifact --ciff scifact.ciff
  sparsedge build scifact.ciff --documents scifact/ -o shards/again
    the same scores again

Exit codes: 0 written; 1 the index is damaged, or the file cannot be written;
2 there is no index in the folder, or no such space.`,
    )
    .action(async (folder: string, { ciff, space, json }: Options) => {
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
