"""Step 7, `evaluate`: each collection searched alone, by BM25 and by trained models, in floats.

What ships is measured by `sparsedge eval`, with 8-bit impacts. This step is for choosing, and says what quantizing
costs.
"""

import argparse
import json
import sys
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from scipy import sparse

from pretraining.corpus import Corpus
from residual.batches import TUNING_QUERIES, for_tuning
from residual.inference import gates_of, open_trained, table_of, values_of
from residual.terms import Index, measure, rank

B = 0.75


class System(NamedTuple):
    """A way to search a collection."""

    label: str
    index: Index
    documents: sparse.csr_matrix  # weights, [documents, terms]
    query_weights: np.ndarray | None = None  # of words by open id; None if each weighs 1


def systems_of(collection, functional, models, options):
    """BM25, BM25 with phrases, and each model, under every setting of the options."""
    words = Index(collection.documents, functional, phrases=False)
    both = Index(collection.documents, functional)
    for k1 in options.k1:
        yield System(f"bm25 {k1}", words, words.weights(k1, B, 0))
        for phrase in options.phrase:
            yield System(f"bm25 {k1} phrases {phrase}", both, both.weights(k1, B, phrase))
    for label, (model, _, trained) in models.items():
        gates = gates_of(model, collection.documents, options.device)
        for strength in options.strength:
            values = values_of(both, collection.documents, gates, strength)
            for k1, phrase in product(options.k1, options.phrase):
                documents = both.weights(k1, B, phrase, values, trained["residual"]["burstiness"])
                for query in options.query_strength:
                    name = f"{label} {k1} phrases {phrase} d{strength} q{query}"
                    yield System(name, both, documents, table_of(model, query))


def asked_of(collection, tuning):
    """The numbers of the queries that are asked of a collection: those with judgments, or those that are for tuning."""
    if not tuning:
        return np.flatnonzero([len(judged) > 0 for judged in collection.relevant])
    kept = np.array([for_tuning(id) for id in collection.documents.names])
    return [i for i, judged in enumerate(collection.relevant) if any(kept[d] for d in judged)][:TUNING_QUERIES]


def names_of(config, tuning):
    """The collections that are measured: those to tune on are those that are learned from."""
    if tuning:
        return [*config["train"], *config["headings"]]
    return [f"{name}_apart" for name in config["apart"]] + [Path(name).name for name in config["evaluate"]]


def show(figures, names):
    """Prints {label: {collection: nDCG@10, MRR@10, Recall@100}} as a table; the last three columns are means."""
    print(f"{'nDCG@10, MRR@10':40s} " + " ".join(f"{name[-12:]:>12s}" for name in names) + "     mean")
    for label, found in figures.items():
        cells = " ".join(f"{found[name][0]:6.2f}{found[name][1]:6.2f}" for name in names)
        mean = np.mean([found[name] for name in names], axis=0)
        print(f"{label:40s} {cells}   {mean[0]:.2f} {mean[1]:.2f} {mean[2]:.2f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--model", type=Path, action="append", default=[])
    parser.add_argument("--tuning", action="store_true", help="ask tuning queries of the training collections")
    parser.add_argument("--k1", type=float, nargs="+", help="BM25's k1 (default: the configuration's)")
    parser.add_argument("--phrase", type=float, nargs="+", default=[0.3], help="the weight of phrases")
    parser.add_argument("--strength", type=float, nargs="+", default=[0.5], help="the strength of the gates")
    parser.add_argument("--query-strength", type=float, nargs="+", default=[0.5], help="the strength of the table")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    config = json.loads(options.config.read_text())
    options.k1 = options.k1 or [config["residual"]["k1"]]
    corpus = Corpus(options.work)
    names = names_of(config["corpus"], options.tuning)
    models = {path.stem: open_trained(path, options.work) for path in options.model}
    figures = {}
    for name in names:
        collection = corpus.collection(name)
        asked = asked_of(collection, options.tuning)
        relevant = [collection.relevant[i] for i in asked]
        for label, index, documents, weights in systems_of(collection, corpus.functional, models, options):
            queries = index.queries(collection.queries, corpus.functional, weights)[asked]
            found = measure(rank(queries, documents, 100), relevant)
            figures.setdefault(label, {})[name] = found.mean(0) * 100
    show(figures, names)


if __name__ == "__main__":
    sys.exit(main())
