"""Step `neighbours`: for each stem the stems that mean nearly the same, which documents are lent that lack them.

How near two stems are is a cosine: of what a sentence encoder makes of the most frequent word of each, read alone. A
stem lends to the nearest by how far these are above a threshold, in hundredths of an occurrence: models/README.md,
"Neighbours".

Only words of plain letters take part that the training texts have in lower case more often than not: no numbers, no
names, no names of code, which only texts about code have.
"""

import argparse
import collections
import json
import re
import sys
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from pretraining.corpus import Corpus, records_of, words_of
from pretraining.pretrained import MINILM

sys.path += [str(Path(__file__).resolve().parents[1] / room) for room in ("convert", "reference")]
from bert import Checkpoint, Encoder  # noqa: E402
from bert_tokenizer import read_vocabulary, tokenize  # noqa: E402
from checkpoint import read_config, read_weights  # noqa: E402

WORD = re.compile(r"(?<![\w.'’/\\:-])[A-Za-z][a-z]+(?![\w/\\])")
"""A word of text: no part of a path, of a name with points or of a contraction."""
LETTERS = 3
LEAST = 4
"""A word is said so often, or is a whole word of the encoder's vocabulary."""
NAMES = 0.6
"""A word is a name if it is said in lower case less than so often for each time that it begins with a capital."""
SELDOM = 20
"""A word that is no word piece is that of its stem only if it is so many times as frequent as one that is."""
BATCH = 512
LONGEST = 32
"""No word has more pieces, [CLS] and [SEP] included."""


def counts_of(config, data):
    """How often each word is said in lower case, and beginning with a capital."""
    lower, capital = collections.Counter(), collections.Counter()
    texts = [(data / "collections" / name / "corpus.jsonl", 1) for name in config["train"]]
    texts += [(data / "collections" / name / "queries.jsonl", 1) for name in config["train"]]
    texts += [(data / "passages" / f"{name}.jsonl.gz", every) for name, every in config["passages"].items()]
    for path, every in texts:
        for i, record in enumerate(records_of(path)):
            for word in WORD.findall(record["text"]) if i % every == 0 else ():
                (lower if word[0].islower() else capital)[word.lower()] += 1
    return lower, capital


def prose_stems(config, work, code):
    """The stems that a text has which is not about code."""
    corpus = Corpus(work)
    names = [f"{name}.documents" for name in config["train"]] + [name for name in config["passages"] if name not in code]
    return {corpus.words[id] for name in names for id in np.unique(corpus.texts(name).ids)}


def words_of_stems(config, data, prose, pieces):
    """{stem: its most frequent word}, of what may be lent: stems of `prose`, and those of whole word pieces."""
    lower, capital = counts_of(config, data)
    whole = {piece for piece in pieces if re.fullmatch("[a-z]+", piece)}
    words = [
        word
        for word, count in lower.most_common()
        if len(word) >= LETTERS and (count >= LEAST or word in whole) and count >= NAMES * capital[word]
    ]
    found = {}
    for word, stems in words_of({"_id": word, "text": word} for word in words):
        if len(stems) == 1 and (stems[0] in prose or word in whole) and not stems[0].startswith("_"):
            kept = found.setdefault(stems[0], word)
            if word in whole and kept not in whole and lower[word] * SELDOM > lower[kept]:
                found[stems[0]] = word
    return found


@torch.no_grad()
def sentence_vectors(folder, words):
    """[words, width] of length 1: means of an encoder's hidden states of each word alone."""
    vocabulary = read_vocabulary(folder / "vocab.txt")
    network = Encoder(Checkpoint(read_config(folder), read_weights(folder))).eval()
    rows = [tokenize(word, vocabulary, LONGEST).ids for word in words]
    found = np.zeros((len(words), network.words.shape[1]), np.float32)
    # Words of one length together, so that none is padded.
    for length in sorted({len(row) for row in rows}):
        places = np.array([place for place, row in enumerate(rows) if len(row) == length])
        for some in np.array_split(places, -(-len(places) // BATCH)):
            ids = torch.tensor([rows[place] for place in some])
            found[some] = F.normalize(network(ids, torch.ones_like(ids)).mean(1), dim=1).numpy()
    return found


def lines_of(stems, vectors, plan):
    """The lines of neighbours.txt."""
    for first in range(0, len(stems), BATCH):
        near = vectors[first : first + BATCH] @ vectors.T
        near[np.arange(len(near)), np.arange(first, first + len(near))] = -1
        best = np.argpartition(-near, plan["count"], axis=1)[:, : plan["count"]]
        for row, some in enumerate(best):
            others = some[np.lexsort((some, -near[row, some]))]
            lent = np.round(100 * plan["strength"] * (near[row, others] - plan["threshold"])).astype(int)
            pairs = [f"{stems[other]} {share}" for other, share in zip(others, lent) if share > 0]
            if pairs:
                yield " ".join([stems[first + row], *pairs]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    options = parser.parse_args()
    config = json.loads(options.config.read_text())
    plan, folder = config["neighbours"], options.work / "pretrained" / MINILM
    prose = prose_stems(config["corpus"], options.work, plan["code"])
    word_of = words_of_stems(config["corpus"], options.data, prose, read_vocabulary(folder / "vocab.txt"))
    stems = list(word_of)
    vectors = sentence_vectors(folder, list(word_of.values()))
    lines = list(lines_of(stems, vectors, plan))
    np.savez(options.work / "stems.npz", stems=np.array(stems, dtype=np.str_), vectors=vectors)
    (options.work / "neighbours.txt").write_text("".join(lines), encoding="utf-8")
    print(f"{len(stems)} stems, {sum(line.count(' ') // 2 for line in lines)} neighbours", flush=True)


if __name__ == "__main__":
    sys.exit(main())
