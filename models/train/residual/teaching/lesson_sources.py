"""What `teach` learns from, as a GPU holds it: words and terms of documents and questions, statistics, and candidates.

Shapes: N documents, Q questions, T words of the longest, and a term's key is as in residual/terms.py, −1 where none is.
"""

import math
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

WORDS = {"texts": 160, "asked": 32}
"""So many words of a text are read."""
PHRASE = 1 << 32
ASKED_AT_ONCE = 256


class Padded(NamedTuple):
    words: Tensor  # [texts, T] open ids, 0 where there is none
    mask: Tensor  # [texts, T]
    keys: Tensor  # [texts, 2 T − 1]: those of words, then those of phrases


class Batch(NamedTuple):
    questions: Tensor  # their numbers
    documents: Tensor  # their numbers, ascending
    right: Tensor  # for each question the place of its document


def padded(texts, most, functional, device):
    lengths = np.minimum(np.diff(texts.start), most)
    mask = np.arange(lengths.max())[None] < lengths[:, None]
    words = np.zeros(mask.shape, np.int64)
    words[mask] = np.concatenate([texts.ids[start : start + size] for start, size in zip(texts.start, lengths)])
    words, mask = torch.from_numpy(words).to(device), torch.from_numpy(mask).to(device)
    term = mask & ~functional[words]
    # Terms come first, so that a phrase is of each and the next.
    order = torch.argsort(~term, dim=1, stable=True)
    closed = torch.where(term, words, -1).gather(1, order)
    first, second = closed[:, :-1], closed[:, 1:]
    phrases = torch.where(second >= 0, (first + 1) * PHRASE + second, -1)
    return Padded(words, mask, torch.cat([torch.where(term, words, -1), phrases], 1))


class Source:
    """A collection, or passages: with statistics of its own, as residual/terms.py has them."""

    def __init__(self, read, functional, plan, bm25, device):
        self.documents = padded(read.texts, WORDS["texts"], functional, device)
        self.asked = padded(read.asked, WORDS["asked"], functional, device)
        self.right = torch.from_numpy(read.right.astype(np.int64)).to(device)
        self.vectors = torch.from_numpy(read.documents.astype(np.float32)).to(device)
        self.questions = torch.from_numpy(read.questions.astype(np.float32)).to(device)
        self.plan, self.bm25, self.device = plan, bm25, device
        terms = ~functional.cpu().numpy()[read.texts.ids]
        text = np.repeat(np.arange(len(read.texts.start) - 1), np.diff(read.texts.start))
        length = torch.from_numpy(np.bincount(text[terms], minlength=len(self.vectors)).astype(np.float32)).to(device)
        self.scale = bm25["k1"] * (1 - bm25["b"] + bm25["b"] * length / length.mean().clamp(min=1))
        row, key = self.occurrences(lambda key: key >= 0)
        self.keys, column = key.unique(return_inverse=True)
        held = (row * len(self.keys) + column).unique() % len(self.keys)
        held = torch.bincount(held, minlength=len(self.keys)).float()
        size = len(self.vectors)
        self.known = torch.log(1 + (size - held + 0.5) / (held + 0.5))
        self.unknown = math.log(1 + (size + 0.5) / 0.5)

    def occurrences(self, chosen):
        """The document and key of each occurrence of the terms that are chosen."""
        keys = self.documents.keys
        row = torch.arange(len(keys), device=self.device)[:, None].expand_as(keys)
        wanted = chosen(keys)
        return row[wanted], keys[wanted]

    def idf(self, keys):
        """By the documents of this source; a phrase has a share of it."""
        place = torch.searchsorted(self.keys, keys).clamp(max=len(self.keys) - 1)
        found = torch.where(self.keys[place] == keys, self.known[place], self.unknown)
        return torch.where(keys >= PHRASE, self.bm25["phrase"] * found, found)

    def saturated(self, frequency, documents):
        """BM25 of frequencies [documents, terms], without idf."""
        return frequency * (self.bm25["k1"] + 1) / (frequency + self.scale[documents][:, None])

    def find(self):
        """Keeps what MiniLM and BM25 over words rank first for each question, [Q, 2 · candidates]."""
        row, key = self.occurrences(lambda key: (key >= 0) & (key < PHRASE))
        words, column = key.unique(return_inverse=True)
        shape = (len(self.vectors), len(words))
        counts = torch.sparse_coo_tensor(torch.stack([row, column]), torch.ones_like(row).float(), shape).coalesce()
        (row, column), frequency = counts.indices(), counts.values()
        k1 = self.bm25["k1"]
        impact = self.idf(words)[column] * frequency * (k1 + 1) / (frequency + self.scale[row])
        impacts = torch.sparse_coo_tensor(counts.indices(), impact, shape)
        most, found = min(self.plan["candidates"], len(self.vectors)), []
        for first in range(0, len(self.questions), ASKED_AT_ONCE):
            some = slice(first, first + ASKED_AT_ONCE)
            keys = self.asked.keys[some]
            place = torch.searchsorted(words, keys).clamp(max=len(words) - 1)
            known = (words[place] == keys).float()
            queries = torch.zeros(len(keys), len(words), device=self.device).scatter_add_(1, place, known)
            lexical = torch.sparse.mm(impacts, queries.t().contiguous()).t()
            dense = self.questions[some] @ self.vectors.t()
            found.append(torch.cat([scores.topk(most, 1).indices for scores in (dense, lexical)], 1))
        self.found = torch.cat(found)

    def draw(self, random, passages):
        """Some questions, the right document of each, and others, half by MiniLM and half by BM25.

        Of passages, which spans ask for, the best are drawn more often.
        """
        plan = self.plan
        asked = torch.from_numpy(random.randint(0, len(self.questions), plan["questions"])).to(self.device)
        found, most = self.found[asked], self.found.shape[1] // 2
        chance = torch.rand(len(asked), plan["wrong"], device=self.device)
        place = ((chance**2 if passages else chance) * most).long()
        place[:, plan["wrong"] // 2 :] += most
        right = self.right[asked]
        documents = torch.cat([right, found.gather(1, place).flatten()]).unique()
        return Batch(asked, documents, torch.searchsorted(documents, right))
