"""Step 5, `negatives`: for each training query, the documents that BM25 finds and nobody judged relevant."""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from pretraining.corpus import Corpus
from residual.terms import Index, rank


def negatives_of(collection, functional, plan):
    """[queries, negatives], the best first; a list that is short is filled up with its last document."""
    index = Index(collection.documents, functional)
    documents = index.weights(plan["k1"], plan["b"], plan["phrase"])
    best = rank(index.queries(collection.queries, functional), documents, plan["negatives"] + 10).documents
    kept = np.zeros((len(best), plan["negatives"]), dtype=np.int32)
    for i, judged in enumerate(collection.relevant):
        others = [d for d in best[i] if d not in judged][: plan["negatives"]]
        kept[i, : len(others)] = others
        kept[i, len(others) :] = others[-1] if others else best[i][0]
    return kept


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    options = parser.parse_args()
    config = json.loads(options.config.read_text())
    plan = config["residual"]
    corpus = Corpus(options.work)
    for name in [*config["corpus"]["train"], *config["corpus"]["headings"]]:
        kept = negatives_of(corpus.collection(name), corpus.functional, plan)
        np.save(options.work / f"negatives.{name}.npy", kept)
        print(f"{name}: {len(kept)} queries", flush=True)


if __name__ == "__main__":
    sys.exit(main())
