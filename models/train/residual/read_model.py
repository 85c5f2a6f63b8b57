"""Reads a model folder that write_model.py made, whether its network is in float32 or was put into eight bits.

What eight bits lost stays lost: a network that is read has the weights that the quantized one multiplies with, without
the rounding of what flows between them. When it is quantized anew, it has the same eight bits.
"""

import json
from typing import NamedTuple

import numpy as np
import torch

from residual.gated_bm25 import LIMITS, Residual


class Read(NamedTuple):
    model: Residual
    strength: float
    """The strength at which the model's gates are used."""


def contract_of(folder):
    """model.json of a folder, refused where write_model.py could not have written it."""
    contract = json.loads((folder / "model.json").read_text())
    query = contract["query"]
    found = (contract["head"], contract["tokenizer"]["kind"], query["kind"], query.get("absent"))
    whole = "document" in contract["files"] and "bm25" in contract and "phrases" in contract
    if found != ("residual", "stems", "table", 1) or not whole:
        raise SystemExit(
            f"{folder}: expected a residual network over stems and phrases, with BM25's parameters and a table of "
            f"queries in which absent words weigh 1; found {found}"
        )
    return contract


def read_folder(folder, vocabulary, plan):
    """Reads the model of a folder, whose vocabulary this must be. `queryStrength` of the plan is that of its table."""
    import onnx

    contract = contract_of(folder)
    graph = onnx.load(str(folder / contract["files"]["document"]["name"])).graph
    weights = weights_of(graph)
    size, width = weights["encoder.embeddings.weight"].shape
    if size != vocabulary.size:
        raise SystemExit(f"{folder}: expected {vocabulary.size} embeddings, as vocab.txt and buckets say, found {size}")
    layers = sum(name.endswith(".narrow.weight") for name in weights)
    network = {"width": width, "layers": layers, "heads": heads_of(graph)}
    model = Residual(vocabulary, {**network, "positions": len(weights["encoder.positions.weight"])}, plan)
    model.gates.load_state_dict({name: torch.from_numpy(np.array(values)) for name, values in weights.items()})
    table = json.loads((folder / contract["files"]["table"]["name"]).read_text(encoding="utf-8"))
    learned = np.log([max(table.get(word, 1), 1e-9) for word in vocabulary.words]) / plan["queryStrength"]
    model.table.data[vocabulary.first :] = torch.from_numpy(learned.clip(*LIMITS).astype(np.float32))
    return Read(model, scale_of(graph) / 2)


def weights_of(graph):
    """The parameters of `Gates` by their names.

    An exporter keeps the names of all but the matrices that it transposes: those are the ones to whose products a bias
    is added.
    """
    held, products, named = constants_of(graph), {}, {}
    for name in [name for name in held if name.endswith("_int8")]:
        whole = name[: -len("_int8")]
        held[whole] = (held[name].astype(np.float32) - 128) * held[f"{whole}_scale"]
    for node in graph.node:
        if node.op_type == "MatMul":
            products[node.output[0]] = node.input[1]
        elif node.op_type == "MatMulInteger":
            products[node.output[0].removesuffix("_int32")] = node.input[1].removesuffix("_int8")
        elif node.op_type == "Add":
            for bias, product in (node.input, node.input[::-1]):
                if bias.endswith(".bias") and product in products:
                    named[f"{bias[: -len('.bias')]}.weight"] = held[products[product]].T
    named.update((name, values) for name, values in held.items() if name.endswith((".weight", ".bias")))
    return {name[len("gates.") :]: values for name, values in named.items() if name.startswith("gates.")}


def heads_of(graph):
    """The number of heads, of the first reshape into [batch, tokens, 3, heads, width / heads]."""
    held = constants_of(graph)
    shape = next(node for node in graph.node if node.op_type == "Concat" and len(node.input) == 5)
    return int(held[shape.input[3]].item())


def scale_of(graph):
    """The number that gates are multiplied with at the end; 1 where they are not."""
    held = constants_of(graph)
    last = next(node for node in graph.node if graph.output[0].name in node.output)
    factors = [held[name] for name in last.input if name in held] if last.op_type == "Mul" else []
    return float(factors[0].item()) if factors else 1.0


def constants_of(graph):
    """Every array that a graph has, by name."""
    from onnx import numpy_helper

    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant":
            held[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    return held
