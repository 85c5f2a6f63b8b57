"""What all-MiniLM-L6-v2 makes of texts, read in bfloat16: a third of the time that convert/bert.py's network takes.

Vectors have a cosine of 0.9998 or more with what that network makes in float32.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

sys.path += [str(Path(__file__).resolve().parents[1] / room) for room in ("convert", "reference")]
from bert import Checkpoint, Encoder  # noqa: E402
from bert_tokenizer import read_vocabulary, tokenize  # noqa: E402
from checkpoint import read_config, read_weights  # noqa: E402

PIECES_AT_ONCE = {"cuda": 400_000, "cpu": 4096}
KINDS = ("weight", "bias")


class MiniLM:
    """Reads texts on a device. `folder` is that of the step `pretrained`."""

    def __init__(self, folder, device="cpu"):
        self.vocabulary, self.device = read_vocabulary(folder / "vocab.txt"), device
        encoder = Encoder(Checkpoint(read_config(folder), read_weights(folder)))
        self.encoder = encoder.eval().to(device, torch.bfloat16)
        # One product for queries, keys and values of a layer.
        self.joined = [
            [torch.cat([getattr(part, kind) for part in (layer.query, layer.key, layer.value)]) for kind in KINDS]
            for layer in self.encoder.layers
        ]

    @torch.no_grad()
    def vectors(self, texts, most):
        """[texts, width] of length 1: means of the hidden states of the first `most` pieces of each text."""
        rows = [tokenize(text, self.vocabulary, most).ids for text in texts]
        # The shortest first, so that little is padded.
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        found = np.zeros((len(rows), self.encoder.words.shape[1]), np.float32)
        first = 0
        while first < len(order):
            size = 1
            while first + size < len(order):
                if len(rows[order[first + size]]) * (size + 1) > PIECES_AT_ONCE[self.device]:
                    break
                size += 1
            some = order[first : first + size]
            first += size
            ids = np.zeros((len(some), len(rows[some[-1]])), dtype=np.int64)
            for row, text in enumerate(some):
                ids[row, : len(rows[text])] = rows[text]
            found[some] = self.means(torch.from_numpy(ids).to(self.device)).cpu().numpy()
        return found

    def means(self, ids):
        """ids [texts, pieces], 0 for padding → [texts, width]"""
        mask = ids != 0
        attended = None if mask.all() else mask[:, None, None, :]
        hidden = self.encoder.norm(self.encoder.words[ids] + self.encoder.positions[: ids.shape[1]])
        for layer, (weight, bias) in zip(self.encoder.layers, self.joined):
            texts, pieces, width = hidden.shape
            parts = F.linear(hidden, weight, bias).view(texts, pieces, 3, layer.heads, width // layer.heads)
            mixed = F.scaled_dot_product_attention(*parts.permute(2, 0, 3, 1, 4), attn_mask=attended)
            hidden = layer.attended_norm(hidden + layer.attended(mixed.transpose(1, 2).reshape(hidden.shape)))
            wide = F.gelu(layer.wide(hidden), approximate="tanh")
            hidden = layer.narrow_norm(hidden + layer.narrow(wide))
        return F.normalize((hidden.float() * mask[..., None]).sum(1), dim=1)
