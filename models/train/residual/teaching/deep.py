"""`sparsedge-en-deep`: a model folder of the default's in which all-MiniLM-L6-v2 reads each document as it is indexed.

    PYTHONPATH=models/train python3 -m residual.teaching.deep --work WORK --out FOLDER

It comes after the ladder's steps `pretrained` and `fit-rows`, whose WORK it reads. `sparsedge model quantize` then puts
the network into eight bits.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from pretraining.corpus import ROOT
from pretraining.pretrained import MINILM
from residual.teaching.fit_rows import DEEP, eight_bits
from residual.write_model import TRACED, file_of

sys.path += [str(Path(__file__).resolve().parents[2] / room) for room in ("convert", "reference")]
from bert import Checkpoint, Encoder  # noqa: E402
from checkpoint import read_config, read_weights  # noqa: E402

LENT = 4.0
"""What the fits of lent stems are multiplied with."""


class Pooled(nn.Module):
    """The mean of an encoder's hidden states, of length 1."""

    def __init__(self, folder):
        super().__init__()
        self.encoder = Encoder(Checkpoint(read_config(folder), read_weights(folder)))

    def forward(self, input_ids, attention_mask):
        """[texts, pieces] each → [texts, width]"""
        kept = attention_mask[:, :, None].float()
        mean = (self.encoder(input_ids, attention_mask) * kept).sum(1) / kept.sum(1)
        return F.normalize(mean, dim=1)


def write_rows(path, stems, rows, mean, usual=None):
    """models/README.md, "A network that reads documents": a stem's fit is its product with the vector less the mean."""
    scales, whole = eight_bits(rows)
    offsets = -(whole.astype(np.float32) @ mean) * scales
    usual = np.zeros(len(stems), np.float32) if usual is None else usual
    header = np.array([len(stems), rows.shape[1]], "<u4").tobytes()
    numbers = np.concatenate([scales, offsets, usual]).astype("<f4").tobytes()
    path.write_bytes(header + numbers + whole.tobytes() + "".join(f"{stem}\n" for stem in stems).encode())


def write_folder(base, out, network, vocabulary_path):
    """Writes the folder: the files of the default model, and what is in `out` already beside the network."""
    contract = json.loads((base / "model.json").read_text())
    for file in contract["files"].values():
        shutil.copyfile(base / file["name"], out / file["name"])
    shutil.copyfile(vocabulary_path, out / "context-vocab.txt")
    ids = torch.tensor([[101, 2003, 102]] * 2)
    torch.onnx.export(
        network,
        (ids, torch.ones_like(ids)),
        str(out / "context.onnx"),
        input_names=["input_ids", "attention_mask"],
        output_names=["vectors"],
        dynamic_axes={
            **{name: {0: "batch", 1: "tokens"} for name in ("input_ids", "attention_mask")},
            "vectors": {0: "batch"},
        },
        opset_version=15,
        **TRACED,
    )
    names = {"context": "context.onnx", "contextTokenizer": "context-vocab.txt"}
    names.update(ownRows="own.rows", lentRows="lent.rows")
    contract["id"] += "-deep"
    contract["context"] = {"maxLength": 256, "own": DEEP, "lent": LENT}
    contract["source"] += "; residual/teaching/deep.py, which reads documents with that network"
    contract["files"].update({role: file_of(out / name) for role, name in names.items()})
    (out / "model.json").write_text(json.dumps(contract, indent=2) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=ROOT / "models/sparsedge-en", help="the model to begin with")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    folder = options.work / "pretrained" / MINILM
    options.out.mkdir(parents=True)
    fits = np.load(options.work / "fit-rows.npz")
    write_rows(options.out / "own.rows", fits["stems"], fits["rows"], fits["mean"], fits[f"usual-{DEEP:g}"])
    write_rows(options.out / "lent.rows", fits["lent_stems"], fits["lent"], fits["mean"])
    write_folder(options.model, options.out, Pooled(folder).eval(), folder / "vocab.txt")


if __name__ == "__main__":
    sys.exit(main())
