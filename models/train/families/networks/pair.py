"""A SPLADE-style pair of networks with a lexical residual.

The pieces that a query or a document has are weighed as BM25 weighs them, and a masked language model adds others. At
first it adds little, so that training starts from BM25 over word pieces.
"""

import math
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from families.networks.lexicon import Lexicon, dot, own_pieces, pool
from families.networks.losses import mean_terms, ranking_loss, sparsity

K1, B = 0.9, 0.4
LIMITS = (-4.0, 2.0)


class Statistics(NamedTuple):
    """What BM25 has to know of the training documents."""

    frequency: np.ndarray  # how many documents have each piece
    documents: int
    mean_length: float  # in pieces


class Pair(nn.Module):
    def __init__(self, vocabulary, network, plan):
        super().__init__()
        self.vocabulary, self.plan = vocabulary, plan
        self.lexicon = Lexicon(vocabulary, network)
        self.gate = nn.Linear(network["width"], 1)
        nn.init.zeros_(self.gate.weight)
        nn.init.zeros_(self.gate.bias)
        self.table = nn.Parameter(torch.zeros(vocabulary.size))
        # These are logarithms of how much expansion counts, for documents and for queries.
        self.strength = nn.Parameter(torch.full((2,), math.log(0.05)))
        # These are of the training texts: a graph cannot know the statistics of the collection at hand.
        self.register_buffer("idf", torch.ones(vocabulary.size))
        self.register_buffer("mean_length", torch.ones(()))

    def begin(self, state):
        self.lexicon.begin(state)

    def begin_with(self, statistics):
        frequency, documents, mean_length = statistics
        frequency = torch.from_numpy(frequency).float()
        self.idf.copy_(torch.log(1 + (documents - frequency + 0.5) / (frequency + 0.5)))
        self.mean_length.fill_(mean_length)

    def document(self, ids, mask):
        states = self.lexicon.model.encoder(ids, mask)
        mask = mask.float()
        counts = (self.gate(states)[..., 0].float().clamp(2 * LIMITS[0], 2 * LIMITS[1]) / 2).exp() * mask
        frequency = torch.zeros(ids.shape[0], self.vocabulary.size, device=ids.device).scatter_add(1, ids, counts)
        frequency = frequency * (torch.arange(self.vocabulary.size, device=ids.device) >= self.vocabulary.first)
        length = (mask.sum(1, keepdim=True) - 2) / self.mean_length
        saturated = frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * length))
        return self.idf * saturated + self.strength[0].exp() * pool(self.lexicon.logits(states), mask, "max")

    def query(self, ids, mask):
        own = own_pieces(ids, self.vocabulary) * self.table.clamp(*LIMITS).exp()
        return own + self.strength[1].exp() * pool(self.lexicon(ids, mask), mask, "max")

    def loss(self, batch, progress):
        queries = self.query(batch.queries.ids, batch.queries.mask)
        documents = self.document(batch.documents.ids, batch.documents.mask)
        scores = dot(queries, documents) * self.plan["temperature"]
        ranking = ranking_loss(scores, batch, self.plan["loss"])
        sparse = sparsity(self.plan["sparsity"], progress, queries, documents)
        return ranking + sparse, {"ranking": ranking, "terms": mean_terms(documents), "queryTerms": mean_terms(queries)}

    def graphs(self):
        return {"document": (Side(self.document), ["weights"]), "query": (Side(self.query), ["weights"])}

    def contract(self):
        return {"head": "splade-max", "vocabulary": "word-piece", "query": {"kind": "neural"}}


class Side(nn.Module):
    """One side of a pair, to be exported."""

    def __init__(self, encode):
        super().__init__()
        self.pair, self.name = encode.__self__, encode.__name__

    def forward(self, ids, mask):
        return getattr(self.pair, self.name)(ids, mask)
