"""SPLADE: weights of pieces, pooled over tokens from the logits of a masked language model.

"SPLADE: Sparse Lexical and Expansion Model for First Stage Ranking" (Formal, Piwowarski, Clinchant, SIGIR 2021) sums
over tokens. "SPLADE v2" (2021) takes the largest, and has a model without a query network and DistilSPLADE-max, which
differs in its negatives and its loss alone.
"""

from torch import nn

from families.networks.lexicon import Lexicon, dot, own_pieces, pool
from families.networks.losses import mean_terms, ranking_loss, sparsity


class Splade(nn.Module):
    """`head` is splade-sum, splade-max or splade-doc; a query of the last is its own pieces, each of weight 1."""

    def __init__(self, vocabulary, network, plan):
        super().__init__()
        self.vocabulary, self.plan = vocabulary, plan
        self.lexicon = Lexicon(vocabulary, network)
        self.how = "sum" if plan["head"] == "splade-sum" else "max"

    def begin(self, state):
        self.lexicon.begin(state)

    def forward(self, ids, mask):
        return pool(self.lexicon(ids, mask), mask, self.how)

    def loss(self, batch, progress):
        documents = self(batch.documents.ids, batch.documents.mask)
        learned = self.plan["head"] != "splade-doc"
        if learned:
            queries = self(batch.queries.ids, batch.queries.mask)
        else:
            queries = own_pieces(batch.queries.ids, self.vocabulary)
        ranking = ranking_loss(dot(queries, documents), batch, self.plan["loss"])
        sparse = sparsity(self.plan["sparsity"], progress, queries if learned else None, documents)
        return ranking + sparse, {"ranking": ranking, "terms": mean_terms(documents), "queryTerms": mean_terms(queries)}

    def graphs(self):
        return {"document": (self, ["weights"])}

    def contract(self):
        kind = "binary" if self.plan["head"] == "splade-doc" else "neural"
        return {"head": self.plan["head"], "vocabulary": "word-piece", "query": {"kind": kind}}
