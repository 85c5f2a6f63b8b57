"""The network of all small models: a transformer encoder with layer norms first and learned positions."""

import torch
from torch import nn
from torch.nn import functional as F


class Layer(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm_in, self.norm_between = nn.LayerNorm(width), nn.LayerNorm(width)
        self.project, self.attended = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.widen, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x, bias):
        batch, tokens, width = x.shape
        parts = self.project(self.norm_in(x)).reshape(batch, tokens, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        scores = query @ key.transpose(-1, -2) * (width // self.heads) ** -0.5 + bias
        mixed = (scores.softmax(-1) @ value).transpose(1, 2).reshape(batch, tokens, width)
        x = x + self.attended(mixed)
        return x + self.narrow(F.gelu(self.widen(self.norm_between(x))))


class Encoder(nn.Module):
    """ids and mask [batch, tokens] → hidden states [batch, tokens, width]."""

    def __init__(self, vocabulary, width, layers, heads, positions):
        super().__init__()
        self.embeddings = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(positions, width)
        nn.init.normal_(self.embeddings.weight, std=0.02)
        nn.init.normal_(self.positions.weight, std=0.02)
        self.norm_in, self.norm_out = nn.LayerNorm(width), nn.LayerNorm(width)
        self.layers = nn.ModuleList(Layer(width, heads) for _ in range(layers))

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
