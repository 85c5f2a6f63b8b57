"""The part of SPLADE, SparTerm and LENS: a masked language model says which pieces could stand at each token."""

import torch
from torch import nn

from pretraining.transformer import Encoder, MaskedLanguageModel


class Lexicon(nn.Module):
    """ids, mask [B, S] → logits [B, V, S]. In this order an exported graph has the tied embedding once."""

    def __init__(self, vocabulary, network):
        super().__init__()
        self.model = MaskedLanguageModel(Encoder(vocabulary.size, **network))

    def forward(self, ids, mask):
        return self.logits(self.model.encoder(ids, mask))

    def logits(self, states):
        model = self.model
        hidden = model.norm(nn.functional.gelu(model.transform(states)))
        return torch.matmul(model.encoder.embeddings.weight, hidden.transpose(1, 2)) + model.bias[:, None]

    def begin(self, state):
        """Takes what pre-training kept."""
        self.model.load_state_dict(state)

    @torch.no_grad()
    def open(self, ids, mask, terms):
        """Gives all pieces one bias, with which these documents have about `terms` terms.

        relu lets a gradient through only where a logit is above 0. With pre-training's biases, which say how frequent a
        piece is, few logits may be.
        """
        self.model.bias.zero_()
        likeliest = hide_padding(self(ids, mask), mask).amax(2)
        self.model.bias.fill_(-likeliest.topk(terms).values[:, -1].mean())


def hide_padding(logits, mask):
    """Logits [B, V, S], with those of padding far below 0."""
    return logits + (1 - mask.to(logits.dtype))[:, None, :] * -1e4


def pool(logits, mask, how):
    """Logits [B, V, S] → [B, V]: the largest of log(1 + relu) over tokens, or the sum."""
    logits = hide_padding(logits, mask)
    if how == "max":
        # The gradient of max is one place of each piece, and that of amax a comparison of all.
        return torch.log1p(torch.relu(logits.max(2).values))
    return torch.log1p(torch.relu(logits)).sum(2)


def own_pieces(ids, vocabulary):
    """1 for each piece that a text has, [B, V]; special tokens do not count."""
    # An export would take len(ids) for a constant.
    own = torch.zeros(ids.shape[0], vocabulary.size, device=ids.device).scatter(1, ids, 1.0)
    return own * (torch.arange(vocabulary.size, device=ids.device) >= vocabulary.first)


def dot(queries, documents):
    """Scores [queries, documents], in float32: the eight bits of a bfloat16 are too few to distil from."""
    with torch.autocast(queries.device.type, enabled=False):
        return queries.float() @ documents.float().t()
