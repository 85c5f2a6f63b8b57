// `sparsedge model show`: whether a model folder is whole, what its networks' outputs are, and which terms it gives a
// text.

import { Command } from 'commander';
import type { ModelContract } from '../../../src/core/model/contract.ts';
import type { ModelName } from '../../../src/core/model/model-name.ts';
import { FORMS, outputForm } from '../../model/add/output-form.ts';
import { modelEncoder } from '../../model/encoding/model-encoder.ts';
import {
  type ModelFolder,
  openModelFolder,
  readModelFile,
  readVocabulary,
} from '../../model/model-folder.ts';
import { given } from '../../stages/weighting/weighting.ts';
import { size, table } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { jsonOption } from '../options/json-output.ts';

/** What was found in a folder. */
interface Shown {
  readonly folder: string;
  readonly model: ModelName;
  readonly contract: ModelContract;
  readonly pieces: number;
  /** What the output of each network is, by its shape. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The terms of the text that was given with their values, largest first. */
  readonly terms?: readonly { readonly term: string; readonly value: number }[];
}

const TOP = 20;

/** The command. */
export function modelShowCommand(): Command {
  return new Command('show')
    .summary('check a model and describe it')
    .description(
      'Checks every file of a model against the hashes in its model.json, runs its networks once to see ' +
        'what their outputs are, and shows the terms and values that the model gives a text.',
    )
    .argument('<folder>', 'The model folder.')
    .argument('[text...]', 'A text to encode as a document.')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  sparsedge model show models/my-splade
  sparsedge model show models/my-splade the moon pulls the sea

Exit codes: 0 the model is whole; 1 it cannot be read; 2 a file of it is
missing, or is not the one that model.json names.`,
    )
    .action(async (folder: string, words: readonly string[], { json }: { json?: true }) => {
      const shown = await look(openModelFolder(folder), words.join(' '));
      if (json) printJson(shown);
      else print(...toLines(shown));
    });
}

async function look(folder: ModelFolder, text: string): Promise<Shown> {
  const { path, name, contract } = folder;
  const { files } = contract;
  const vocabulary = await readVocabulary(folder);
  const { document, query, ...others } = files;
  for (const file of Object.values(others)) if (file) await readModelFile(folder, file);
  const outputs: Record<string, string> = {};
  for (const role of ['document', 'query'] as const) {
    const file = files[role];
    if (file) outputs[role] = await outputForm(folder, file, vocabulary);
  }
  const shown = { folder: path, model: name, contract, pieces: vocabulary.pieces.pieces.length, outputs };
  if (text === '') return shown;
  const [vector] = await modelEncoder(folder, given).encode([{ document: { id: '', text } }]);
  const terms = [...vector!].map(([term, value]) => ({ term, value }));
  return { ...shown, terms: terms.sort((a, b) => b.value - a.value) };
}

function toLines({ folder, model, contract, pieces, outputs, terms }: Shown): string[] {
  const { head, family, vocabulary, query, tokenizer, files, licence, trainedOn, source } = contract;
  const lines = [
    `${folder}: ${model.id}, ${family === undefined ? head : `${family} (${head})`}; every file is as model.json says`,
    '',
    ...table(
      [
        ['SHA-256', model.sha256],
        ['terms', `${vocabulary}, ${pieces} pieces, at most ${tokenizer.maxLength} at once`],
        ['queries', query.kind],
        ...Object.entries(outputs).map(([role, form]) => [`${role} output`, FORMS[form] ?? form]),
        ...Object.values(files).flatMap((file) => (file ? [[file.name, size(file.bytes)]] : [])),
        ['licence', licence],
        ['trained on', trainedOn],
        ['source', source],
      ],
      [],
    ),
  ];
  if (terms) {
    lines.push('', `${terms.length} terms${terms.length > TOP ? `, the heaviest ${TOP}` : ''}:`);
    lines.push(...terms.slice(0, TOP).map(({ term, value }) => `  ${value.toFixed(4)}  ${term}`));
  }
  return lines;
}
