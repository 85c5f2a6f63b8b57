"""Writes the files of a checkpoint: weights under the names of its library, configuration and tokenizer."""

import json
import struct
from pathlib import Path

from torch import Tensor


def bert_names(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights under the names of BertForMaskedLM, or of DeepImpact."""
    names = {
        "encoder.tokens": "bert.embeddings.word_embeddings.weight",
        "encoder.positions": "bert.embeddings.position_embeddings.weight",
        "encoder.types": "bert.embeddings.token_type_embeddings.weight",
        "bias": "cls.predictions.bias",
        "encoder.norm": "bert.embeddings.LayerNorm",
        "transform": "cls.predictions.transform.dense",
        "norm": "cls.predictions.transform.LayerNorm",
        "scalars": "impact_score_encoder.0",
    }
    layers = {
        "query": "attention.self.query",
        "key": "attention.self.key",
        "value": "attention.self.value",
        "attended": "attention.output.dense",
        "attended_norm": "attention.output.LayerNorm",
        "wide": "intermediate.dense",
        "narrow": "output.dense",
        "narrow_norm": "output.LayerNorm",
    }
    return renamed(weights, names, layers, "bert.encoder.layer")


def distilbert_names(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights under the names of DistilBertForMaskedLM."""
    names = {
        "encoder.tokens": "distilbert.embeddings.word_embeddings.weight",
        "encoder.positions": "distilbert.embeddings.position_embeddings.weight",
        "bias": "vocab_projector.bias",
        "encoder.norm": "distilbert.embeddings.LayerNorm",
        "transform": "vocab_transform",
        "norm": "vocab_layer_norm",
    }
    layers = {
        "query": "attention.q_lin",
        "key": "attention.k_lin",
        "value": "attention.v_lin",
        "attended": "attention.out_lin",
        "attended_norm": "sa_layer_norm",
        "wide": "ffn.lin1",
        "narrow": "ffn.lin2",
        "narrow_norm": "output_layer_norm",
    }
    return renamed(weights, names, layers, "distilbert.transformer.layer")


def renamed(
    weights: dict[str, Tensor], names: dict[str, str], layers: dict[str, str], prefix: str
) -> dict[str, Tensor]:
    """networks.py's weights under other names: `names` are of modules outside layers, `layers` of those within."""
    result: dict[str, Tensor] = {}
    for name, weight in weights.items():
        module, _, part = name.rpartition(".")
        if name.startswith("encoder.layers."):
            number, inner = module.removeprefix("encoder.layers.").split(".", 1)
            result[f"{prefix}.{number}.{layers[inner]}.{part}"] = weight
        elif name in names:
            result[names[name]] = weight
        else:
            result[f"{names[module]}.{part}"] = weight
    return result


def write_safetensors(path: Path, weights: dict[str, Tensor]) -> None:
    """Writes eight bytes of length, JSON, and the tensors one after the other."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    data = b""
    for name, weight in weights.items():
        content = weight.detach().contiguous().numpy().astype("<f4").tobytes()
        offsets = [len(data), len(data) + len(content)]
        header[name] = {"dtype": "F32", "shape": list(weight.shape), "data_offsets": offsets}
        data += content
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def write_json(path: Path, value: object) -> None:
    """Writes JSON as the libraries write it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n")


def write_tokenizer(folder: Path, pieces: list[str]) -> None:
    """Writes vocab.txt, and the configuration that says how it is used."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("".join(f"{piece}\n" for piece in pieces))
    config = {"do_lower_case": True, "model_max_length": 64, "tokenizer_class": "BertTokenizer"}
    write_json(folder / "tokenizer_config.json", config)
