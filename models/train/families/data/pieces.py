"""Step `corpus`: turns texts into arrays of words and marks, as BERT splits them.

A text is a row of open ids, one for each word or mark, as in pretraining/corpus.py. The pieces that networks read,
several for a word, follow from the vocabulary. So the same arrays serve DeepImpact, whose terms are words, and SPLADE,
whose terms are pieces.
"""

import json
from dataclasses import dataclass

import numpy as np

from families.data.beir import EXPANSIONS, folder_of, training_names
from pretraining.corpus import Corpus, Writer, read_collection, records_of
from pretraining.vocabulary import training_texts
from reference.bert_tokenizer import is_punctuation, pretokenize, read_vocabulary, word_pieces

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


class WordCorpus(Corpus):
    """A corpus whose open ids are words and marks; marks are no terms."""

    def __init__(self, work):
        super().__init__(work)
        self.functional = np.array([len(word) == 1 and is_punctuation(word) for word in self.words])


class WordPieces:
    """Turns open ids into ids of pieces. The vocabulary is BERT's, which begins with special tokens, in brackets."""

    def __init__(self, work):
        ids = read_vocabulary(work / "vocab.txt")
        self.pad, self.cls, self.sep, self.mask = (ids[name] for name in ("[PAD]", "[CLS]", "[SEP]", "[MASK]"))
        special = [i for piece, i in ids.items() if len(piece) > 2 and piece.startswith("[") and piece.endswith("]")]
        self.size, self.first = len(ids), 1 + max(special)
        corpus = WordCorpus(work)
        self.functional = corpus.functional
        pieces = [word_pieces(word, ids) for word in corpus.words]
        self.count = np.array([len(word) for word in pieces])
        self.end = np.cumsum(self.count)
        self.pieces = np.concatenate(pieces).astype(np.int64)

    def read(self, words):
        """The pieces of words, one after another."""
        count = self.count[words]
        place = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        return self.pieces[np.repeat(self.end[words] - count, count) + place]

    def tokens(self, words, most):
        """[CLS], the pieces of words and [SEP], together at most `most`."""
        pieces = self.read(words)[: most - 2]
        count = self.count[words]
        at = 1 + np.cumsum(count) - count
        kept = (at <= len(pieces)) & ~self.functional[words]
        return Tokens(np.concatenate([[self.cls], pieces, [self.sep]]), words[kept], at[kept])


@dataclass
class Tokens:
    """A text as a network reads it. Marks are read, and are no words."""

    ids: np.ndarray
    words: np.ndarray  # open ids
    at: np.ndarray  # the place of each word's first piece


def words_of(records):
    """Yields (id, words and marks) of {_id, title, text} records; a build joins title and text in the same way."""
    for record in records:
        title = record.get("title")
        yield record["_id"], pretokenize(f"{title} {record['text']}" if title else record["text"])


def write_corpus(config, data, vocabulary, work):
    """Writes the words of all texts to learn from, which beir.py has laid out, and a vocabulary of pieces."""
    folder = work / "corpus"
    folder.mkdir(exist_ok=True)
    writer = Writer(folder, words_of)
    for name in training_names(config):
        source = folder_of(work, "train", name)
        read_collection(source, writer, name)
        if (source / EXPANSIONS).exists():
            texts = expanded(records_of(source / "corpus.jsonl"), source / EXPANSIONS)
            writer.write(f"{name}.expanded.documents", texts)
    for name, every in config["passages"].items():
        records = records_of(data / "passages" / f"{name}.jsonl.gz")
        writer.write(name, words_of(record for i, record in enumerate(records) if i % every == 0))
    writer.finish()
    lines = vocabulary.read_text(encoding="utf-8").splitlines()
    if "pieces" in config:
        lines = most_frequent(lines, read_vocabulary(vocabulary), config, work)
    (work / "vocab.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def most_frequent(lines, ids, config, work):
    """The pieces of a vocabulary that training texts use most, and those that spell any other word, in their order.

    A small network learns little of a piece that it hardly meets, and the number of pieces decides how long it takes.
    """
    corpus = WordCorpus(work)
    of_word = np.zeros(len(corpus.words), dtype=np.int64)
    for name in training_texts(config):
        of_word += np.bincount(corpus.texts(name).ids, minlength=len(of_word))
    counts = np.zeros(len(lines), dtype=np.int64)
    for word in np.flatnonzero(of_word):
        counts[word_pieces(corpus.words[word], ids)] += of_word[word]
    kept = {i for name, i in ids.items() if name in SPECIAL}
    letters = {name: i for name, i in ids.items() if len(name.removeprefix("##")) == 1}
    kept |= {i for name, i in letters.items() if name[-1].isascii() or counts[i] > 0}
    rest = sorted(np.flatnonzero(counts), key=lambda i: (-counts[i], i))
    kept.update([i for i in rest if i not in kept][: config["pieces"] - len(kept)])
    return [lines[i] for i in sorted(kept)]


def expanded(documents, path):
    """Appends to documents the new words of their predicted queries, as `sparsedge build --merge distinct` does."""
    queries = read_expansions(path)
    for name, words in words_of(documents):
        known = set(words)
        more = dict.fromkeys(w for query in queries.get(name, []) for w in pretokenize(query))
        yield name, words + [w for w in more if w not in known and not (len(w) == 1 and is_punctuation(w))]


def read_expansions(path):
    """Reads {document: its predicted queries} of a file that `sparsedge expand` wrote."""
    with open(path, encoding="utf-8") as lines:
        records = (json.loads(line) for line in lines)
        return {record["doc_id"]: record.get("queries", []) for record in records}
