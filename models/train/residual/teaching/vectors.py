"""Step `vectors`: MiniLM's vectors of the texts that `teach` learns from, and of what asks for them.

Collections are asked their questions. Passages are asked a few of their own words in a row, from which some are left
out. Nothing is read that is kept for tuning.
"""

import argparse
import gzip
import json
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from pretraining.corpus import Corpus, Texts, records_of, words_of
from pretraining.minilm import MiniLM
from pretraining.pretrained import MINILM
from residual.batches import for_tuning

PIECES = {"documents": 192, "questions": 40}
"""MiniLM reads so many word pieces of a text."""
SPANS = 2
"""So many spans are taken of a passage."""
SPARSE, KEPT = 0.4, 0.6
"""Of so many spans each word is left with the second chance only."""


class Asked(NamedTuple):
    """Texts, and what asks for them, as a network reads them and as MiniLM does."""

    documents: list  # raw
    kept: np.ndarray  # their numbers among the texts of the corpus
    questions: list  # raw
    words: list  # open ids of each question
    right: np.ndarray  # for each question the place of its document among `kept`


def raw_texts(data, config, name):
    """{id: title and text} of a collection's documents or queries, of heading pairs or of passages."""
    collection, _, side = name.partition(".")
    if collection in config["headings"]:
        with gzip.open(data / config["headings"][collection], "rt", encoding="utf-8") as lines:
            pairs = [json.loads(line) for line in lines]
        asks = side == "queries"
        return {str(i): f"{p['title']} {p['heading']}" if asks else p["text"] for i, p in enumerate(pairs)}
    file = {"documents": "corpus.jsonl", "queries": "queries.jsonl"}.get(side)
    path = data / "collections" / collection / file if file else data / "passages" / f"{name}.jsonl.gz"
    return {r["_id"]: f"{r.get('title', '')} {r['text']}".strip() for r in records_of(path)}


def of_collection(corpus, data, config, name):
    collection = corpus.collection(name)
    kept = np.array([i for i, id in enumerate(collection.documents.names) if not for_tuning(id)])
    place = {int(document): at for at, document in enumerate(kept)}
    asking = [
        query
        for query, judged in enumerate(collection.relevant)
        if judged and all(document in place for document in judged) and len(collection.queries[query])
    ]
    documents, queries = (raw_texts(data, config, f"{name}.{side}") for side in ("documents", "queries"))
    return Asked(
        [documents[collection.documents.names[i]] for i in kept],
        kept,
        [queries[collection.queries.names[query]] for query in asking],
        [collection.queries[query] for query in asking],
        np.array([place[next(iter(collection.relevant[query]))] for query in asking]),
    )


def of_passages(corpus, data, config, name, plan, random):
    texts = corpus.texts(name)
    kept = np.sort(random.permutation(len(texts))[: plan["passages"]])
    raw = raw_texts(data, config, name)
    documents, spans, right = [raw[texts.names[i]] for i in kept], [], []
    for place, text in enumerate(documents):
        words = text.split()
        for _ in range(SPANS):
            size = random.randint(plan["span"][0], plan["span"][1] + 1)
            if len(words) < size + plan["span"][0]:
                continue
            start = random.randint(0, len(words) - size + 1)
            span = words[start : start + size]
            if random.rand() < SPARSE:
                span = [word for word in span if random.rand() < KEPT] or span
            spans.append(" ".join(span))
            right.append(place)
    number = {word: i for i, word in enumerate(corpus.words)}
    records = ({"_id": str(i), "text": span} for i, span in enumerate(spans))
    read = [np.array([number[w] for w in words if w in number], dtype=np.int64) for _, words in words_of(records)]
    asking = [i for i, ids in enumerate(read) if len(ids)]
    return Asked(
        documents, kept, [spans[i] for i in asking], [read[i] for i in asking], np.array([right[i] for i in asking])
    )


class Vectors:
    """What this step kept of a collection, or of passages."""

    def __init__(self, corpus, work, name):
        held = np.load(work / "teaching" / f"{name}.npz")
        texts = corpus.texts(name if (corpus.folder / f"{name}.npz").exists() else f"{name}.documents")
        self.texts = texts_of([texts[i] for i in held["kept"]])
        self.asked = Texts([], held["ids"], held["start"])
        self.right = held["right"]
        self.documents, self.questions = held["documents"], held["questions"]
        """[texts or questions, width] of length 1"""


def texts_of(rows):
    """Rows of open ids as texts without names."""
    start = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    return Texts([], np.concatenate(rows), start)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    config = json.loads(options.config.read_text())
    plan, corpus = config["teaching"], Corpus(options.work)
    minilm = MiniLM(options.work / "pretrained" / MINILM, options.device)
    random = np.random.RandomState(plan["seed"])
    (options.work / "teaching").mkdir(exist_ok=True)
    for name in plan["share"]:
        passages = name in config["corpus"]["passages"]
        extra = (plan, random) if passages else ()
        asked = (of_passages if passages else of_collection)(corpus, options.data, config["corpus"], name, *extra)
        words = texts_of(asked.words)
        np.savez(
            options.work / "teaching" / f"{name}.npz",
            kept=asked.kept,
            ids=words.ids,
            start=words.start,
            right=asked.right,
            **{
                side: minilm.vectors(getattr(asked, side), most).astype(np.float16)
                for side, most in PIECES.items()
            },
        )
        print(f"{name}: {len(asked.kept)} texts, {len(asked.right)} questions", flush=True)


if __name__ == "__main__":
    sys.exit(main())
