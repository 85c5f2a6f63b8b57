"""LENS: "Enhancing Lexicon-Based Text Embeddings with Large Language Models", Lei et al., 2025.

It is SPLADE-max over clusters of the vocabulary, which `sparsedge model clusters` makes of the embedding that training
starts from. It is trained by InfoNCE and by KL divergence from a reranker.
"""

import torch
from torch import nn

from families.networks.lexicon import Lexicon, dot, pool
from families.networks.losses import mean_terms, ranking_loss, sparsity


class Lens(nn.Module):
    def __init__(self, vocabulary, network, plan):
        super().__init__()
        self.plan = plan
        self.lexicon = Lexicon(vocabulary, network)
        # Pieces that are never terms go to one cluster more, which is cut off.
        self.register_buffer("cluster", torch.full((vocabulary.size,), plan["clusters"], dtype=torch.long))

    def begin(self, state):
        self.lexicon.begin(state)

    def begin_with(self, clusters):
        """Takes the cluster of each piece; −1 stands for none."""
        clusters = torch.tensor(clusters)
        self.cluster.copy_(torch.where(clusters < 0, self.plan["clusters"], clusters))

    def forward(self, ids, mask):
        return pool(self.lexicon(ids, mask), mask, "max")

    def vectors(self, ids, mask):
        """ids and mask [B, S] → [B, clusters]: a cluster weighs what its heaviest piece does."""
        pieces = self(ids, mask)
        places = self.cluster.expand(len(pieces), -1)
        held = torch.zeros(len(pieces), self.plan["clusters"] + 1, device=pieces.device, dtype=pieces.dtype)
        return held.scatter_reduce(1, places, pieces, "amax")[:, :-1]

    def loss(self, batch, progress):
        queries = self.vectors(batch.queries.ids, batch.queries.mask)
        documents = self.vectors(batch.documents.ids, batch.documents.mask)
        ranking = ranking_loss(dot(queries, documents), batch, self.plan["loss"])
        sparse = sparsity(self.plan["sparsity"], progress, queries, documents)
        return ranking + sparse, {"ranking": ranking, "terms": mean_terms(documents), "queryTerms": mean_terms(queries)}

    def graphs(self):
        return {"document": (self, ["weights"])}

    def contract(self):
        return {"head": "lens", "vocabulary": "cluster", "query": {"kind": "neural"}}
