"""
Makes test/fixtures/checkpoints: folders as people download them, of seeded random weights and 320 pieces, and what
PyTorch computes from the same weights by networks.py, which shares nothing with models/train/convert.

    /usr/bin/python3 models/train/reference/checkpoints.py test/fixtures/checkpoints
"""

import json
import string
import sys
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

import heads
import networks
from bert_tokenizer import CLS, PAD, SEP, UNKNOWN, tokenize
from checkpoint_files import bert_names, distilbert_names, write_json, write_safetensors, write_tokenizer

sys.path.insert(0, str(Path(__file__).parent.parent / "convert"))
from to_onnx import export  # noqa: E402

networks.WIDTH, networks.HEADS, networks.VOCABULARY, networks.POSITIONS = 24, 4, 320, 256
MAXIMUM = 48

WORDS = """the moon pulls sea and rises twice a day water salt bread tide river search index engine of to in is it that
for on as with was at by from what how why who when where which does do can be are not no old new light sun planet star
sky night time year hour land wind rain snow fire stone iron gold wood tree leaf root seed fruit grain flour oil milk
bird fish horse dog cat wolf bear house door road bridge ship boat harbour market price trade law court king city town
music song word letter book page story king's history science number measure weight heat cold force energy field
wave""".split()
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
MASKED_BERT_CONFIG = {**BERT_CONFIG, "architectures": ["BertForMaskedLM"]}
LIBRARY = "sentence_transformers.sparse_encoder.models"
SPLADE_POOLING = {"pooling_strategy": "max", "activation_function": "relu", "word_embedding_dimension": 320}
TABLE = torch.linspace(0, 6, 320)
"""The weight of each piece in a query of the router that has a table."""


class Impacts(nn.Module):
    """DeepImpact's scalar alone."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = networks.Encoder(types=True)
        self.scalars = nn.Linear(networks.WIDTH, 1)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        """[B, S] each → [B, S]"""
        return torch.relu(self.scalars(self.encoder(ids, mask, types)))[:, :, 0]


class Networks(NamedTuple):
    """The networks that the checkpoints have."""

    masked: networks.MaskedLanguageModel
    query: networks.MaskedLanguageModel
    distilled: networks.MaskedLanguageModel
    impacts: Impacts


def vocabulary() -> list[str]:
    """Special pieces, letters and marks at the start and within words, words, and unused ones."""
    letters = string.ascii_lowercase + string.digits
    pieces = [PAD, UNKNOWN, CLS, SEP, "[MASK]", *letters, *(f"##{letter}" for letter in letters), *".,;:?!'"]
    pieces += [*(word for word in WORDS if "'" not in word), "##light", "##ing"]
    pieces = list(dict.fromkeys(pieces))
    return pieces + [f"[unused{i}]" for i in range(networks.VOCABULARY - len(pieces))]


def seeded_networks() -> Networks:
    """The four networks with their random weights, always the same."""
    made = Networks(
        networks.MaskedLanguageModel(types=True),
        networks.MaskedLanguageModel(types=True),
        networks.MaskedLanguageModel(types=False),
        Impacts(),
    )
    for seed, model in enumerate(made, start=11):
        networks.randomise(model, seed)
    with torch.no_grad():
        # Most words then have an impact.
        made.impacts.scalars.bias.fill_(1.0)
    return made


def write_masked_bert(folder: Path, made: Networks, pieces: list[str]) -> None:
    """A masked language model in safetensors, and nothing that says which head it was trained with."""
    write_tokenizer(folder, pieces)
    write_json(folder / "config.json", MASKED_BERT_CONFIG)
    write_safetensors(folder / "model.safetensors", bert_names(made.masked.state_dict()))
    (folder / "onnx").mkdir(exist_ok=True)
    export(folder, folder / "onnx" / "model.onnx")


def write_deep_impact(folder: Path, made: Networks, pieces: list[str]) -> None:
    """DeepImpact, with pickled weights."""
    write_tokenizer(folder, pieces)
    write_json(folder / "config.json", {**BERT_CONFIG, "architectures": ["DeepImpact"]})
    torch.save(bert_names(made.impacts.state_dict()), folder / "pytorch_model.bin")
    export(folder, folder / "model.onnx")


def write_sparse_encoder(folder: Path, made: Networks, pieces: list[str]) -> None:
    """What sentence-transformers saves of a network and its pooling, here with the pooling in the graph."""
    write_distilled(folder, made, pieces, pool="max")
    modules = [("", "MLMTransformer"), ("1_SpladePooling", "SpladePooling")]
    listed = [
        {"idx": i, "name": str(i), "path": path, "type": f"{LIBRARY}.{kind}"} for i, (path, kind) in enumerate(modules)
    ]
    write_json(folder / "modules.json", listed)
    write_json(folder / "1_SpladePooling/config.json", SPLADE_POOLING)
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": MAXIMUM, "do_lower_case": False})


def write_router_table(folder: Path, made: Networks, pieces: list[str]) -> None:
    """A router whose queries are weighed by a table."""
    query, document = "query_0_SparseStaticEmbedding", "document_0_MLMTransformer"
    write_router(folder, [query], document)
    pooling = {**SPLADE_POOLING, "activation_function": "log1p_relu"}
    write_json(folder / "document_1_SpladePooling/config.json", pooling)
    write_distilled(folder / document, made, pieces)
    write_tokenizer(folder / query, pieces)
    write_json(folder / query / "config.json", {"frozen": True})
    write_safetensors(folder / query / "model.safetensors", {"weight": TABLE})


def write_router_network(folder: Path, made: Networks, pieces: list[str]) -> None:
    """A router whose queries have a network of their own. The document's network is at the top of the folder, which is
    written as an empty name, as in OpenSearch's and naver's folders."""
    query, pooling = "query_0_MLMTransformer", "query_1_SpladePooling"
    write_router(folder, [query, pooling], "")
    write_json(folder / pooling / "config.json", SPLADE_POOLING)
    write_json(folder / "document_1_SpladePooling/config.json", SPLADE_POOLING)
    write_distilled(folder, made, pieces)
    write_tokenizer(folder / query, pieces)
    write_json(folder / query / "config.json", MASKED_BERT_CONFIG)
    write_safetensors(folder / query / "model.safetensors", bert_names(made.query.state_dict()))
    export(folder / query, folder / query / "model.onnx")


def write_router(folder: Path, query: list[str], document: str) -> None:
    """What says of a router which modules queries and documents pass through."""
    kinds = {query[0]: query[0].removeprefix("query_0_"), document: "MLMTransformer"}
    kinds["document_1_SpladePooling"] = "SpladePooling"
    kinds |= {name: "SpladePooling" for name in query[1:]}
    router = {
        "types": {name: f"{LIBRARY}.{kind}" for name, kind in kinds.items()},
        "structure": {"query": query, "document": [document, "document_1_SpladePooling"]},
        "parameters": {"default_route": "document", "allow_empty_key": True},
    }
    write_json(folder / "router_config.json", router)
    module = {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Router"}
    write_json(folder / "modules.json", [module])


def write_distilled(folder: Path, made: Networks, pieces: list[str], pool: str | None = None) -> None:
    """The document network of sentence-transformers' folders."""
    write_tokenizer(folder, pieces)
    write_json(folder / "config.json", DISTILBERT_CONFIG)
    torch.save(distilbert_names(made.distilled.state_dict()), folder / "pytorch_model.bin")
    export(folder, folder / "model.onnx", pool)


