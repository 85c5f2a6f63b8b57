"""
BERT and DistilBERT, with the head of a masked language model or a scalar for each token, filled with a checkpoint's
weights.

Shapes: B texts of S tokens, padded; H wide; V pieces.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from checkpoint import Unusable

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "gelu": nn.functional.gelu,
    "gelu_new": lambda x: 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    "relu": torch.relu,
}
# The names that the two architectures have for the same weights; {} is the number of the layer.
BERT = {
    "prefix": "bert.",
    "embeddings": ("embeddings.word_embeddings", "embeddings.position_embeddings", "embeddings.LayerNorm"),
    "attention": tuple(f"encoder.layer.{{}}.attention.self.{part}" for part in ("query", "key", "value")),
    "attended": ("encoder.layer.{}.attention.output.dense", "encoder.layer.{}.attention.output.LayerNorm"),
    "wide": "encoder.layer.{}.intermediate.dense",
    "narrow": ("encoder.layer.{}.output.dense", "encoder.layer.{}.output.LayerNorm"),
    "sizes": ("num_hidden_layers", "num_attention_heads", "hidden_act"),
    "transform": ("cls.predictions.transform.dense", "cls.predictions.transform.LayerNorm"),
    "output": ("cls.predictions.decoder.weight", ("cls.predictions.bias", "cls.predictions.decoder.bias")),
}
DISTILBERT = {
    "prefix": "distilbert.",
    "embeddings": ("embeddings.word_embeddings", "embeddings.position_embeddings", "embeddings.LayerNorm"),
    "attention": tuple(f"transformer.layer.{{}}.attention.{part}_lin" for part in ("q", "k", "v")),
    "attended": ("transformer.layer.{}.attention.out_lin", "transformer.layer.{}.sa_layer_norm"),
    "wide": "transformer.layer.{}.ffn.lin1",
    "narrow": ("transformer.layer.{}.ffn.lin2", "transformer.layer.{}.output_layer_norm"),
    "sizes": ("n_layers", "n_heads", "activation"),
    "transform": ("vocab_transform", "vocab_layer_norm"),
    "output": ("vocab_projector.weight", ("vocab_projector.bias",)),
}
NAMES = {"bert": BERT, "distilbert": DISTILBERT}


class Checkpoint:
    """The weights of a checkpoint, which are taken by name; an error names the one that is missing."""

    def __init__(self, config: dict, weights: dict[str, Tensor]) -> None:
        kind = config.get("model_type")
        if kind not in NAMES:
            raise Unusable(f"config.json: expected the model_type {' or '.join(NAMES)}, found {kind}")
        if config.get("position_embedding_type", "absolute") != "absolute":
            raise Unusable(f"config.json: expected absolute positions, found {config['position_embedding_type']}")
        self.config, self.names, self.weights = config, NAMES[kind], weights
        layers, heads, activation = (config.get(name) for name in self.names["sizes"])
        if activation not in ACTIVATIONS:
            raise Unusable(f"config.json: expected an activation of {', '.join(ACTIVATIONS)}, found {activation}")
        self.layers, self.heads, self.activation = layers, heads, ACTIVATIONS[activation]
        self.epsilon = config.get("layer_norm_eps", 1e-12)

    def take(self, *names: str) -> nn.Parameter:
        """Takes the first of these weights that there is."""
        for name in names:
            if name in self.weights:
                return nn.Parameter(self.weights[name], requires_grad=False)
        raise Unusable(f"expected the weight {names[0]}, found {len(self.weights)} others")

    def body(self, name: str) -> nn.Parameter:
        """Takes a weight of the encoder, which has the architecture's prefix unless the encoder was saved alone."""
        return self.take(self.names["prefix"] + name, name)

    def linear(self, name: str, take: Callable[..., nn.Parameter] | None = None) -> nn.Linear:
        """Takes a linear layer."""
        take = take or self.body
        weight = take(f"{name}.weight")
        layer = nn.Linear(weight.shape[1], weight.shape[0])
        layer.weight, layer.bias = weight, take(f"{name}.bias")
        return layer

    def norm(self, name: str, take: Callable[..., nn.Parameter] | None = None) -> nn.LayerNorm:
        """Takes a layer norm."""
        take = take or self.body
        norm = nn.LayerNorm(take(f"{name}.weight").shape[0], eps=self.epsilon)
        norm.weight, norm.bias = take(f"{name}.weight"), take(f"{name}.bias")
        return norm


