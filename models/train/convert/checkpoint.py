"""
Reads a downloaded checkpoint: config.json, and weights by name from model.safetensors, from the shards that
model.safetensors.index.json names, or from pytorch_model.bin.
"""

import json
import struct
from pathlib import Path

import numpy
import torch
from torch import Tensor

KINDS = {"F64": numpy.float64, "F32": numpy.float32, "F16": numpy.float16, "I64": numpy.int64}

SHARDS = "model.safetensors.index.json"


class Unusable(Exception):
    """A checkpoint is not what it must be. The message says what was expected, what was found and where."""


def read_config(folder: Path) -> dict:
    """Reads config.json."""
    path = folder / "config.json"
    if not path.exists():
        raise Unusable(f"{folder}: expected a checkpoint, found no config.json")
    return json.loads(path.read_text("utf-8"))


def read_weights(folder: Path) -> dict[str, Tensor]:
    """Reads all weights, in float32, under the names that newer versions of the libraries give them."""
    if (folder / "model.safetensors").exists():
        weights = read_safetensors(folder / "model.safetensors")
    elif (folder / SHARDS).exists():
        weights = read_shards(folder)
    elif (folder / "pytorch_model.bin").exists():
        # A pickle may run any code unless weights_only is set.
        weights = torch.load(folder / "pytorch_model.bin", map_location="cpu", weights_only=True)
    else:
        raise Unusable(f"{folder}: expected model.safetensors, {SHARDS} or pytorch_model.bin, found none")
    return {_renamed(name): weight.float() for name, weight in weights.items() if weight.is_floating_point()}


def read_shards(folder: Path) -> dict[str, Tensor]:
    """Reads the files that an index names, which must have all of its weights."""
    places: dict[str, str] = json.loads((folder / SHARDS).read_text("utf-8")).get("weight_map", {})
    weights: dict[str, Tensor] = {}
    for name in sorted(set(places.values())):
        if Path(name).name != name or not (folder / name).exists():
            raise Unusable(f"{folder / SHARDS}: expected files of its folder, found {name}, which is none")
        weights.update(read_safetensors(folder / name))
    missing = sorted(set(places) - set(weights))
    if missing:
        raise Unusable(f"{folder / SHARDS}: expected the weight {missing[0]} in {places[missing[0]]}, found none")
    return weights


def read_safetensors(path: Path) -> dict[str, Tensor]:
    """Reads a file of eight bytes of length, JSON that says where each tensor lies, and the tensors."""
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0] if len(data) >= 8 else len(data)
    if length > len(data) - 8:
        raise Unusable(f"{path}: expected a header of {length} bytes, found {len(data)} bytes in all")
    weights: dict[str, Tensor] = {}
    for name, entry in json.loads(data[8 : 8 + length]).items():
        if name == "__metadata__":
            continue
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        if end > len(data):
            raise Unusable(f"{path}: expected {name} up to byte {end}, found {len(data)} bytes")
        weights[name] = _tensor(data[start:end], entry["dtype"], path).reshape(entry["shape"])
    return weights


def _tensor(data: bytes, kind: str, path: Path) -> Tensor:
    if kind == "BF16":  # BF16 is the upper half of a float32; numpy does not know it.
        return torch.from_numpy((numpy.frombuffer(data, "<u2").astype(numpy.uint32) << 16).view(numpy.float32))
    if kind not in KINDS:
        raise Unusable(f"{path}: expected weights of {', '.join(KINDS)} or BF16, found {kind}")
    return torch.from_numpy(numpy.frombuffer(data, KINDS[kind]).copy())


def _renamed(name: str) -> str:
    """Checkpoints from before 2019 call a norm's weight and bias gamma and beta."""
    return name.replace("LayerNorm.gamma", "LayerNorm.weight").replace("LayerNorm.beta", "LayerNorm.bias")
