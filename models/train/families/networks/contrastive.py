"""Step `contrastive`: goes on pre-training, with two spans of a document near each other and far from other documents'.

Words are still guessed. This is what coCondenser does, without Condenser's head ("Unsupervised Corpus Aware Language
Model Pre-training for Dense Passage Retrieval", Gao and Callan, ACL 2022).
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from pretraining.pretrain import hide
from pretraining.transformer import Encoder, MaskedLanguageModel
from pretraining.vocabulary import training_texts


class SpanBatch(NamedTuple):
    """The first spans of all documents and then the second spans, [2 · documents, tokens] each."""

    seen: Tensor  # ids, with some words hidden
    guessed: Tensor  # which places are to be guessed
    whole: Tensor  # ids, with all words
    mask: Tensor


class Contrastive(nn.Module):
    def __init__(self, vocabulary, network, plan):
        super().__init__()
        self.vocabulary, self.plan = vocabulary, plan
        self.model = MaskedLanguageModel(Encoder(vocabulary.size, **network))

    def begin(self, state):
        self.model.load_state_dict(state)

    def loss(self, batch, progress):
        seen, guessed, whole, mask = batch
        hidden = self.model.encoder(seen, mask)
        words = F.cross_entropy(self.model.logits(hidden[guessed]).float(), whole[guessed])
        first = F.normalize(hidden[:, 0].float(), dim=1)
        near = (first @ first.t() / self.plan["temperature"]).fill_diagonal_(-1e4)
        half = len(first) // 2
        other = torch.arange(2 * half, device=first.device).roll(half)
        contrast = F.cross_entropy(near, other)
        return words + self.plan["weight"] * contrast, {"words": words, "contrast": contrast}


class Spans:
    """Draws some documents, and of each of them a span of its first half and a span of its second."""

    def __init__(self, corpus, vocabulary, config, plan, device):
        self.vocabulary, self.plan, self.device = vocabulary, plan, device
        held = [corpus.texts(name) for name in training_texts(config) if not name.endswith(".queries")]
        self.texts = [(texts, i) for texts in held for i in range(len(texts)) if len(texts[i]) >= plan["atLeast"]]

    def draw(self, random):
        chosen = random.choice(len(self.texts), self.plan["batch"], replace=False)
        spans = [[], []]
        for at in chosen:
            texts, i = self.texts[at]
            pieces = self.vocabulary.read(texts[i])
            middle = len(pieces) // 2
            for side, part in enumerate((pieces[:middle], pieces[middle:])):
                most = self.plan["tokens"] - 2
                start = random.randint(max(1, len(part) - most + 1))
                spans[side].append(part[start : start + most])
        vocabulary = self.vocabulary
        rows = [[vocabulary.cls, *span, vocabulary.sep] for span in spans[0] + spans[1]]
        width = max(map(len, rows))
        whole = torch.tensor([row + [vocabulary.pad] * (width - len(row)) for row in rows])
        generator = torch.Generator().manual_seed(int(random.randint(2**31)))
        seen, guessed = hide(whole, vocabulary, generator)
        mask = (whole != vocabulary.pad).float()
        return SpanBatch(*(part.to(self.device) for part in (seen, guessed, whole, mask)))
