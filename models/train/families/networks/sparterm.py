"""SparTerm: "SparTerm: Learning Term-based Sparse Representation for Fast Text Retrieval", Bai et al., 2020.

It is two networks that share no weights. The gate says which pieces may have a weight, and is learned first, from the
pieces of the queries that a document answers. Then it is frozen, and the importance of pieces is learned by pairwise
softmax.
"""

import torch
from torch import nn
from torch.nn import functional as F

from families.networks.lexicon import Lexicon, dot, hide_padding, own_pieces
from families.networks.losses import mean_terms, ranking_loss

THRESHOLD = 0.7


class Gate(nn.Module):
    """The probability that a piece belongs to a document, whether or not it stands there. Its batches are documents."""

    draws = "documents"

    def __init__(self, vocabulary, network, plan):
        super().__init__()
        self.vocabulary, self.plan = vocabulary, plan
        self.lexicon = Lexicon(vocabulary, network)

    def begin(self, state):
        self.lexicon.begin(state)

    def logits(self, ids, mask):
        return hide_padding(self.lexicon(ids, mask), mask).amax(2)

    def forward(self, ids, mask):
        return torch.sigmoid(self.logits(ids, mask))

    def loss(self, batch, progress):
        """Binary cross-entropy, in which pieces of queries and all others have their own weights (λ1 and λ2)."""
        wanted = batch.pieces
        logits = self.logits(batch.documents.ids, batch.documents.mask)
        each = F.binary_cross_entropy_with_logits(logits, wanted, reduction="none")
        there = (each * wanted).sum() / wanted.sum().clamp(min=1)
        absent = (each * (1 - wanted)).sum() / (1 - wanted).sum()
        opened = mean_terms(torch.relu(torch.sigmoid(logits) - THRESHOLD))
        return self.plan["there"] * there + self.plan["absent"] * absent, {"terms": opened}


class SparTerm(nn.Module):
    """Importance behind a gate; `mode` is literal-only, expansion-only or expansion-enhanced."""

    def __init__(self, vocabulary, network, plan):
        super().__init__()
        self.vocabulary, self.plan = vocabulary, plan
        self.importance = Lexicon(vocabulary, network)
        self.gate = Gate(vocabulary, network, plan).requires_grad_(False)

    def begin(self, state):
        self.importance.begin(state)

    def begin_with(self, gate):
        """Takes the gate that was learned before."""
        self.gate.load_state_dict(gate)

    def forward(self, ids, mask):
        return torch.relu(hide_padding(self.importance(ids, mask), mask)).sum(2), self.gate(ids, mask)

    def vectors(self, ids, mask):
        importance, gate = self(ids, mask)
        own = own_pieces(ids, self.vocabulary)
        mode = self.plan["mode"]
        if mode == "literal-only":
            return importance * own
        opened = (gate >= THRESHOLD).float() * (1 - own)
        return importance * (opened if mode == "expansion-only" else opened + own)

    def loss(self, batch, progress):
        queries = self.vectors(batch.queries.ids, batch.queries.mask)
        documents = self.vectors(batch.documents.ids, batch.documents.mask)
        # Sums of relu grow with length, and without a temperature the softmax is a maximum. The paper does not give its
        # own.
        scores = dot(queries, documents) * self.plan["temperature"]
        ranking = ranking_loss(scores, batch, self.plan["loss"])
        return ranking, {"ranking": ranking, "terms": mean_terms(documents), "queryTerms": mean_terms(queries)}

    def graphs(self):
        return {"document": (self, ["importance", "gate"])}

    def contract(self):
        gate = {"mode": self.plan["mode"], "threshold": THRESHOLD}
        return {"head": "sparterm", "vocabulary": "word-piece", "gate": gate, "query": {"kind": "neural"}}
