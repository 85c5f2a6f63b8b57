// `sparsedge verify`: reads an index back, whole.

import { Command } from 'commander';
import { mustHoldIndex } from '../../index/open-folder.ts';
import { verifyIndex } from '../../inspect/verify.ts';
import { counted, size } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { terminalProgress } from '../../terminal/progress.ts';
import { folderSource } from '../../work/files.ts';
import { jsonOption } from '../options/json-output.ts';

/** The command. */
export function verifyCommand(): Command {
  return new Command('verify')
    .description(
      'Reads every object of the current index and checks it: its name against its content, every page ' +
        'against its checksum, every list and document by decoding it, and all sums against the manifest.',
    )
    .argument('<folder>', 'The index folder.')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Example:
  sparsedge verify shards/scifact

Exit codes: 0 it is whole; 1 it is damaged, and the first damage is named;
2 there is no index in the folder.`,
    )
    .action(async (folder: string, options: { readonly json?: true }) => {
      mustHoldIndex(folder);
      const report = await verifyIndex(folderSource(folder), terminalProgress(process.stderr));
      if (options.json) return printJson({ folder, ...report });
      const { build, documents, postings, objects, bytes, pages, againstInput } = report;
      print(
        `${folder} is whole: build ${build}, ${counted(documents, 'document')}, ${counted(postings, 'posting')}, ` +
          `${counted(pages, 'page')} in ${counted(objects, 'object')}, ${size(bytes)}.`,
        againstInput
          ? 'It holds what its build read.'
          : 'Its build left no record of what it read, so only the index itself was checked.',
      );
    });
}
