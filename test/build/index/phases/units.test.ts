import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { Units } from '../../../../build/index/phases/units.ts';
import { shareFolder } from '../../../../build/work/stage.ts';
import { NODE } from '../../commands/command-line.ts';

const MODULE = pathToFileURL(join(import.meta.dirname, '../../../../build/index/phases/units.ts')).href;
const PHASES = 200;

test('what many mark at the same time is marked once, and nobody fails', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-units-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  shareFolder(folder, 'key');
  const script = `
    import { Units } from ${JSON.stringify(MODULE)};
    const units = new Units(${JSON.stringify(folder)}, 'key', { part: 1, of: 4 });
    // All begin at one time, as near as they can.
    while (Date.now() < Number(process.argv[1]));
    for (let phase = 0; phase < ${PHASES}; phase++) units.mark('phase' + phase, { phase });`;
  const begin = String(Date.now() + 1000);
  const ended = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const child = spawn(NODE, ['--input-type=module', '-e', script, begin]);
      let err = '';
      child.stderr.on('data', (chunk) => (err += chunk));
      const code = await new Promise((resolve) => child.once('close', resolve));
      return { code, err };
    }),
  );
  expect(ended).toEqual(ended.map(() => ({ code: 0, err: '' })));
  const units = new Units(folder, 'key');
  for (let phase = 0; phase < PHASES; phase++)
    expect(units.resultOf(`phase${phase}`, 0)).toMatchObject({ phase });
  expect(readdirSync(folder)).toHaveLength(PHASES + 1);
});
