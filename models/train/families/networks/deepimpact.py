"""DeepImpact: "Learning Passage Impacts for Inverted Indexes", Mallia et al., SIGIR 2021.

A word weighs relu(w·h + b) at the first piece of its first occurrence, and a score is the sum over the query's words.
"DeeperImpact", 2024, is the same network with another expansion, start, negatives and loss, which configurations name.
"""

import numpy as np
import torch
from torch import nn

from families.networks.lexicon import dot
from families.networks.losses import mean_terms, ranking_loss
from families.networks.token_scalar import TokenScalar


class DeepImpact(nn.Module):
    def __init__(self, vocabulary, network, plan):
        super().__init__()
        self.plan = plan
        # The bias starts above 0, where relu lets a gradient through.
        self.scalars = TokenScalar(vocabulary, network, bias=1.0)

    def begin(self, state):
        self.scalars.begin(state)

    def forward(self, ids, mask):
        return torch.relu(self.scalars(ids, mask))

    def loss(self, batch, progress):
        impacts = self(batch.documents.ids, batch.documents.mask)
        scores = shared_impacts(impacts, batch)
        ranking = ranking_loss(scores, batch, self.plan["loss"])
        return ranking, {"ranking": ranking, "terms": mean_terms(impacts)}

    def graphs(self):
        return {"document": (self, ["impacts"])}

    def contract(self):
        return {"head": "deepimpact", "vocabulary": "whole-word", "query": {"kind": "binary"}}


def shared_impacts(impacts, batch):
    """The sum of a document's impacts of the query's words, [queries, documents]."""
    words = np.unique(np.concatenate([text.words for text in batch.queries.texts]))
    asked = np.stack([np.isin(words, text.words) for text in batch.queries.texts]).astype(np.float32)
    rows, columns, places = [], [], []
    for row, text in enumerate(batch.documents.texts):
        _, first = np.unique(text.words, return_index=True)
        first = first[np.isin(text.words[first], words)]
        rows.append(np.full(len(first), row))
        columns.append(np.searchsorted(words, text.words[first]))
        places.append(text.at[first])
    joined = (np.concatenate(part).astype(np.int64) for part in (rows, columns, places))
    rows, columns, places = (torch.from_numpy(part).to(impacts.device) for part in joined)
    matrix = torch.zeros(len(impacts), len(words), device=impacts.device)
    matrix = matrix.index_put((rows, columns), impacts[rows, places].float())
    return dot(torch.from_numpy(asked).to(impacts.device), matrix)
