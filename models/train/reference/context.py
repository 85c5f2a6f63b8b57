"""
Makes test/fixtures/models/context: a network with seeded random weights that gives a text one vector, rows of stems,
and what PyTorch and plain Python make of both for some texts.

    python3 models/train/reference/context.py test/fixtures/models/context

PyTorch and onnx are the only packages.
"""

import json
import math
import struct
import sys
from pathlib import Path

import torch
from torch import Tensor, nn

import networks
from bert_tokenizer import CLS, PAD, SEP, pretokenize, word_pieces
from make import export

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "a", "of", "on", "auto", "##mobile", "##s", "car"]
PIECES += ["road", "street", "moon", "sea", "pull", "ship", "museum", "vehicle", "one", "more", "and", ".", ","]
STEMS = ["car", "road", "automobil", "street", "vehicl", "moon", "sea"]
MAXIMUM = 12
"""Pieces of a window."""
OWN, LENT, MOST = 4.0, 3.0, 2.0
TEXTS = [
    "A car on the road, and one more car.",
    "The automobiles of a museum",
    "The moon pulls the sea and the ships, and the sea pulls the moon. A car, a road, a street and one more street.",
    "automobile " * 9,
    "Nothing known here",
    "",
]


class Mean(nn.Module):
    """The mean of hidden states over the text, of length 1."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = networks.Encoder(types=True)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """[B, S] each → [B, H]"""
        mask = attention_mask[:, :, None].float()
        hidden = self.encoder(input_ids, attention_mask, token_type_ids)
        return nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1)


def windows_of(text: str, vocabulary: dict[str, int]) -> list[list[int]]:
    """Windows that end where a word does."""
    windows: list[list[int]] = [[]]
    for word in pretokenize(text):
        pieces = word_pieces(word, vocabulary)
        if len(windows[-1]) + len(pieces) > MAXIMUM - 2:
            windows.append([])
        windows[-1] += pieces
    return [[vocabulary[CLS], *window, vocabulary[SEP]] for window in windows]


def write_rows(path: Path, seed: int, usual: bool) -> dict[str, tuple[float, float, float, list[int]]]:
    """A file of rows, and what it has of each stem: scale, offset, usual and row."""
    random = torch.Generator().manual_seed(seed)
    whole = torch.randint(-127, 128, (len(STEMS), networks.WIDTH), generator=random).tolist()
    numbers = [(torch.rand(len(STEMS), generator=random) / most).tolist() for most in (300, 9, 4)]
    if not usual:
        numbers[2] = [0.0] * len(STEMS)
    held = struct.pack("<II", len(STEMS), networks.WIDTH)
    held += b"".join(struct.pack(f"<{len(STEMS)}f", *column) for column in numbers)
    held += b"".join(struct.pack(f"<{networks.WIDTH}b", *row) for row in whole)
    path.write_bytes(held + "".join(f"{stem}\n" for stem in STEMS).encode())
    return {stem: (numbers[0][i], numbers[1][i], numbers[2][i], whole[i]) for i, stem in enumerate(STEMS)}


def factor(strength: float, row: tuple[float, float, float, list[int]], vector: list[float]) -> float:
    """What a frequency is multiplied by."""
    scale, offset, usual, whole = row
    fit = scale * sum(a * b for a, b in zip(whole, vector)) + offset
    return math.exp(min(MOST, max(-MOST, strength * fit)) - usual)


def main(output: Path) -> None:
    """Writes everything."""
    output.mkdir(parents=True, exist_ok=True)
    networks.VOCABULARY, networks.POSITIONS = len(PIECES), 16
    vocabulary = {piece: i for i, piece in enumerate(PIECES)}
    model = Mean()
    networks.randomise(model, seed=21)
    export(model, output / "context.onnx", True, {"vectors": {0: "batch"}}, opset=14)
    (output / "vocab.txt").write_text("".join(f"{piece}\n" for piece in PIECES))
    own, lent = write_rows(output / "own.rows", 1, True), write_rows(output / "lent.rows", 2, False)
    lines = []
    for text in TEXTS:
        found = []
        for ids in windows_of(text, vocabulary):
            # Padded, as a build pads.
            row = ids + [vocabulary[PAD]] * (MAXIMUM - len(ids))
            mask = [[1] * len(ids) + [0] * (MAXIMUM - len(ids))]
            with torch.no_grad():
                found.append(model(torch.tensor([row]), torch.tensor(mask), torch.zeros(1, MAXIMUM).long())[0])
        mean = torch.stack(found).mean(0)
        vector = [round(1000 * x) / 1000 for x in (mean / mean.norm()).tolist()]
        record = {"text": text, "vector": vector}
        for name, strength, rows in (("own", OWN, own), ("lent", LENT, lent)):
            record[name] = {stem: round(factor(strength, rows[stem], vector), 6) for stem in STEMS}
        lines.append(json.dumps(record))
    (output / "reference.jsonl").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
