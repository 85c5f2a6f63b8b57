"""The model: gates for the words of documents and a table of weights for the words of queries, inside BM25.

impact = idf · tf′ · (k1 + 1) / (tf′ + k1 · (1 − b + b · length / mean)), where tf′ = Σ exp(gate) over a term's
occurrences. With gates and table of 0 it is BM25.
"""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from pretraining.transformer import Encoder
from pretraining.vocabulary import CLS, PAD

LIMITS = (-4.0, 2.0)
"""No gate and no entry of the table counts for less or more: they are logarithms."""


class Gates(nn.Module):
    """ids and mask [batch, tokens] → logarithms of how much each word's occurrence counts, [batch, tokens]."""

    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder
        self.head = nn.Linear(encoder.embeddings.weight.shape[1], 1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, ids, mask):
        return self.head(self.encoder(ids, mask))[..., 0]


class GateRows(NamedTuple):
    """The gates of several texts."""

    values: Tensor  # [texts · width]; the first of each row is that of [CLS], and 0
    width: int


class Occurring(NamedTuple):
    """For each occurrence of a term that counts, where it counts and where its gate is."""

    cells: Tensor  # in [texts, columns]
    gates: Tensor  # in GateRows.values


class Residual(nn.Module):
    """Scores documents for questions. `query_gates` is the second network, which training alone has."""

    def __init__(self, vocabulary, network, plan):
        super().__init__()
        self.gates = Gates(Encoder(vocabulary.size, **network))
        self.query_gates = None
        self.table = nn.Parameter(torch.zeros(vocabulary.size))
        self.sharpness = nn.Parameter(torch.tensor(-0.5))
        self.vocabulary, self.plan = vocabulary, plan

    def scores(self, index, queries, documents):
        """[queries, documents] of views, by the statistics of an index."""
        columns = np.unique(np.concatenate([query.column for query in queries]))
        weights = self.query_weights(index, columns, queries)
        return weights @ self.document_weights(index, columns, documents).t()

    def document_weights(self, index, columns, views):
        """BM25 of gated frequencies, [views, columns]."""
        plan, device = self.plan, self.table.device
        gates = gate_rows(self.gates, views, plan["tokens"], device)
        occurring = occurring_in(views, columns, index, gates.width, device)
        frequency = torch.zeros(len(views) * len(columns), device=device)
        frequency = frequency.index_add(0, occurring.cells, gates.values[occurring.gates].exp()).view(len(views), -1)
        lengths = np.array([view.length for view in views], dtype=np.float32)
        length = torch.from_numpy(lengths / index.mean_length).to(device)
        scale = (plan["k1"] * (1 - plan["b"] + plan["b"] * length))[:, None]
        idf = (np.where(index.is_phrase[columns], plan["phrase"], 1.0) * index.idf[columns]).astype(np.float32)
        return frequency * (plan["k1"] + 1) / (frequency + scale) * torch.from_numpy(idf).to(device)

    def query_weights(self, index, columns, views):
        """exp of what the table says and the second network adds, summed over occurrences, [views, columns]."""
        device = self.table.device
        gates = GateRows(torch.zeros(len(views), device=device), 1)
        if self.query_gates is not None:
            gates = gate_rows(self.query_gates, views, self.plan["tokens"], device)
        occurring = occurring_in(views, columns, index, gates.width, device)
        words = torch.from_numpy(self.word_ids(index.keys[columns])).to(device)
        learned = self.table[words.clamp(min=0)].clamp(*LIMITS)
        learned = torch.where(words >= 0, learned, torch.zeros((), device=device))
        weight = (learned[occurring.cells % len(columns)] + gates.values[occurring.gates]).exp()
        summed = torch.zeros(len(views) * len(columns), device=device).index_add(0, occurring.cells, weight)
        return summed.view(len(views), -1)

    def word_ids(self, keys):
        """The places of terms in the table; −1 for phrases and hashed words, which have no weight of their own."""
        word = keys < 1 << 32
        ids = self.vocabulary.of_open[np.where(word, keys, 0)]
        return np.where(word & (ids >= self.vocabulary.first), ids, -1)


def padded(rows, device):
    """ids and mask [rows, tokens] of rows of different lengths."""
    width = max(len(row) for row in rows)
    ids = np.full((len(rows), width), PAD, dtype=np.int64)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = row
    ids = torch.from_numpy(ids).to(device)
    return ids, (ids != PAD).float()


def gate_rows(network, views, tokens, device):
    """The gates of the first `tokens` words of each view."""
    ids, mask = padded([np.concatenate([[CLS], view.ids[:tokens]]) for view in views], device)
    gates = network(ids, mask).clamp(*LIMITS)
    first = torch.arange(ids.shape[1], device=device) == 0
    return GateRows(torch.where(first, torch.zeros_like(gates), gates).flatten(), ids.shape[1])


def occurring_in(views, columns, index, width, device):
    """The occurrences of some columns' terms.

    Phrases have no gate, nor have words beyond those that were read: they are given that of [CLS], which is 0.
    """
    spread = np.full(len(index.keys), -1)
    spread[columns] = np.arange(len(columns))
    cells, gates = [], []
    for row, view in enumerate(views):
        column = spread[view.column]
        gate = np.where((view.second < 0) & (view.at + 1 < width), view.at + 1, 0)
        cells.append((row * len(columns) + column)[column >= 0])
        gates.append((row * width + gate)[column >= 0])
    return Occurring(*(torch.from_numpy(np.concatenate(part)).to(device) for part in (cells, gates)))
