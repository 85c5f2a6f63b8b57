"""BERT's architecture and the heads of every model family, as small as they get: the vocabulary stays whole.

Shapes: B texts of S tokens, padded; H wide; V terms.
"""

import math

import torch
from torch import Tensor, nn

VOCABULARY = 30_522
POSITIONS = 512
# Nothing here depends on the width, and the tied embedding of 30,522 rows is nearly all of a file.
WIDTH = 6
HEADS = 2
LAYERS = 2
# With weights as random as these, some 2% of the logits of a token are then positive.
OUTPUT_BIAS = -5.0


class Layer(nn.Module):
    """One layer of BERT: self-attention and a feed-forward network, each added and normalised."""

    def __init__(self) -> None:
        super().__init__()
        self.query = nn.Linear(WIDTH, WIDTH)
        self.key = nn.Linear(WIDTH, WIDTH)
        self.value = nn.Linear(WIDTH, WIDTH)
        self.attended = nn.Linear(WIDTH, WIDTH)
        self.attended_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.wide = nn.Linear(WIDTH, 4 * WIDTH)
        self.narrow = nn.Linear(4 * WIDTH, WIDTH)
        self.narrow_norm = nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, hidden: Tensor, hide: Tensor) -> Tensor:
        """hidden [B, S, H], hide [B, 1, 1, S] (0, or very negative for padding) → [B, S, H]"""

        def apart(x: Tensor) -> Tensor:
            """[B, S, H] → [B, heads, S, H / heads]"""
            return x.view(x.shape[0], x.shape[1], HEADS, WIDTH // HEADS).transpose(1, 2)

        scores = apart(self.query(hidden)) @ apart(self.key(hidden)).transpose(2, 3)
        weights = torch.softmax(scores / math.sqrt(WIDTH / HEADS) + hide, dim=-1)
        mixed = (weights @ apart(self.value(hidden))).transpose(1, 2).reshape(hidden.shape)
        hidden = self.attended_norm(hidden + self.attended(mixed))
        return self.narrow_norm(hidden + self.narrow(nn.functional.gelu(self.wide(hidden))))


class Encoder(nn.Module):
    """Token ids → hidden states."""

    def __init__(self, types: bool) -> None:
        super().__init__()
        self.tokens = nn.Parameter(torch.empty(VOCABULARY, WIDTH))
        self.positions = nn.Parameter(torch.empty(POSITIONS, WIDTH))
        self.types = nn.Parameter(torch.empty(2, WIDTH)) if types else None
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor | None = None) -> Tensor:
        """ids, mask and types [B, S] → [B, S, H]"""
        hidden = self.tokens[ids] + self.positions[: ids.shape[1]]
        if self.types is not None:
            hidden = hidden + self.types[types]
        hidden = self.norm(hidden)
        hide = (1.0 - mask[:, None, None, :].float()) * -10_000.0
        for layer in self.layers:
            hidden = layer(hidden, hide)
        return hidden


class MaskedLanguageModel(nn.Module):
    """BertForMaskedLM (with token types) or DistilBertForMaskedLM (without): a logit for each token and term."""

    def __init__(self, types: bool) -> None:
        super().__init__()
        self.encoder = Encoder(types)
        self.transform = nn.Linear(WIDTH, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.bias = nn.Parameter(torch.empty(VOCABULARY))

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None = None) -> Tensor:
        """[B, S] each → logits [B, S, V]"""
        hidden = self.encoder(input_ids, attention_mask, token_type_ids)
        hidden = self.norm(nn.functional.gelu(self.transform(hidden)))
        # With hidden @ Eᵀ the exporter would store the transposed matrix, too, beside the one that embeds.
        logits = torch.matmul(self.encoder.tokens, hidden.transpose(1, 2)) + self.bias[:, None]
        return logits.transpose(1, 2)


class SpladeMax(nn.Module):
    """SPLADE's maximum inside the graph."""

    def __init__(self, model: MaskedLanguageModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """[B, S] each → [B, V]"""
        weights = torch.log1p(torch.relu(self.model(input_ids, attention_mask)))
        return (weights * attention_mask[:, :, None].float()).amax(dim=1)


class Scalars(nn.Module):
    """Three numbers for each token: DeepImpact's impact, DeepCT's share of queries, the gate of a residual on BM25."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = Encoder(types=True)
        self.scalars = nn.Linear(WIDTH, 3)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> tuple[Tensor, ...]:
        """[B, S] each → impacts [B, S, 1], frequencies [B, S, 1], logarithms of gates [B, S]"""
        scalars = self.scalars(self.encoder(input_ids, attention_mask, token_type_ids))
        impacts = torch.relu(scalars[:, :, 0:1])
        return impacts, 0.25 * scalars[:, :, 1:2], 4.0 * scalars[:, :, 2]


class SparTerm(nn.Module):
    """Importance, summed, and the probability of a gate: two networks that share no weights."""

    def __init__(self) -> None:
        super().__init__()
        self.importance = MaskedLanguageModel(types=True)
        self.gate = MaskedLanguageModel(types=True)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> tuple[Tensor, Tensor]:
        """[B, S] each → importance [B, V], gate [B, V] (probabilities)"""
        mask = attention_mask[:, :, None].float()
        importance = self.importance(input_ids, attention_mask, token_type_ids)
        gate = self.gate(input_ids, attention_mask, token_type_ids)
        hidden = (1.0 - mask) * -10_000.0
        return (torch.relu(importance) * mask).sum(dim=1), torch.sigmoid((gate + hidden).amax(dim=1))


def randomise(model: nn.Module, seed: int) -> None:
    """Gives every parameter a seeded random value of a size that keeps activations near 1."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if "norm" in name:
                parameter.copy_(0.1 * noise + (1.0 if name.endswith("weight") else 0.0))
            elif parameter.shape == (VOCABULARY,):
                parameter.copy_(0.5 * noise + OUTPUT_BIAS)
            elif parameter.dim() == 2 and parameter.shape[0] >= POSITIONS:
                parameter.copy_(noise)
            else:
                parameter.copy_(noise / math.sqrt(WIDTH) if parameter.dim() == 2 else 0.2 * noise)
    model.eval()
