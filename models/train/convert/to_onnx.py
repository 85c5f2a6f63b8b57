"""
Turns a downloaded checkpoint into ONNX, so that `sparsedge model add` can take it.

    python3 models/train/convert/to_onnx.py FOLDER [--pool max|sum [--logarithms 1|2]]

FOLDER has config.json and model.safetensors, whole or in shards, or pytorch_model.bin of a BERT or DistilBERT with the head of a masked
language model, or of DeepImpact; FOLDER/model.onnx is written. PyTorch and onnx are the only packages that are needed.
With --pool the graph does SPLADE's pooling and activation; without it the graph gives logits, and Sparsedge does both.
"""

import argparse
import inspect
import sys
from pathlib import Path

import onnx
import torch
from torch import nn

from checkpoint import Unusable, read_config, read_weights
from bert import Checkpoint, MaskedLanguageModel, Pooled, TokenScalar

OPSET = 14
# PyTorch 2.9 made another exporter the default, which needs onnxscript.
TRACED = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}


def build(folder: Path, pool: str | None, logarithms: int) -> tuple[nn.Module, str, dict[int, str]]:
    """A checkpoint's network, the name of its output, and which of the output's dimensions vary."""
    weights = read_weights(folder)
    checkpoint = Checkpoint(read_config(folder), weights)
    if "impact_score_encoder.0.weight" in weights:
        if pool is not None:
            raise Unusable(f"{folder}: a scalar for each token is not pooled, and --pool was given")
        return TokenScalar(checkpoint), "impacts", {0: "batch", 1: "tokens"}
    model = MaskedLanguageModel(checkpoint)
    if pool is None:
        return model, "logits", {0: "batch", 1: "tokens"}
    return Pooled(model, pool, logarithms), "weights", {0: "batch"}


def export(folder: Path, path: Path, pool: str | None = None, logarithms: int = 1) -> None:
    """Writes the ONNX file of a checkpoint."""
    model, output, sizes = build(folder, pool, logarithms)
    names = ["input_ids", "attention_mask"]
    # There are two rows of three tokens, so that no dimension is taken for a constant 1.
    example = (torch.tensor([[0, 1, 2]] * 2), torch.ones(2, 3, dtype=torch.long))
    torch.onnx.export(
        model.eval(),
        example,
        path,
        input_names=names,
        output_names=[output],
        dynamic_axes={**{name: {0: "batch", 1: "tokens"} for name in names}, output: sizes},
        opset_version=OPSET,
        **TRACED,
    )
    onnx.checker.check_model(str(path))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pool", choices=("max", "sum"))
    parser.add_argument("--logarithms", type=int, choices=(1, 2), default=1, help="2 for OpenSearch's doc-v3 models")
    given = parser.parse_args()
    try:
        export(given.folder, given.folder / "model.onnx", given.pool, given.logarithms)
    except Unusable as error:
        sys.exit(str(error))
    print(given.folder / "model.onnx")


if __name__ == "__main__":
    main()
