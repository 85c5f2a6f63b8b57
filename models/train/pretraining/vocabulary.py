"""Step 2, `vocabulary`: decides which words a network tells apart.

Frequent words have an embedding each; all others share `buckets` embeddings by their hash. This is the tokenizer of
kind "stems" of the model contract: src/core/tokens/stem-tokens.ts reads what is written here.
"""

import argparse
import json
import sys
import zlib
from pathlib import Path

import numpy as np

from pretraining.corpus import Corpus

PAD, MASK, CLS, RESERVED = 0, 1, 2, 8


class Vocabulary:
    """Turns open ids into the ids that a network reads. Words of their own have ids from `first` on."""

    pad, mask, cls = PAD, MASK, CLS

    def __init__(self, work, buckets):
        self.words = (Path(work) / "vocab.txt").read_text(encoding="utf-8").splitlines()
        self.first = RESERVED + buckets
        self.size = self.first + len(self.words)
        number = {word: self.first + i for i, word in enumerate(self.words)}
        open_words = Corpus(work).words
        self.of_open = np.array(
            [number.get(w, RESERVED + zlib.crc32(w.encode()) % buckets) for w in open_words], dtype=np.int64
        )

    def read(self, words):
        return self.of_open[words]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    options = parser.parse_args()
    config = json.loads(options.config.read_text())
    corpus = Corpus(options.work)
    counts = np.zeros(len(corpus.words), dtype=np.int64)
    for name in training_texts(config["corpus"]):
        counts += np.bincount(corpus.texts(name).ids, minlength=len(counts))
    limit = config["vocabulary"]
    # Words of equal counts are in alphabetical order, so that no run differs from another.
    order = sorted(np.flatnonzero(counts >= limit["atLeast"]), key=lambda i: (-counts[i], corpus.words[i]))
    kept = order[: limit["words"]]
    (options.work / "vocab.txt").write_text("".join(corpus.words[i] + "\n" for i in kept), encoding="utf-8")
    print(f"{len(kept)} of {len(counts)} words, {counts[kept].sum() / counts.sum():.4f} of all occurrences")


def training_texts(config):
    """The names of all texts that may be learned from."""
    collections = [*config["train"], *config["headings"]]
    return [f"{name}.{side}" for name in collections for side in ("documents", "queries")] + [*config["passages"]]


if __name__ == "__main__":
    sys.exit(main())
