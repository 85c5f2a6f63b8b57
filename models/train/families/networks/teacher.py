"""The teacher: a cross-encoder ("Passage Re-ranking with BERT", Nogueira and Cho, 2019).

It reads a question and a document together. Others are distilled from its scores, and it is a reranker by itself.
"""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from pretraining.transformer import Encoder


class CrossEncoder(nn.Module):
    def __init__(self, vocabulary, network, plan):
        super().__init__()
        self.vocabulary, self.plan = vocabulary, plan
        self.encoder = Encoder(vocabulary.size, **network)
        self.types = nn.Embedding(2, network["width"])
        nn.init.normal_(self.types.weight, std=0.02)
        self.pooler, self.scalar = nn.Linear(network["width"], network["width"]), nn.Linear(network["width"], 1)

    def begin(self, state):
        held = {k[len("encoder.") :]: v for k, v in state.items() if k.startswith("encoder.")}
        self.encoder.load_state_dict(held)

    def forward(self, ids, mask, types):
        """[B, S] each → [B, 1]"""
        hidden = self.encoder(ids, mask, self.types(types))
        return self.scalar(torch.tanh(self.pooler(hidden[:, 0])))

    def score(self, queries, documents, device):
        """A number for each pair of Tokens: [CLS] question [SEP] document [SEP]; only the document is cut off."""
        rows = [(query.ids, document.ids[1:]) for query, document in zip(queries, documents)]
        most = min(self.plan["pairTokens"], max(len(first) + len(second) for first, second in rows))
        ids = np.full((len(rows), most), self.vocabulary.pad, dtype=np.int64)
        types = np.zeros((len(rows), most), dtype=np.int64)
        for i, (first, second) in enumerate(rows):
            end = min(most, len(first) + len(second))
            ids[i, : len(first)] = first
            ids[i, len(first) : end] = second[: end - len(first)]
            ids[i, end - 1] = self.vocabulary.sep
            types[i, len(first) : end] = 1
        ids, types = torch.from_numpy(ids).to(device), torch.from_numpy(types).to(device)
        return self(ids, (ids != self.vocabulary.pad).float(), types)[:, 0]

    def loss(self, batch, progress):
        queries, documents = batch.queries.texts, batch.documents.texts
        size = len(documents) // len(queries)
        asked = [query for query in queries for _ in range(size)]
        scores = self.score(asked, documents, batch.documents.ids.device).view(len(queries), size)
        target = torch.zeros(len(queries), dtype=torch.long, device=scores.device)
        return F.cross_entropy(scores, target), {"first": (scores.argmax(1) == 0).float().mean()}

    def graphs(self):
        return {"network": (self, ["score"])}

    def contract(self):
        return {"kind": "cross-encoder"}
