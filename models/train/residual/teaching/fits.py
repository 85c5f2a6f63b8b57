"""Step `fits`: the gates of `distil`'s network, with half of what MiniLM adds to them where it reads a document.

What a stem fits a text by is known from `fit-rows`. Where `sparsedge-en-deep` multiplies what a document says of a stem
by exp(strength · fit − usual), a network that reads the text's words alone is taught gates that say the same, word by
word. It learns about half of it, and needs no MiniLM as documents are indexed.
"""

import argparse
import copy
import json
import sys
from pathlib import Path

import numpy as np
import torch

from pretraining.corpus import Corpus
from pretraining.minilm import MiniLM
from pretraining.pretrained import MINILM
from residual.batches import for_tuning
from residual.inference import open_trained
from residual.teaching.distil import Texts, learn
from residual.teaching.fit_rows import LONGEST, MOST, TAUGHT, places_of, read_once, read_texts

APART = 120
"""So many texts that are kept for tuning, of each collection that has some, measure what was learned."""


def documents_of(config, corpus, most):
    """(name, places of texts that are learned from, places of those that are kept apart)"""
    for name, places, _ in places_of(config, corpus, np.random.RandomState(0)):
        held = corpus.texts(name)
        tuning = [i for i in range(len(held)) if for_tuning(held.names[i])]
        yield name, places[: most.get(name)], tuning[:APART] if name.startswith("squad") else []


class Fits:
    """How gates change that are taught: strength · fit − usual of each word, as a gate that is used at a strength."""

    def __init__(self, path, corpus, strength):
        rows = np.load(path)
        place = {stem: i for i, stem in enumerate(rows["stems"].tolist())}
        self.place = np.array([place.get(word, -1) for word in corpus.words])
        self.rows, self.mean = rows["rows"], rows["mean"]
        self.usual, self.strength = rows[f"usual-{TAUGHT:g}"], strength

    def change(self, words, vector):
        """[words] for open ids and MiniLM's vector of their text; a word without a row changes nothing."""
        at = self.place[words]
        fit = self.rows[at] @ (vector - self.mean)
        return np.where(at >= 0, np.clip(TAUGHT * fit, -MOST, MOST) - self.usual[at], 0) / self.strength


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--start", type=Path, required=True, help="what `distil` made")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    config = json.loads(options.config.read_text())
    plan = config["fits"]
    torch.manual_seed(plan["seed"])
    random = np.random.RandomState(plan["seed"])
    corpus = Corpus(options.work)
    model, vocabulary, trained = open_trained(options.start, options.work)
    minilm, raw = MiniLM(options.work / "pretrained" / MINILM), read_texts(config["corpus"], options.data)
    rows, tuning, vectors = [], [], []
    for name, *parts in documents_of(config["corpus"], corpus, plan["texts"]):
        held = corpus.texts(name)
        for kept, places in zip(("learned", "apart"), parts):
            read = [raw[name][held.names[i]] for i in places]
            vectors += list(read_once(options.work / f"fits-{name}-{kept}.npy", minilm, read)) if read else []
            rows += [held[i][: plan["words"]] for i in places]
            tuning += [kept == "apart"] * len(places)
        print(f"{name}: {len(parts[0])} texts", flush=True)
    fits = Fits(options.work / "fit-rows.npz", corpus, config["export"]["strength"])
    teachers = [copy.deepcopy(model.gates).eval().to(options.device)]
    change = lambda i: fits.change(rows[i], np.asarray(vectors[i], np.float32))  # noqa: E731
    texts = Texts(rows, tuning, corpus, vocabulary, teachers, plan["tokens"], random, change)
    learn(model.gates.to(options.device), texts, plan, options.device)
    torch.save({"model": model.cpu().state_dict(), "config": trained}, options.out)


if __name__ == "__main__":
    sys.exit(main())
