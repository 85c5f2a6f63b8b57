"""Step 7, `evaluate`: each collection searched alone, by BM25 and by a trained model, in floats.

What ships is measured by `sparsedge eval` with 8-bit impacts; this is for choosing, and says what quantizing costs.
"""

import argparse
import json
import sys
from itertools import product
from pathlib import Path

import numpy as np
import torch

from pretraining.corpus import Corpus
from pretraining.vocabulary import CLS, Vocabulary
from residual.learn import LIMITS, Residual, for_tuning, padded
from residual.terms import Index, measure, rank

B = 0.75
WINDOW_TOKENS = 16384
TUNING_QUERIES = 800


@torch.no_grad()
def gates_of(model, texts, vocabulary, positions, device):
    """The gate of each word of each text, [all words]; long texts in windows, as build/model/model-encoder.ts cuts them."""
    room = positions - 1
    windows = []
    for text in range(len(texts)):
        start, end = texts.start[text], texts.start[text + 1]
        windows += [(at, min(end, at + room)) for at in range(start, end, room)]
    windows.sort(key=lambda window: window[0] - window[1])
    read = vocabulary.of_open[texts.ids]
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
    """What each occurrence counts; a phrase's counts 1."""
    value = strength * gates[texts.start[index.found.text] + index.found.at]
    return np.exp(np.where(index.found.second < 0, value, 0)).astype(np.float32)


def table_of(model, vocabulary, strength):
    """The query weight of each open word."""
    learned = model.table.detach().clamp(*LIMITS).cpu().numpy()
    ids = vocabulary.of_open
    return np.where(ids >= vocabulary.first, np.exp(strength * learned[ids]), 1.0).astype(np.float32)


def open_model(path, work):
    kept = torch.load(path, map_location="cpu")
    config = kept["config"]
    vocabulary = Vocabulary(work, config["vocabulary"]["buckets"])
    model = Residual(vocabulary, config["network"], config["residual"])
    model.load_state_dict(kept["model"])
    return model.eval(), vocabulary, config


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--model", type=Path, action="append", default=[])
    parser.add_argument("--tuning", action="store_true", help="tuning queries of the training collections instead")
    parser.add_argument("--k1", type=float, nargs="+", help="the configuration's unless given")
    parser.add_argument("--phrase", type=float, nargs="+", default=[0.3])
    parser.add_argument("--strength", type=float, nargs="+", default=[0.5], help="of the gates")
    parser.add_argument("--query-strength", type=float, nargs="+", default=[0.5], help="of the table")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    config = json.loads(options.config.read_text())
    options.k1 = options.k1 or [config["residual"]["k1"]]
    corpus = Corpus(options.work)
    names = config["corpus"]["train"] + [*config["corpus"]["headings"]]
    if not options.tuning:
        names = [f"{n}_apart" for n in config["corpus"]["apart"]] + [Path(n).name for n in config["corpus"]["evaluate"]]
    models = {path.stem: open_model(path, options.work) for path in options.model}
    table = {}
    for name in names:
        collection = corpus.collection(name)
        if options.tuning:
            kept = np.array([for_tuning(id) for id in collection.documents.names])
            asked = [i for i, judged in enumerate(collection.relevant) if any(kept[d] for d in judged)][:TUNING_QUERIES]
        else:
            asked = np.flatnonzero([len(r) > 0 for r in collection.relevant])
        relevant = [collection.relevant[i] for i in asked]

        def run(label, index, documents, weight=None):
            queries = index.queries(collection.queries, corpus.functional, weight)[asked]
            figures = measure(*rank(queries, documents, 100), relevant).mean(0) * 100
            table.setdefault(label, {})[name] = figures

        words = Index(collection.documents, corpus.functional, phrases=False)
        both = Index(collection.documents, corpus.functional)
        for k1 in options.k1:
            run(f"bm25 {k1}", words, words.weights(k1, B, 0))
            for phrase in options.phrase:
                run(f"bm25 {k1} phrases {phrase}", both, both.weights(k1, B, phrase))
        for label, (model, vocabulary, trained) in models.items():
            plan = trained["residual"]
            gates = gates_of(model, collection.documents, vocabulary, trained["network"]["positions"], options.device)
            for strength in options.strength:
                values = values_of(both, collection.documents, gates, strength)
                for k1, phrase in product(options.k1, options.phrase):
                    documents = both.weights(k1, B, phrase, values, plan["burstiness"])
                    for query in options.query_strength:
                        weight = table_of(model, vocabulary, query)
                        run(f"{label} {k1} phrases {phrase} d{strength} q{query}", both, documents, weight)
    print(f"{'nDCG@10, MRR@10':40s} " + " ".join(f"{name[-12:]:>12s}" for name in names) + "     mean")
    for label, figures in table.items():
        cells = " ".join(f"{figures[name][0]:6.2f}{figures[name][1]:6.2f}" for name in names)
        mean = np.mean([figures[name] for name in names], axis=0)
        print(f"{label:40s} {cells}   {mean[0]:.2f} {mean[1]:.2f} {mean[2]:.2f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
