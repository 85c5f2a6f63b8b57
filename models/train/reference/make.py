"""
Makes test/fixtures/models: ONNX files with seeded random weights, and the vectors that PyTorch computes from the same
weights for 200 texts.

    /usr/bin/python3 models/train/reference/make.py VOCABULARY OUTPUT

VOCABULARY is vocab.txt of bert-base-uncased; PyTorch and onnx are the only packages.
"""

import gzip
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

import heads
from networks import WIDTH, MaskedLanguageModel, Scalars, SparTerm, SpladeMax, randomise
from texts import reference_texts
from bert_tokenizer import PAD, Tokens, read_vocabulary, tokenize

MAXIMUM = 64
# Texts of all lengths are in one batch, so that most are padded.
BATCH = 10
CLUSTERS = 200
TOP = 50
SUMS = 16


def export(model: nn.Module, path: Path, types: bool, outputs: dict[str, dict[int, str]], opset: int) -> None:
    """Writes a model as ONNX, of which batch and tokens vary."""
    names = ["input_ids", "attention_mask", *(["token_type_ids"] if types else [])]
    # There are two rows of three tokens, so that no dimension is taken for a constant 1.
    example = (torch.tensor([[0, 1, 2]] * 2), torch.ones(2, 3, dtype=torch.long), torch.zeros(2, 3).long())
    torch.onnx.export(
        model,
        example[: len(names)],
        path,
        input_names=names,
        output_names=list(outputs),
        dynamic_axes={**{name: {0: "batch", 1: "tokens"} for name in names}, **outputs},
        opset_version=opset,
    )
    onnx.checker.check_model(str(path))


def cluster(embeddings: Tensor, count: int, rounds: int = 8) -> Tensor:
    """k-means over the rows of embeddings [V, H], from rows at equal distances → [V] cluster numbers."""
    centres = embeddings[:: len(embeddings) // count][:count].clone()
    for _ in range(rounds):
        nearest = torch.cdist(embeddings, centres).argmin(dim=1)
        for i in range(count):
            if (nearest == i).any():
                centres[i] = embeddings[nearest == i].mean(dim=0)
    return nearest


def whole(vector: heads.Vector) -> dict[str, object]:
    """A vector as it is kept when it is short, the largest weights first."""
    top = sorted(vector.items(), key=lambda entry: (-entry[1], entry[0]))
    return {"all": {term: round(weight, 6) for term, weight in top}}


def digest(vector: heads.Vector, ids: dict[str, int], undecided: Sequence[str] = ()) -> dict[str, object]:
    """
    A vector as it is kept when it is long: its largest weights, and the sums of all of them by id modulo 16. Nothing
    here jumps when a weight changes a little, so any number may be compared with a tolerance.
    """
    kept = {term: weight for term, weight in vector.items() if term not in undecided}
    if len(kept) <= TOP:
        return {**whole(kept), **({"undecided": undecided} if undecided else {})}
    top = sorted(kept.items(), key=lambda entry: (-entry[1], entry[0]))
    sums = [0.0] * SUMS
    for term, weight in kept.items():
        sums[ids[term] % SUMS] += weight
    return {
        "top": {term: round(weight, 6) for term, weight in top[:TOP]},
        "sums": [round(total, 5) for total in sums],
        **({"undecided": undecided} if undecided else {}),
    }


def padded(batch: list[Tokens], pad: int) -> tuple[Tensor, Tensor, Tensor]:
    """Token ids, mask and types, each [B, S]."""
    longest = max(len(tokens.ids) for tokens in batch)
    rows = [tokens.ids + [pad] * (longest - len(tokens.ids)) for tokens in batch]
    masks = [[1] * len(tokens.ids) + [0] * (longest - len(tokens.ids)) for tokens in batch]
    ids = torch.tensor(rows)
    return ids, torch.tensor(masks), torch.zeros_like(ids)


def main(vocabulary_path: Path, output: Path) -> None:
    """Writes everything."""
    torch.set_num_threads(1)
    output.mkdir(parents=True, exist_ok=True)
    vocabulary = read_vocabulary(vocabulary_path)
    terms = list(vocabulary)

    language_model = MaskedLanguageModel(types=True)
    distilled = MaskedLanguageModel(types=False)
    splade = SpladeMax(distilled)
    scalars, gated = Scalars(), SparTerm()
    for seed, model in enumerate((language_model, splade, scalars, gated), start=1):
        randomise(model, seed)

    rows, row = {0: "batch", 1: "tokens"}, {0: "batch"}
    export(language_model, output / "logits.onnx", True, {"logits": rows}, opset=14)
    export(splade, output / "splade-max.onnx", False, {"weights": row}, opset=17)
    export(scalars, output / "scalars.onnx", True, dict.fromkeys(("impacts", "frequencies", "gates"), rows), opset=15)
    export(gated, output / "sparterm.onnx", True, {"importance": row, "gate": row}, opset=16)

    clusters = cluster(language_model.encoder.tokens.detach(), CLUSTERS)
    # Special tokens and [unused…] have no cluster.
    clusters[[i for i, term in enumerate(terms) if term.startswith("[") and len(term) > 1]] = -1
    (output / "clusters.json").write_text(json.dumps(clusters.tolist(), separators=(",", ":")))
    cluster_ids = {str(i): i for i in range(CLUSTERS)}

    texts = reference_texts()
    encoded = [tokenize(text, vocabulary, MAXIMUM) for text in texts]
    lines: list[str] = []
    for start in range(0, len(texts), BATCH):
        batch = encoded[start : start + BATCH]
        ids, mask, types = padded(batch, vocabulary[PAD])
        with torch.no_grad():
            logits = language_model(ids, mask, types)
            pooled = splade(ids, mask)
            impacts, frequencies, gates = scalars(ids, mask, types)
            importance, gate = gated(ids, mask, types)
        for i, tokens in enumerate(batch):
            maximum = heads.splade_max(logits[i], mask[i])
            vectors: dict[str, object] = {
                "splade-sum": digest(heads.piece_vector(heads.splade_sum(logits[i], mask[i]), terms), vocabulary),
                "splade-max": digest(heads.piece_vector(maximum, terms), vocabulary),
                "splade-max-pooled": digest(heads.piece_vector(pooled[i], terms), vocabulary),
                "lens": digest(heads.lens(maximum, clusters), cluster_ids),
                "deepimpact": whole(heads.deepimpact(impacts[i, :, 0], tokens)),
                "deepct": whole(heads.deepct(frequencies[i, :, 0], tokens)),
                "residual": whole(heads.residual(gates[i], tokens)),
            }
            for mode in ("literal-only", "expansion-only", "expansion-enhanced"):
                weights, near = heads.sparterm(importance[i], gate[i], set(tokens.ids), mode)
                vector = heads.piece_vector(weights, terms)
                vectors[f"sparterm-{mode}"] = digest(vector, vocabulary, [terms[piece] for piece in near])
            record = {"text": texts[start + i], "ids": tokens.ids, "pieces": tokens.pieces, "vectors": vectors}
            lines.append(json.dumps(record, ensure_ascii=False, separators=(",", ":")))
    with gzip.GzipFile(output / "reference.jsonl.gz", "wb", compresslevel=9, mtime=0) as file:
        file.write("".join(f"{line}\n" for line in lines).encode("utf-8"))
    print(f"{len(lines)} texts, hidden size {WIDTH}, in {output}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
