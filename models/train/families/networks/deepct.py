"""DeepCT: "Context-Aware Sentence/Passage Term Importance Estimation for First Stage Retrieval", Dai and Callan, 2019.

A word is to get its query term recall, which is the share of a document's queries that have it.
"""

from torch import nn
from torch.nn import functional as F

from families.networks.token_scalar import TokenScalar


class DeepCT(nn.Module):
    draws = "documents"

    def __init__(self, vocabulary, network, plan):
        super().__init__()
        self.scalars = TokenScalar(vocabulary, network, bias=0.1)

    def begin(self, state):
        self.scalars.begin(state)

    def forward(self, ids, mask):
        return self.scalars(ids, mask)

    def loss(self, batch, progress):
        predicted = self(batch.documents.ids, batch.documents.mask)[batch.rows, batch.places]
        error = F.mse_loss(predicted, batch.recall)
        return error, {"mean": predicted.detach().mean()}

    def graphs(self):
        return {"document": (self, ["frequencies"])}

    def contract(self):
        return {"head": "deepct", "vocabulary": "whole-word", "query": {"kind": "count"}}
