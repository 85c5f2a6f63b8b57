"""Weights of a published BERT with the head of a masked language model, as transformer.py names them."""

import json
import sys
from pathlib import Path

import torch

sys.path += [str(Path(__file__).resolve().parents[1] / room) for room in ("convert", "reference")]
import bert  # noqa: E402
from bert_tokenizer import read_vocabulary  # noqa: E402
from checkpoint import read_config, read_weights  # noqa: E402


def read_masked_language_model(folder, pieces, network):
    """The state of a transformer.MaskedLanguageModel that reads `pieces`, in their order.

    @param folder a checkpoint of Hugging Face; it may have more pieces and positions
    @param network the sizes of an Encoder; its norms are last
    """
    checkpoint = bert.Checkpoint(read_config(folder), read_weights(folder))
    held = bert.MaskedLanguageModel(checkpoint)
    wanted = {"width": held.encoder.words.shape[1], "layers": checkpoint.layers, "heads": checkpoint.heads}
    wanted["norms"] = "last"
    found = {name: network.get(name) for name in wanted}
    if found != wanted:
        raise SystemExit(f"{folder}: expected the network {wanted}, found {found}")
    if held.output is not None:
        raise SystemExit(f"{folder}: expected one matrix of pieces, found another for what is predicted")
    ids = ids_of(folder)
    absent = [piece for piece in pieces if piece not in ids]
    if absent:
        raise SystemExit(f"{folder}: expected all pieces, found none that is {absent[0]}, and {len(absent)} absent")
    kept = torch.tensor([ids[piece] for piece in pieces])
    parts = {"encoder.norm_in": held.encoder.norm, "transform": held.transform, "norm": held.norm}
    for i, layer in enumerate(held.encoder.layers):
        of = f"encoder.layers.{i}"
        parts |= {f"{of}.attended": layer.attended, f"{of}.norm_between": layer.attended_norm}
        parts |= {f"{of}.widen": layer.wide, f"{of}.narrow": layer.narrow, f"{of}.norm_out": layer.narrow_norm}
    state = {f"{name}.{kind}": getattr(part, kind) for name, part in parts.items() for kind in ("weight", "bias")}
    for i, layer in enumerate(held.encoder.layers):
        for kind in ("weight", "bias"):
            joined = torch.cat([getattr(part, kind) for part in (layer.query, layer.key, layer.value)])
            state[f"encoder.layers.{i}.project.{kind}"] = joined
    state["encoder.embeddings.weight"] = held.encoder.words[kept]
    state["encoder.positions.weight"] = held.encoder.positions[: network["positions"]]
    state["bias"] = held.bias[kept]
    return {name: weight.detach().clone() for name, weight in state.items()}


def ids_of(folder):
    """{piece: its id} of a checkpoint."""
    if (folder / "vocab.txt").exists():
        return read_vocabulary(folder / "vocab.txt")
    return json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
