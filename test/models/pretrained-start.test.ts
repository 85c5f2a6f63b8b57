// Networks begin training with what a published BERT computes: the same logits, of the pieces that are kept. Needs
// PyTorch.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pythonWith } from './python.ts';

const ROOT = join(import.meta.dirname, '../..');
const PYTHON = pythonWith('torch', 'scipy');
const NETWORK = { width: 24, layers: 2, heads: 4, positions: 64, norms: 'last' };

/** Logits of some texts by both networks, and how far apart they are at most. */
const COMPARED = `
import json, sys
from pathlib import Path
import torch
from pretraining.bert_weights import bert, ids_of, read_config, read_masked_language_model, read_weights
from pretraining.transformer import Encoder, MaskedLanguageModel

folder, pieces, network = Path(sys.argv[1]), json.loads(sys.argv[2]), json.loads(sys.argv[3])
ids = ids_of(folder)
started = MaskedLanguageModel(Encoder(len(pieces), **network)).eval()
started.load_state_dict(read_masked_language_model(folder, pieces, network))
published = bert.MaskedLanguageModel(bert.Checkpoint(read_config(folder), read_weights(folder))).eval()
read = torch.randint(0, len(pieces), (3, 40), generator=torch.Generator().manual_seed(1))
mask = torch.ones(3, 40)
mask[1, 20:] = 0
held = torch.tensor([ids[piece] for piece in pieces])
with torch.no_grad():
    found, expected = started.logits(started.encoder(read, mask)), published(held[read], mask)[..., held]
    print(json.dumps({"apart": float((found - expected).abs().max()), "greatest": float(expected.abs().max())}))
`;

function compared(pieces: readonly string[], network: object) {
  const folder = join(ROOT, 'test/fixtures/checkpoints/masked-bert');
  const env = { ...process.env, PYTHONPATH: join(ROOT, 'models/train') };
  const given = ['-c', COMPARED, folder, JSON.stringify(pieces), JSON.stringify(network)];
  return spawnSync(PYTHON!, given, { encoding: 'utf8', env });
}

describe.skipIf(!PYTHON)(`a start from a published BERT${PYTHON ? '' : ' (no Python with PyTorch)'}`, () => {
  test('computes what the checkpoint does, of pieces in any order', () => {
    const { stdout, stderr } = compared(['[PAD]', 'z', '##a', '[CLS]', 'moon', 'sea', 'a'], NETWORK);
    expect(stderr).toBe('');
    const { apart, greatest } = JSON.parse(stdout);
    expect(greatest).toBeGreaterThan(0.1);
    expect(apart).toBeLessThan(1e-4 * greatest);
  });

  test.each([
    [
      'other sizes',
      ['moon'],
      { ...NETWORK, heads: 2 },
      "expected the network {'width': 24, 'layers': 2, 'heads': 4",
    ],
    ['a piece that it lacks', ['moon', 'xylophone'], NETWORK, 'found none that is xylophone'],
  ])('refuses %s', (_, pieces, network, message) => {
    const { status, stderr } = compared(pieces, network);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
  });
});
