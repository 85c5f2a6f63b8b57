"""Computes every head's vector from what the graphs give, as src/core/heads does, in loops where loops are plainer.

A vector is a mapping of terms to weights. Terms are word pieces, whole words or clusters.
"""

import torch
from torch import Tensor

from bert_tokenizer import CLS, PAD, SEP, UNKNOWN, Tokens, is_punctuation

Vector = dict[str, float]

# These have weights as any piece has, and are no terms of an index.
DROPPED = (CLS, SEP, PAD, UNKNOWN, "[MASK]")
# A piece of SparTerm counts from this probability on; nearer to it than UNDECIDED an implementation may decide
# otherwise.
THRESHOLD = 0.7
UNDECIDED = 1e-4


def splade_sum(logits: Tensor, mask: Tensor) -> Tensor:
    """logits [S, V], mask [S] → [V]"""
    return (torch.log1p(torch.relu(logits)) * mask[:, None].float()).sum(dim=0)


def splade_max(logits: Tensor, mask: Tensor) -> Tensor:
    """logits [S, V], mask [S] → [V]"""
    return (torch.log1p(torch.relu(logits)) * mask[:, None].float()).amax(dim=0)


def piece_vector(weights: Tensor, terms: list[str]) -> Vector:
    """weights [V] → the positive ones by piece, special tokens left out"""
    chosen = torch.nonzero(weights > 0)[:, 0].tolist()
    return {terms[i]: float(weights[i]) for i in chosen if terms[i] not in DROPPED}


def lens(weights: Tensor, clusters: Tensor) -> Vector:
    """weights [V] after SPLADE's maximum, the cluster of each piece [V] (−1 for none) → the maximum by cluster"""
    vector: Vector = {}
    for piece in torch.nonzero((weights > 0) & (clusters >= 0))[:, 0].tolist():
        cluster = str(int(clusters[piece]))
        vector[cluster] = max(vector.get(cluster, 0.0), float(weights[piece]))
    return vector


def sparterm(importance: Tensor, gate: Tensor, own: set[int], mode: str) -> tuple[Tensor, list[int]]:
    """
    importance [V], gate [V] (probabilities), the text's own pieces → gated importance [V], and the pieces whose
    probability is too near the threshold to tell.
    """
    mine = torch.zeros(importance.shape, dtype=torch.bool)
    mine[list(own)] = True
    opened = (gate >= THRESHOLD) & ~mine
    near = ((gate - THRESHOLD).abs() < UNDECIDED) & ~mine & (importance > 0)
    if mode == "literal-only":
        return importance * mine, []
    kept = opened if mode == "expansion-only" else opened | mine
    return importance * kept, torch.nonzero(near)[:, 0].tolist()


def deepimpact(impacts: Tensor, tokens: Tokens) -> Vector:
    """impacts [S] → at the first piece of each word's first occurrence"""
    vector: Vector = {}
    for word in tokens.words:
        if not is_mark(word.text):
            vector.setdefault(word.text, float(impacts[word.first]))
    return {word: impact for word, impact in vector.items() if impact > 0}


def deepct(frequencies: Tensor, tokens: Tokens) -> Vector:
    """frequencies [S] → 100 ŷ of each word's best occurrence, at its first piece; BM25 takes it rounded"""
    best: Vector = {}
    for word in tokens.words:
        if not is_mark(word.text):
            best[word.text] = max(best.get(word.text, 0.0), float(frequencies[word.first]))
    return {word: 100 * value for word, value in best.items() if value > 0}


def residual(gates: Tensor, tokens: Tokens) -> Vector:
    """gates [S], in logarithms → exp(½ gate) summed over the occurrences of each word: a predicted frequency"""
    counts = torch.exp((0.5 * gates).clamp(-4.0, 2.0))
    vector: Vector = {}
    for word in tokens.words:
        if not is_mark(word.text):
            vector[word.text] = vector.get(word.text, 0.0) + float(counts[word.first])
    return vector


def is_mark(word: str) -> bool:
    """Whether a pre-token is a punctuation mark."""
    return len(word) == 1 and is_punctuation(word)
