"""Gives a network an induction head to begin with (Olsson et al., "In-context Learning and Induction Heads", 2022).

It lies across the first two layers. In the first, each token fetches the one before it. In the second, each token looks
for tokens that came after its like, and predicts them. Of the words of training queries, 60 % are in their passage, and
a network of this size does not soon find out by itself how to copy them.
"""

import torch
from torch import nn

from llama import angles, rotated

# How sharply a token looks at the one before it and at its like, and how much of what it finds there it predicts.
# Before anything is learned, full.json's network predicts two thirds of the tokens of a passage of 128 different ones
# rightly.
SHARP, LIKE, COPIED = 12.0, 3.0, 0.7
# So many of a head's numbers turn fast enough to tell neighbouring tokens apart.
FAST = 8


@torch.no_grad()
def begin_to_copy(model):
    """Sets the embedding, and the attention of two layers, which training then leaves as it is."""
    width, layers = model.token_embd.weight.shape[1], len(model.blk)
    size = width // model.blk[0].heads
    if layers < 2 or size < 2 * FAST:
        raise SystemExit(f"expected 2 layers or more and heads of at least {2 * FAST}, found {layers} and {size}")
    fetch, find = model.blk[:2]

    def orthogonal():
        return nn.init.orthogonal_(torch.empty(width, width))

    # One direction is the same for all tokens: attention that has to look at places, and not at tokens, looks at that.
    basis = orthogonal()
    constant, content = basis[:1], basis[1:].t() @ basis[1:]
    embedding = nn.init.normal_(model.token_embd.weight, std=width**-0.5)
    embedding.copy_(embedding @ content + constant)
    elsewhere = orthogonal()

    # A key stands one place ahead of its token.
    wave = torch.zeros(1, 1, 1, size)
    wave[..., 0:FAST:2] = 1.0
    ahead = rotated(wave, *angles(torch.ones(1, 1), size))
    sharp = SHARP * size**0.5 / (width / 2)
    fetch.attn_q.weight.copy_((wave.view(size, 1) * constant * sharp).repeat(fetch.heads, 1))
    fetch.attn_k.weight.copy_((ahead.view(size, 1) * constant).repeat(fetch.heads, 1))
    fetch.attn_v.weight.copy_(orthogonal() @ content)
    fetch.attn_output.weight.copy_(elsewhere @ fetch.attn_v.weight.t() / (width / 2) ** 0.5)

    # Slow rotations leave tokens alike wherever they stand.
    slow = (torch.arange(width) % size >= size // 2)[:, None]
    alike = orthogonal() @ content * slow * LIKE
    find.attn_q.weight.copy_(alike)
    find.attn_k.weight.copy_(alike @ elsewhere.t())
    find.attn_v.weight.copy_(orthogonal() @ content)
    find.attn_output.weight.copy_(find.attn_v.weight.t() * COPIED)

    for layer in (fetch, find):
        for part in (layer.attn_norm, layer.attn_q, layer.attn_k, layer.attn_v, layer.attn_output):
            part.requires_grad_(False)
