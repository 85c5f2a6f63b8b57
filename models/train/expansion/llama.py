"""Llama's architecture (Touvron et al., 2023): norms by root mean square, rotary positions, SwiGLU, tied embeddings."""

import torch
from torch import nn
from torch.nn import functional as F

NORM_EPSILON = 1e-5
ROTARY_BASE = 10000.0


class Norm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return x * (x.pow(2).mean(-1, keepdim=True) + NORM_EPSILON).rsqrt() * self.weight


def angles(places, size):
    """The sines and cosines of positions, [batch, 1, tokens, size / 2] each."""
    rates = ROTARY_BASE ** (-torch.arange(0, size, 2, device=places.device).float() / size)
    turned = places[:, None, :, None].float() * rates
    return turned.sin(), turned.cos()


def rotated(x, sin, cos):
    """Turns x, in which two neighbouring numbers are a point: the layout of llama.cpp, and of Meta's own code."""
    a, b = x[..., 0::2], x[..., 1::2]
    return torch.stack((a * cos - b * sin, a * sin + b * cos), -1).flatten(-2)


class Layer(nn.Module):
    def __init__(self, width, heads, inner):
        super().__init__()
        self.heads = heads
        self.attn_norm, self.ffn_norm = Norm(width), Norm(width)
        self.attn_q, self.attn_k, self.attn_v, self.attn_output = (
            nn.Linear(width, width, bias=False) for _ in range(4)
        )
        self.ffn_gate, self.ffn_up = nn.Linear(width, inner, bias=False), nn.Linear(width, inner, bias=False)
        self.ffn_down = nn.Linear(inner, width, bias=False)

    def forward(self, x, sin, cos, bias):
        batch, tokens, width = x.shape
        size = width // self.heads
        normed = self.attn_norm(x)
        query, key, value = (
            part(normed).view(batch, tokens, self.heads, size).transpose(1, 2)
            for part in (self.attn_q, self.attn_k, self.attn_v)
        )
        query, key = rotated(query, sin, cos), rotated(key, sin, cos)
        scores = query @ key.transpose(-1, -2) * size**-0.5 + bias
        mixed = (scores.softmax(-1) @ value).transpose(1, 2).reshape(batch, tokens, width)
        x = x + self.attn_output(mixed)
        normed = self.ffn_norm(x)
        return x + self.ffn_down(F.silu(self.ffn_gate(normed)) * self.ffn_up(normed))


class Llama(nn.Module):
    """ids [batch, tokens] → hidden states [batch, tokens, width], of which `logits` makes those of the next tokens."""

    def __init__(self, vocabulary, width, layers, heads, inner, positions):
        super().__init__()
        self.positions = positions
        self.token_embd = nn.Embedding(vocabulary, width)
        self.blk = nn.ModuleList(Layer(width, heads, inner) for _ in range(layers))
        self.output_norm = Norm(width)
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02)

    def forward(self, ids, places, allowed):
        """`places` [batch, tokens] are positions; `allowed` [batch, tokens, tokens] says what each token sees."""
        x = self.token_embd(ids)
        heads = self.blk[0].heads
        sin, cos = angles(places, x.shape[-1] // heads)
        bias = (~allowed).float()[:, None] * -1e9
        for layer in self.blk:
            x = layer(x, sin, cos, bias)
        return self.output_norm(x)

    def logits(self, hidden):
        return hidden @ self.token_embd.weight.t()

    def greedy(self, ids, end, most):
        """The likeliest continuation of one text, up to `end` or `most` ids."""
        written = []
        with torch.no_grad():
            while len(written) < most:
                whole = torch.tensor([ids + written])
                places = torch.arange(whole.shape[1])[None]
                causal = places[:, :, None] >= places[:, None, :]
                best = int(self.logits(self(whole, places, causal)[0, -1]).argmax())
                if best == end:
                    break
                written.append(best)
        return written