def reference_vectors(text: str, made: Networks, pieces: list[str]) -> dict[str, heads.Vector]:
    """The vector of a text by each checkpoint."""
    tokens = tokenize(text, {piece: i for i, piece in enumerate(pieces)}, MAXIMUM)
    row, mask = torch.tensor([tokens.ids]), torch.ones(1, len(tokens.ids), dtype=torch.long)
    types = torch.zeros_like(row)
    with torch.no_grad():
        masked, query = made.masked(row, mask, types)[0], made.query(row, mask, types)[0]
        distilled, impacts = made.distilled(row, mask)[0], made.impacts(row, mask, types)[0]
    largest = heads.splade_max(distilled, mask[0])
    own = [i for i in tokens.ids[1:-1] if pieces[i] not in heads.DROPPED]
    return {
        "masked-bert": heads.piece_vector(heads.splade_sum(masked, mask[0]), pieces),
        "deep-impact": heads.deepimpact(impacts, tokens),
        "sparse-encoder": heads.piece_vector(largest, pieces),
        "router-table": heads.piece_vector(torch.log1p(largest), pieces),
        "router-network": heads.piece_vector(largest, pieces),
        "router-table query": {pieces[i]: float(TABLE[i]) for i in own},
        "router-network query": heads.piece_vector(heads.splade_max(query, mask[0]), pieces),
    }


CHECKPOINTS = {
    "masked-bert": write_masked_bert,
    "deep-impact": write_deep_impact,
    "sparse-encoder": write_sparse_encoder,
    "router-table": write_router_table,
    "router-network": write_router_network,
}


def main(output: Path) -> None:
    """Writes every checkpoint, and reference.json."""
    torch.set_num_threads(1)
    pieces, made = vocabulary(), seeded_networks()
    for name, write in CHECKPOINTS.items():
        write(output / name, made, pieces)
    lines = []
    for text in TEXTS:
        vectors = reference_vectors(text, made, pieces)
        digits = {name: {term: round(w, 6) for term, w in vector.items()} for name, vector in vectors.items()}
        lines.append({"text": text, "vectors": digits})
    (output / "reference.json").write_text(json.dumps(lines, separators=(",", ":")) + "\n")
    print(f"{len(lines)} texts in {output}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
