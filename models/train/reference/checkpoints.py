"""
Makes test/fixtures/checkpoints: folders as people download them, of seeded random weights and 320 pieces, and what
PyTorch computes from the same weights by networks.py, which shares nothing with models/train/convert.

    /usr/bin/python3 models/train/reference/checkpoints.py test/fixtures/checkpoints
"""

import json
import string
import struct
import sys
from pathlib import Path

import torch
from torch import Tensor, nn

import heads
import networks
from bert_tokenizer import CLS, PAD, SEP, UNKNOWN, tokenize

sys.path.insert(0, str(Path(__file__).parent.parent / "convert"))
from to_onnx import export  # noqa: E402

networks.WIDTH, networks.HEADS, networks.VOCABULARY, networks.POSITIONS = 24, 4, 320, 256

WORDS = """the moon pulls sea and rises twice a day water salt bread tide river search index engine of to in is it that
for on as with was at by from what how why who when where which does do can be are not no old new light sun planet star
sky night time year hour land wind rain snow fire stone iron gold wood tree leaf root seed fruit grain flour oil milk
bird fish horse dog cat wolf bear house door road bridge ship boat harbour market price trade law court king city town
music song word letter book page story king's history science number measure weight heat cold force energy field wave""".split()
TEXTS = [
    "The moon pulls the sea, and the sea rises twice a day.",
    "What is bread?",
    "salt water",
    "Flour, water, salt and time make bread; an old engine of iron makes heat.",
    "UNKNOWN words are spelled: harbours, moonlight, zebra.",
    "the river and the bridge and the boat and the river",
    "?",
    "how does the wind measure the weight of a wave on the sea at night " * 4,
]


def vocabulary() -> list[str]:
    """Special pieces, letters and marks at the start and within words, words, and unused ones."""
    letters = string.ascii_lowercase + string.digits
    pieces = [PAD, UNKNOWN, CLS, SEP, "[MASK]", *letters, *(f"##{letter}" for letter in letters), *".,;:?!'"]
    pieces += [*(word for word in WORDS if "'" not in word), "##light", "##ing"]
    pieces = list(dict.fromkeys(pieces))
    return pieces + [f"[unused{i}]" for i in range(networks.VOCABULARY - len(pieces))]


