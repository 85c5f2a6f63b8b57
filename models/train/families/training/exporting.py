"""Writes a trained network as a folder that `sparsedge build --model`, `sparsedge model add` and `--reranker` take."""

import json
import shutil

import torch
from torch import nn

from families.data.sparsedge import sparsedge
from residual.write_model import TRACED, file_of

# pair.py counts pieces by a ScatterElements that adds, which version 16 brought.
OPSET = 16
INPUTS = ["input_ids", "attention_mask", "token_type_ids"]
GRAPH_NAMES = {"document": "model.onnx", "query": "query.onnx", "network": "model.onnx"}


def export(name, model, plan, config, vocabulary, work):
    """Writes work/models/NAME: networks in float32, vocabulary, contract, and the files that `model add` needs."""
    folder = work / "models" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copyfile(work / "vocab.txt", folder / "vocab.txt")
    files = {"tokenizer": "vocab.txt"}
    for side, (graph, outputs) in model.graphs().items():
        files[side] = GRAPH_NAMES[side]
        write_graph(graph, outputs, folder / files[side], INPUTS if side == "network" else INPUTS[:2])
    contract = model.contract()
    if contract.get("query") == {"kind": "neural"}:
        files.setdefault("query", files["document"])
    if contract.get("vocabulary") == "cluster":
        shutil.copyfile(work / "systems" / name / "clusters.json", folder / "clusters.json")
        files["clusters"] = "clusters.json"
    most = plan["pairTokens"] if contract.get("kind") == "cross-encoder" else plan["tokens"]
    contract = {
        "format": 1,
        "id": f"{config['name']}-{name.replace('@', '-')}",
        **contract,
        "tokenizer": {"kind": "wordpiece", "maxLength": most},
        **config["card"],
    }
    contract["files"] = {kind: file_of(folder / path) for kind, path in files.items()}
    (folder / "config.json").write_text(json.dumps({"vocab_size": vocabulary.size}) + "\n")
    (folder / "model.json").write_text(json.dumps(contract, indent=2) + "\n")
    return folder


def write_graph(graph, outputs, path, inputs):
    ids = torch.tensor([[1, 2, 3, 4], [1, 2, 3, 0]])
    example = {"input_ids": ids, "attention_mask": (ids > 0).long(), "token_type_ids": torch.zeros_like(ids)}
    arguments = tuple(example[name] for name in inputs)
    graph.eval()
    with torch.no_grad():
        given = graph(*arguments)
    given = given if isinstance(given, tuple) else (given,)
    axes = {name: {0: "batch", 1: "tokens"} for name in inputs}
    for name, tensor in zip(outputs, given):
        axes[name] = {0: "batch", 1: "tokens"} if tensor.shape[1:2] == ids.shape[1:2] else {0: "batch"}
    torch.onnx.export(
        Inputs(graph),
        arguments,
        str(path),
        input_names=inputs,
        output_names=outputs,
        dynamic_axes=axes,
        opset_version=OPSET,
        **TRACED,
    )


class Inputs(nn.Module):
    """A network whose mask is given as integers, as graphs have it; networks count with floats."""

    def __init__(self, graph):
        super().__init__()
        self.graph = graph

    def forward(self, ids, mask, *more):
        return self.graph(ids, mask.float(), *more)


def quantize(name, config, work):
    """Writes work/int8/NAME by `sparsedge model add`: the same model in eight bits, held to the one in float32."""
    folder, out = work / "models" / name, work / "int8" / name
    contract = json.loads((folder / "model.json").read_text())
    shutil.rmtree(out, ignore_errors=True)
    said = {
        "--id": contract["id"],
        "--head": contract["head"],
        "--query": contract["query"]["kind"],
        "--max-length": contract["tokenizer"]["maxLength"],
        "--graph": "model.onnx",
        **{f"--{option}": contract[field] for option, field in CARD.items()},
    }
    if "gate" in contract:
        said["--gate"] = contract["gate"]["mode"]
    if "clusters" in contract["files"]:
        said["--clusters"] = folder / "clusters.json"
    if contract["files"].get("query", {}).get("name") == "query.onnx":
        said["--query-network"] = query_checkpoint(folder)
    accept = ["--accept-loss"] if config.get("acceptLoss") else []
    sparsedge("model", "add", folder, "-o", out, *(part for pair in said.items() for part in pair), *accept)
    return out


CARD = {"licence": "licence", "trained-on": "trainedOn", "source": "source"}


def query_checkpoint(folder):
    """Writes the query network of a pair as a checkpoint of its own, beside the folder of the pair."""
    query = folder.with_name(f"{folder.name}.query")
    shutil.rmtree(query, ignore_errors=True)
    query.mkdir()
    for source, name in (("query.onnx", "model.onnx"), ("vocab.txt", "vocab.txt"), ("config.json", "config.json")):
        shutil.copyfile(folder / source, query / name)
    return query
