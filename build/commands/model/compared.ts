// What `model add` and `model quantize` share: both compare a model in eight bits with its original, by texts.

import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { networkLines } from '../../model/add/card.ts';
import { SAMPLES } from '../../model/add/samples.ts';
import type { Added } from '../../model/add/write-model.ts';

/** Adds the options that say by which texts models are compared, and whether a difference matters. */
export function comparingOptions(command: Command): Command {
  return command
    .option(
      '--samples <file>',
      'The texts by which the quantized networks are compared with the original ones, one a line. The ' +
        'default is a list that comes with Sparsedge.',
    )
    .option(
      '--accept-loss',
      'Accept quantized networks however much their values differ from the original ones.',
    );
}

/**
 * The texts of a file, or those that come with Sparsedge.
 *
 * @throws SparsedgeError `bad-input` for a file without texts
 */
export function samplesFrom(path: string | undefined): readonly string[] {
  if (path === undefined) return SAMPLES;
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split(/\r?\n/) : [];
  const texts = lines.filter((line) => line.trim() !== '');
  if (texts.length > 0) return texts;
  throw new SparsedgeError('bad-input', `${path}: expected texts, one a line, found none`, { file: path });
}

/** A new model as lines for people. */
export function addedLines(out: string, { contract, networks }: Added): string[] {
  const { id, head, query, licence } = contract;
  return [
    `${out}: ${id}, ${head}, queries ${query.kind}; licence ${licence}`,
    ...networks.flatMap((network) => ['', ...networkLines(network)]),
    '',
    `Next: sparsedge model show ${out} "the moon pulls the sea"`,
  ];
}