class Layer(nn.Module):
    """Self-attention and a feed-forward network, each with its residual and its norm."""

    def __init__(self, checkpoint: Checkpoint, number: int) -> None:
        super().__init__()
        names = checkpoint.names
        self.heads, self.activation = checkpoint.heads, checkpoint.activation
        self.query, self.key, self.value = (checkpoint.linear(name.format(number)) for name in names["attention"])
        self.attended = checkpoint.linear(names["attended"][0].format(number))
        self.attended_norm = checkpoint.norm(names["attended"][1].format(number))
        self.wide = checkpoint.linear(names["wide"].format(number))
        self.narrow = checkpoint.linear(names["narrow"][0].format(number))
        self.narrow_norm = checkpoint.norm(names["narrow"][1].format(number))

    def forward(self, hidden: Tensor, hide: Tensor) -> Tensor:
        """hidden [B, S, H], hide [B, 1, 1, S] (0, or very negative for padding) → [B, S, H]"""
        size = self.query.out_features // self.heads

        def apart(x: Tensor) -> Tensor:
            """[B, S, H] → [B, heads, S, H / heads]"""
            return x.view(x.shape[0], x.shape[1], self.heads, size).transpose(1, 2)

        scores = apart(self.query(hidden)) @ apart(self.key(hidden)).transpose(2, 3) / math.sqrt(size)
        mixed = torch.softmax(scores + hide, dim=-1) @ apart(self.value(hidden))
        hidden = self.attended_norm(hidden + self.attended(mixed.transpose(1, 2).reshape(hidden.shape)))
        return self.narrow_norm(hidden + self.narrow(self.activation(self.wide(hidden))))


class Encoder(nn.Module):
    """Token ids → hidden states. Every token has type 0, as it has where a text is read alone."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        super().__init__()
        words, positions, norm = checkpoint.names["embeddings"]
        self.words = checkpoint.body(f"{words}.weight")
        self.positions = checkpoint.body(f"{positions}.weight")
        if checkpoint.names is BERT:
            types = checkpoint.body("embeddings.token_type_embeddings.weight")
            self.positions = nn.Parameter(self.positions + types[0], requires_grad=False)
        self.norm = checkpoint.norm(norm)
        self.layers = nn.ModuleList(Layer(checkpoint, i) for i in range(checkpoint.layers))

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """ids and mask [B, S] → [B, S, H]"""
        hidden = self.norm(self.words[ids] + self.positions[: ids.shape[1]])
        hide = (1.0 - mask[:, None, None, :].float()) * -10_000.0
        for layer in self.layers:
            hidden = layer(hidden, hide)
        return hidden


class MaskedLanguageModel(nn.Module):
    """A logit for each token and piece."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        super().__init__()
        self.encoder = Encoder(checkpoint)
        self.activation = checkpoint.activation
        transform, norm = checkpoint.names["transform"]
        self.transform = checkpoint.linear(transform, checkpoint.take)
        self.norm = checkpoint.norm(norm, checkpoint.take)
        weight, biases = checkpoint.names["output"]
        untied = checkpoint.weights.get(weight)
        tied = untied is None or torch.equal(untied, self.encoder.words)
        self.output = None if tied else checkpoint.take(weight)
        self.bias = checkpoint.take(*biases)

    def hidden(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """[B, S] each → [B, S, H], what is multiplied with the vocabulary"""
        return self.norm(self.activation(self.transform(self.encoder(input_ids, attention_mask))))

    def products(self, hidden: Tensor) -> Tensor:
        """[B, S, H] → [B, V, S], logits but for the bias"""
        weight = self.encoder.words if self.output is None else self.output
        # With hidden @ weightᵀ the exporter would store the transposed matrix, too, beside the one that embeds.
        return torch.matmul(weight, hidden.transpose(1, 2))

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """[B, S] each → [B, S, V]"""
        return (self.products(self.hidden(input_ids, attention_mask)) + self.bias[:, None]).transpose(1, 2)


class TokenScalar(nn.Module):
    """DeepImpact's head: relu of a linear map of each token's hidden state."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        super().__init__()
        self.encoder = Encoder(checkpoint)
        self.scalar = checkpoint.linear("impact_score_encoder.0", checkpoint.take)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """[B, S] each → [B, S, 1]"""
        return torch.relu(self.scalar(self.encoder(input_ids, attention_mask)))


class Pooled(nn.Module):
    """SPLADE's pooling within the graph, which then gives a vector and not a matrix of logits."""

    def __init__(self, model: MaskedLanguageModel, how: str, logarithms: int) -> None:
        super().__init__()
        self.model, self.how, self.logarithms = model, how, logarithms

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """[B, S] each → [B, V]"""
        hidden = self.model.hidden(input_ids, attention_mask)
        if self.how == "max":
            # Activations grow with what they are given, so those of the greatest logit are the greatest: logarithms are
            # taken once for a piece, and not for each token. Padding says what [CLS] says, which changes no maximum.
            shown = torch.where(attention_mask[:, :, None] > 0, hidden, hidden[:, :1])
            return self.activated(self.model.products(shown).amax(dim=2) + self.model.bias)
        weights = self.activated(self.model.products(hidden) + self.model.bias[:, None])
        return (weights * attention_mask[:, None, :].float()).sum(dim=2)

    def activated(self, logits: Tensor) -> Tensor:
        """log(1 + relu(x)), once or twice"""
        weights = torch.relu(logits)
        for _ in range(self.logarithms):
            weights = torch.log1p(weights)
        return weights
