"""The network of all small models: a transformer encoder with learned positions, and layer norms first or last."""

import torch
from torch import nn
from torch.nn import functional as F


EPSILON = 1e-12
"""What BERT adds to variances."""


class Layer(nn.Module):
    """Self-attention and a feed-forward network; each is given what a norm leaves, and adds to what it was."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm_in, self.norm_between = nn.LayerNorm(width), nn.LayerNorm(width)
        self.project, self.attended = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.widen, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def attend(self, x, bias):
        batch, tokens, width = x.shape
        parts = self.project(x).reshape(batch, tokens, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        scores = query @ key.transpose(-1, -2) * (width // self.heads) ** -0.5 + bias
        mixed = (scores.softmax(-1) @ value).transpose(1, 2).reshape(batch, tokens, width)
        return self.attended(mixed)

    def feed(self, x):
        return self.narrow(F.gelu(self.widen(x)))

    def forward(self, x, bias):
        x = x + self.attend(self.norm_in(x), bias)
        return x + self.feed(self.norm_between(x))


class LayerOfBert(Layer):
    """The same with norms last, as in "BERT" (Devlin et al., 2019), whose weights it can have."""

    def __init__(self, width, heads):
        super().__init__(width, heads)
        del self.norm_in
        self.norm_between, self.norm_out = nn.LayerNorm(width, EPSILON), nn.LayerNorm(width, EPSILON)

    def forward(self, x, bias):
        x = self.norm_between(x + self.attend(x, bias))
        return self.norm_out(x + self.feed(x))


class Encoder(nn.Module):
    """ids and mask [batch, tokens] → hidden states [batch, tokens, width]; `norms` are first or last."""

    def __init__(self, vocabulary, width, layers, heads, positions, norms="first"):
        super().__init__()
        self.embeddings = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(positions, width)
        nn.init.normal_(self.embeddings.weight, std=0.02)
        nn.init.normal_(self.positions.weight, std=0.02)
        first = norms == "first"
        self.norm_in = nn.LayerNorm(width) if first else nn.LayerNorm(width, EPSILON)
        self.norm_out = nn.LayerNorm(width) if first else nn.Identity()
        self.layers = nn.ModuleList((Layer if first else LayerOfBert)(width, heads) for _ in range(layers))

    def forward(self, ids, mask, added=None, first=0):
        """`added` [batch, tokens, width] goes to the embeddings: it tells a question from a document. `first` is the
        position of the first token."""
        places = torch.arange(first, first + ids.shape[1], device=ids.device)
        x = self.embeddings(ids) + self.positions(places)
        x = self.norm_in(x if added is None else x + added)
        bias = (1 - mask.to(x.dtype))[:, None, None, :] * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        return self.norm_out(x)


class MaskedLanguageModel(nn.Module):
    """Predicts words from what stands around them; the embeddings that it reads are those that it predicts with."""

    def __init__(self, encoder):
        super().__init__()
        size, width = encoder.embeddings.weight.shape
        self.encoder = encoder
        self.transform, self.norm = nn.Linear(width, width), nn.LayerNorm(width)
        self.bias = nn.Parameter(torch.zeros(size))

    def logits(self, hidden):
        return self.norm(F.gelu(self.transform(hidden))) @ self.encoder.embeddings.weight.t() + self.bias
