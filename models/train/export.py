"""Step 8, `export`: a trained model as a folder that `sparsedge build --model` takes, in float32.

`sparsedge model quantize` makes the int8 model of it and says how close it is.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

import torch
from torch import nn

from evaluate import open_model
from residual import LIMITS


class Exported(nn.Module):
    """What the contract's head `residual` halves and exponentiates: strength is 0.5 of what this gives."""

    def __init__(self, gates, strength):
        super().__init__()
        self.gates = gates
        self.scale = 2 * strength

    def forward(self, input_ids, attention_mask):
        return self.gates(input_ids, attention_mask.float()).clamp(*LIMITS) * self.scale


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--contract", type=Path, required=True, help="model.json without files")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    plan = json.loads(options.config.read_text())["export"]
    model, vocabulary, _ = open_model(options.model, options.work)
    options.out.mkdir(parents=True, exist_ok=True)

    ids = torch.randint(vocabulary.first, vocabulary.size, (2, 17))
    torch.onnx.export(
        Exported(model.gates, plan["strength"]).eval(),
        (ids, torch.ones_like(ids)),
        str(options.out / "gates.onnx"),
        input_names=["input_ids", "attention_mask"],
        output_names=["gates"],
        dynamic_axes={name: {0: "batch", 1: "tokens"} for name in ("input_ids", "attention_mask", "gates")},
        opset_version=15,
    )
    (options.out / "vocab.txt").write_bytes((options.work / "vocab.txt").read_bytes())
    learned = (plan["queryStrength"] * model.table.detach().clamp(*LIMITS)).exp()[vocabulary.first :].tolist()
    # Functional words are no terms, and a word that weighs what unknown ones do needs no entry.
    table = {
        word: round(weight, 2)
        for word, weight in zip(vocabulary.words, learned)
        if not word.startswith("_") and round(weight, 2) != 1
    }
    (options.out / "query.json").write_text(json.dumps(table, ensure_ascii=False, separators=(",", ":")))

    contract = json.loads(options.contract.read_text())
    contract["files"] = {
        kind: file_of(options.out / name)
        for kind, name in (("tokenizer", "vocab.txt"), ("document", "gates.onnx"), ("table", "query.json"))
    }
    (options.out / "model.json").write_text(json.dumps(contract, indent=2) + "\n")


def file_of(path):
    data = path.read_bytes()
    return {"name": path.name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


if __name__ == "__main__":
    sys.exit(main())
