"""The part that DeepCT and DeepImpact share: a number for each token, by a linear map of its hidden state."""

from torch import nn

from pretraining.transformer import Encoder


class TokenScalar(nn.Module):
    def __init__(self, vocabulary, network, bias):
        super().__init__()
        self.encoder = Encoder(vocabulary.size, **network)
        self.scalar = nn.Linear(network["width"], 1)
        nn.init.normal_(self.scalar.weight, std=0.02)
        nn.init.constant_(self.scalar.bias, bias)

    def begin(self, state):
        """Takes the encoder of what pre-training kept."""
        held = {k[len("encoder.") :]: v for k, v in state.items() if k.startswith("encoder.")}
        self.encoder.load_state_dict(held)

    def forward(self, ids, mask):
        return self.scalar(self.encoder(ids, mask))[..., 0]
