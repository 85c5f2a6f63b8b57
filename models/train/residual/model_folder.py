"""A model folder and the modules it was made of: `write_folder` makes one in float32, `read_folder` takes one apart, whether its
network is in float32 or was put into eight bits by `sparsedge model quantize`.

What eight bits lost stays lost: a network that is read has the weights which the quantized one multiplies with, without the
rounding of what flows between them. Quantized anew it has the same eight bits.
"""

import hashlib
import json

import numpy as np
import torch
from torch import nn

from residual.learn import LIMITS, Residual


class Exported(nn.Module):
    """What the contract's head `residual` halves and exponentiates: strength is 0.5 of what this gives."""

    def __init__(self, gates, strength):
        super().__init__()
        self.gates = gates
        self.scale = 2 * strength

    def forward(self, input_ids, attention_mask):
        return self.gates(input_ids, attention_mask.float()).clamp(*LIMITS) * self.scale


def write_folder(out, model, vocabulary, contract, strength, query_strength):
    """`contract` is model.json without files."""
    out.mkdir(parents=True, exist_ok=True)
    ids = torch.randint(vocabulary.first, vocabulary.size, (2, 17))
    torch.onnx.export(
        Exported(model.gates, strength).eval(),
        (ids, torch.ones_like(ids)),
        str(out / "gates.onnx"),
        input_names=["input_ids", "attention_mask"],
        output_names=["gates"],
        dynamic_axes={name: {0: "batch", 1: "tokens"} for name in ("input_ids", "attention_mask", "gates")},
        opset_version=15,
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
    files = {
        kind: file_of(out / name)
        for kind, name in (("tokenizer", "vocab.txt"), ("document", "gates.onnx"), ("table", "query.json"))
    }
    (out / "model.json").write_text(json.dumps({**contract, "files": files}, indent=2) + "\n")


def file_of(path):
    data = path.read_bytes()
    return {"name": path.name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def contract_of(folder):
    """model.json of a model that write_folder could have written."""
    contract = json.loads((folder / "model.json").read_text())
    found = (contract["head"], contract["tokenizer"]["kind"], contract["query"]["kind"], contract["query"].get("absent"))
    whole = "document" in contract["files"] and "bm25" in contract and "phrases" in contract
    if found != ("residual", "stems", "table", 1) or not whole:
        raise SystemExit(
            f"{folder}: expected a residual network over stems and phrases, with BM25's parameters and a table of queries in "
            f"which absent words weigh 1; found {found}"
        )
    return contract


def read_folder(folder, vocabulary, plan):
    """(Residual, the strength of its gates). The vocabulary is that of the folder; a plan has the `queryStrength` of its table."""
    import onnx

    contract = contract_of(folder)
    graph = onnx.load(str(folder / contract["files"]["document"]["name"])).graph
    weights = weights_of(graph)
    size, width = weights["encoder.embeddings.weight"].shape
    if size != vocabulary.size:
        raise SystemExit(f"{folder}: expected {vocabulary.size} embeddings, as vocab.txt and buckets have, found {size}")
    layers = sum(name.endswith(".narrow.weight") for name in weights)
    network = {"width": width, "layers": layers, "heads": heads_of(graph)}
    model = Residual(vocabulary, {**network, "positions": len(weights["encoder.positions.weight"])}, plan)
    model.gates.load_state_dict({name: torch.from_numpy(np.array(values)) for name, values in weights.items()})
    table = json.loads((folder / contract["files"]["table"]["name"]).read_text(encoding="utf-8"))
    learned = np.log([max(table.get(word, 1), 1e-9) for word in vocabulary.words]) / plan["queryStrength"]
    model.table.data[vocabulary.first :] = torch.from_numpy(learned.clip(*LIMITS).astype(np.float32))
    return model, scale_of(graph) / 2


def weights_of(graph):
    """Parameters of `Gates` by their names. An exporter keeps the names of all but the matrices that it transposes: those
    are the ones whose products a bias is added to."""
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
    """Of the first reshape into [batch, tokens, 3, heads, width / heads]."""
    held = constants_of(graph)
    shape = next(node for node in graph.node if node.op_type == "Concat" and len(node.input) == 5)
    return int(held[shape.input[3]].item())


def scale_of(graph):
    """What the gates are multiplied with at the end."""
    held = constants_of(graph)
    last = next(node for node in graph.node if graph.output[0].name in node.output)
    factors = [held[name] for name in last.input if name in held] if last.op_type == "Mul" else []
    return float(factors[0].item()) if factors else 1.0


def constants_of(graph):
    """All that a graph has in numbers, by name."""
    from onnx import numpy_helper

    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant":
            held[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    return held
