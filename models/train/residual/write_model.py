"""Step 8, `export`: a trained model as a folder that `sparsedge build --model` takes, in float32.

`sparsedge model quantize` makes the int8 model of it and says how close it is. read_model.py reads such folders.
"""

import argparse
import hashlib
import inspect
import json
import shutil
import sys
from pathlib import Path

import torch
from torch import nn

from residual.gated_bm25 import LIMITS
from residual.inference import open_trained

# PyTorch 2.9 made another exporter the default, which needs onnxscript.
TRACED = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}


class Exported(nn.Module):
    """Gates as the contract's head `residual` takes them: at twice the strength, since the head halves them."""

    def __init__(self, gates, strength):
        super().__init__()
        self.gates = gates
        self.scale = 2 * strength

    def forward(self, input_ids, attention_mask):
        return self.gates(input_ids, attention_mask.float()).clamp(*LIMITS) * self.scale


def write_folder(out, model, contract, strength, query_strength, neighbours=None):
    """Writes a model folder. `contract` is model.json without files; the strengths are of gates and table. `neighbours`
    is the file of stems that are lent to documents, where the contract says how many are `added`."""
    out.mkdir(parents=True, exist_ok=True)
    vocabulary = model.vocabulary
    ids = torch.randint(vocabulary.first, vocabulary.size, (2, 17))
    torch.onnx.export(
        Exported(model.gates, strength).eval(),
        (ids, torch.ones_like(ids)),
        str(out / "gates.onnx"),
        input_names=["input_ids", "attention_mask"],
        output_names=["gates"],
        dynamic_axes={name: {0: "batch", 1: "tokens"} for name in ("input_ids", "attention_mask", "gates")},
        opset_version=15,
        **TRACED,
    )
    (out / "vocab.txt").write_text("".join(word + "\n" for word in vocabulary.words), encoding="utf-8")
    learned = (query_strength * model.table.detach().clamp(*LIMITS)).exp()[vocabulary.first :].tolist()
    # Functional words are no terms, and a word that weighs what unknown ones do needs no entry.
    table = {
        word: round(weight, 2)
        for word, weight in zip(vocabulary.words, learned)
        if not word.startswith("_") and round(weight, 2) != 1
    }
    (out / "query.json").write_text(json.dumps(table, ensure_ascii=False, separators=(",", ":")))
    names = {"tokenizer": "vocab.txt", "document": "gates.onnx", "table": "query.json"}
    if neighbours is not None:
        names["neighbours"] = "neighbours.txt"
        shutil.copyfile(neighbours, out / names["neighbours"])
    files = {kind: file_of(out / name) for kind, name in names.items()}
    (out / "model.json").write_text(json.dumps({**contract, "files": files}, indent=2) + "\n")


def file_of(path):
    """A file as model.json names it."""
    data = path.read_bytes()
    return {"name": path.name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--contract", type=Path, required=True, help="model.json without files")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    plan = json.loads(options.config.read_text())["export"]
    model = open_trained(options.model, options.work).model
    contract = json.loads(options.contract.read_text())
    neighbours = options.work / "neighbours-taught.txt" if "added" in contract else None
    write_folder(options.out, model, contract, plan["strength"], plan["queryStrength"], neighbours)


if __name__ == "__main__":
    sys.exit(main())
