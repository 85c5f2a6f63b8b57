"""Applies a trained model to a whole collection: gates of words, values of terms, weights of query words."""

from typing import NamedTuple

import numpy as np
import torch

from pretraining.vocabulary import CLS, Vocabulary
from residual.gated_bm25 import LIMITS, Residual, padded

WINDOW_TOKENS = 16384
"""At most so many tokens, padding included, are read at a time."""


class Trained(NamedTuple):
    """A model as the step `residual` kept it, with the configuration that it was trained by."""

    model: Residual
    vocabulary: Vocabulary
    config: dict


def open_trained(path, work):
    kept = torch.load(path, map_location="cpu")
    config = kept["config"]
    vocabulary = Vocabulary(work, config["vocabulary"]["buckets"])
    model = Residual(vocabulary, config["network"], config["residual"])
    model.load_state_dict(kept["model"])
    return Trained(model.eval(), vocabulary, config)


@torch.no_grad()
def gates_of(model, texts, device):
    """The gate of each word of each text, [all words]; long texts are read in windows, as a build reads them."""
    room = len(model.gates.encoder.positions.weight) - 1
    windows = []
    for text in range(len(texts)):
        start, end = texts.start[text], texts.start[text + 1]
        windows += [(at, min(end, at + room)) for at in range(start, end, room)]
    windows.sort(key=lambda window: window[0] - window[1])
    read = model.vocabulary.of_open[texts.ids]
    gates = np.zeros(len(texts.ids), dtype=np.float32)
    first = 0
    while first < len(windows):
        longest = windows[first][1] - windows[first][0] + 1
        batch = windows[first : first + max(1, WINDOW_TOKENS // longest)]
        first += len(batch)
        ids, mask = padded([np.concatenate([[CLS], read[a:b]]) for a, b in batch], device)
        found = model.gates(ids, mask).clamp(*LIMITS).cpu().numpy()
        for row, (a, b) in enumerate(batch):
            gates[a:b] = found[row, 1 : b - a + 1]
    return gates


def values_of(index, texts, gates, strength):
    """What each occurrence of a term in an index counts; an occurrence of a phrase counts 1."""
    value = strength * gates[texts.start[index.found.text] + index.found.at]
    return np.exp(np.where(index.found.second < 0, value, 0)).astype(np.float32)


def table_of(model, strength):
    """The query weight of each word, by open id."""
    learned = model.table.detach().clamp(*LIMITS).cpu().numpy()
    ids = model.vocabulary.of_open
    return np.where(ids >= model.vocabulary.first, np.exp(strength * learned[ids]), 1.0).astype(np.float32)