def bert_names(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """networks.py's names → BertForMaskedLM's."""
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
    """networks.py's names → DistilBertForMaskedLM's."""
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
    """Weights under a checkpoint's names."""
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
    """Eight bytes of length, JSON, and the tensors one after the other."""
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
    """As the libraries write it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n")


def write_tokenizer(folder: Path, pieces: list[str]) -> None:
    """vocab.txt and what says how it is used."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("".join(f"{piece}\n" for piece in pieces))
    config = {"do_lower_case": True, "model_max_length": 64, "tokenizer_class": "BertTokenizer"}
    write_json(folder / "tokenizer_config.json", config)


BERT_CONFIG = {
    "model_type": "bert",
    "hidden_act": "gelu",
    "hidden_size": 24,
    "intermediate_size": 96,
    "layer_norm_eps": 1e-12,
    "max_position_embeddings": 256,
    "num_attention_heads": 4,
    "num_hidden_layers": 2,
    "type_vocab_size": 2,
    "vocab_size": 320,
}
DISTILBERT_CONFIG = {
    "model_type": "distilbert",
    "architectures": ["DistilBertForMaskedLM"],
    "activation": "gelu",
    "dim": 24,
    "hidden_dim": 96,
    "max_position_embeddings": 256,
    "n_heads": 4,
    "n_layers": 2,
    "vocab_size": 320,
}
LIBRARY = "sentence_transformers.sparse_encoder.models"


class Impacts(nn.Module):
    """DeepImpact's scalar alone."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = networks.Encoder(types=True)
        self.scalars = nn.Linear(networks.WIDTH, 1)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        """[B, S] each → [B, S]"""
        return torch.relu(self.scalars(self.encoder(ids, mask, types)))[:, :, 0]


def main(output: Path) -> None:
    """Writes everything."""
    torch.set_num_threads(1)
    pieces = vocabulary()
    ids = {piece: i for i, piece in enumerate(pieces)}
    masked, small, distilled, impacts = (
        networks.MaskedLanguageModel(types=True),
        networks.MaskedLanguageModel(types=True),
        networks.MaskedLanguageModel(types=False),
        Impacts(),
    )
    for seed, model in enumerate((masked, small, distilled, impacts), start=11):
        networks.randomise(model, seed)
    with torch.no_grad():
        # Most words then have an impact.
        impacts.scalars.bias.fill_(1.0)
    states = [model.state_dict() for model in (masked, small, distilled, impacts)]

    # A masked language model in safetensors, and nothing that says which head it was trained with.
    folder = output / "masked-bert"
    write_tokenizer(folder, pieces)
    write_json(folder / "config.json", {**BERT_CONFIG, "architectures": ["BertForMaskedLM"]})
    write_safetensors(folder / "model.safetensors", bert_names(states[0]))
    (folder / "onnx").mkdir(exist_ok=True)
    export(folder, folder / "onnx" / "model.onnx")

    # DeepImpact.
    folder = output / "deep-impact"
    write_tokenizer(folder, pieces)
    write_json(folder / "config.json", {**BERT_CONFIG, "architectures": ["DeepImpact"]})
    torch.save(bert_names(states[3]), folder / "pytorch_model.bin")
    export(folder, folder / "model.onnx")

    # sentence-transformers: a network and its pooling.
    folder = output / "sparse-encoder"
    write_tokenizer(folder, pieces)
    write_json(folder / "config.json", DISTILBERT_CONFIG)
    modules = [("", "MLMTransformer"), ("1_SpladePooling", "SpladePooling")]
    write_json(
        folder / "modules.json",
        [{"idx": i, "name": str(i), "path": path, "type": f"{LIBRARY}.{kind}"} for i, (path, kind) in enumerate(modules)],
    )
    pooling = {"pooling_strategy": "max", "activation_function": "relu", "word_embedding_dimension": 320}
    write_json(folder / "1_SpladePooling/config.json", pooling)
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": 48, "do_lower_case": False})
    torch.save(distilbert_names(states[2]), folder / "pytorch_model.bin")
    export(folder, folder / "model.onnx", "max")

    # A router whose queries are weighed by a table, and one whose queries have a network of their own. OpenSearch's and
    # naver's folders have the document's network at the top, which is written as an empty name.
    table = torch.linspace(0, 6, 320)
    routers = (("router-table", "SparseStaticEmbedding", "document_0_MLMTransformer"), ("router-network", "MLMTransformer", ""))
    for name, query, top in routers:
        folder = output / name
        query_id = f"query_0_{query}"
        structure = {"query": [query_id], "document": [top, "document_1_SpladePooling"]}
        types = {query_id: query, top: "MLMTransformer", "document_1_SpladePooling": "SpladePooling"}
        if query == "MLMTransformer":
            structure["query"].append("query_1_SpladePooling")
            types["query_1_SpladePooling"] = "SpladePooling"
            write_json(folder / "query_1_SpladePooling/config.json", pooling)
        write_json(
            folder / "router_config.json",
            {
                "types": {module: f"{LIBRARY}.{kind}" for module, kind in types.items()},
                "structure": structure,
                "parameters": {"default_route": "document", "allow_empty_key": True},
            },
        )
        write_json(
            folder / "modules.json",
            [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Router"}],
        )
        activation = "log1p_relu" if query == "SparseStaticEmbedding" else "relu"
        write_json(folder / "document_1_SpladePooling/config.json", {**pooling, "activation_function": activation})
        write_tokenizer(folder / top, pieces)
        write_json(folder / top / "config.json", DISTILBERT_CONFIG)
        torch.save(distilbert_names(states[2]), folder / top / "pytorch_model.bin")
        export(folder / top, folder / top / "model.onnx")
        write_tokenizer(folder / query_id, pieces)
        if query == "SparseStaticEmbedding":
            write_json(folder / query_id / "config.json", {"frozen": True})
            write_safetensors(folder / query_id / "model.safetensors", {"weight": table})
        else:
            write_json(folder / query_id / "config.json", {**BERT_CONFIG, "architectures": ["BertForMaskedLM"]})
            write_safetensors(folder / query_id / "model.safetensors", bert_names(states[1]))
            export(folder / query_id, folder / query_id / "model.onnx")

    lines = []
    for text in TEXTS:
        tokens = tokenize(text, ids, 48)
        row, mask = torch.tensor([tokens.ids]), torch.ones(1, len(tokens.ids), dtype=torch.long)
        types = torch.zeros_like(row)
        with torch.no_grad():
            logits = [masked(row, mask, types)[0], small(row, mask, types)[0], distilled(row, mask)[0]]
            scalars = impacts(row, mask, types)[0]
        largest = [heads.splade_max(each, mask[0]) for each in logits]
        vectors = {
            "masked-bert": heads.piece_vector(heads.splade_sum(logits[0], mask[0]), pieces),
            "deep-impact": heads.deepimpact(scalars, tokens),
            "sparse-encoder": heads.piece_vector(largest[2], pieces),
            "router-table": heads.piece_vector(torch.log1p(largest[2]), pieces),
            "router-network": heads.piece_vector(largest[2], pieces),
            "router-table query": {pieces[i]: float(table[i]) for i in tokens.ids[1:-1] if pieces[i] not in heads.DROPPED},
            "router-network query": heads.piece_vector(largest[1], pieces),
        }
        digits = {name: {term: round(w, 6) for term, w in vector.items()} for name, vector in vectors.items()}
        lines.append({"text": text, "vectors": digits})
    (output / "reference.json").write_text(json.dumps(lines, separators=(",", ":")) + "\n")
    print(f"{len(lines)} texts in {output}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
