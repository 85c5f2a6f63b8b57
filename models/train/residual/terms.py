"""Documents and queries as terms: words that are not functional, and phrases of two neighbours among them.

BM25 is Lucene's with exact lengths, as a build computes it; a document's length is the number of its words that are
terms. Statistics are those of the collection at hand, never of the training data.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy.sparse as sparse


@dataclass
class Occurrences:
    """Where terms occur: one entry for each occurrence, in the order of the texts."""

    text: np.ndarray  # the number of the text
    at: np.ndarray  # the place of the word, or of a phrase's first word, in the text
    second: np.ndarray  # the place of a phrase's second word; −1 for a word
    key: np.ndarray  # int64: a word's open id; both words' for a phrase, which is at least 2³²


class Ranking(NamedTuple):
    """The best documents of each query and their scores, the best first, [queries, depth] each."""

    documents: np.ndarray
    scores: np.ndarray


def occurrences(texts, functional, phrases=True):
    """All terms of texts. `functional` says of each open id whether it is a functional word."""
    text = np.repeat(np.arange(len(texts)), np.diff(texts.start))
    at = np.arange(len(texts.ids)) - texts.start[text]
    kept = ~functional[texts.ids]
    text, at, word = text[kept], at[kept], texts.ids[kept].astype(np.int64)
    none = np.full(len(text), -1)
    if not phrases:
        return Occurrences(text, at, none, word)
    beside = text[:-1] == text[1:]
    pair = ((word[:-1] + 1) << 32 | word[1:])[beside]
    joined = [
        np.concatenate(both)
        for both in (
            (text, text[:-1][beside]),
            (at, at[:-1][beside]),
            (none, at[1:][beside]),
            (word, pair),
        )
    ]
    order = np.argsort(joined[0], kind="stable")
    return Occurrences(*(values[order] for values in joined))


class Index:
    """A collection's documents as a matrix of term values, and its statistics."""

    def __init__(self, texts, functional, phrases=True):
        self.size = len(texts)
        self.found = occurrences(texts, functional, phrases)
        self.keys, self.column = np.unique(self.found.key, return_inverse=True)
        words = self.found.second < 0
        self.length = np.bincount(self.found.text[words], minlength=self.size).astype(np.float32)
        self.mean_length = max(1.0, float(self.length.mean()))
        pairs = np.unique(self.found.text * np.int64(len(self.keys)) + self.column)
        self.frequency = np.bincount(pairs % len(self.keys), minlength=len(self.keys))
        self.idf = np.log(1 + (self.size - self.frequency + 0.5) / (self.frequency + 0.5)).astype(np.float32)
        self.is_phrase = self.keys >= 1 << 32

    def weights(self, k1, b, phrase, values=None, burstiness=False):
        """BM25 of summed values, csr [documents, terms]. `values` has one for each occurrence, 1 unless given.

        With `burstiness` a word's idf is ln(1 + odds · mean), the mean being that of its values over the documents that
        have it; a phrase keeps ln(1 + odds).
        """
        values = np.ones(len(self.column), dtype=np.float32) if values is None else values
        shape = (self.size, len(self.keys))
        matrix = sparse.csr_matrix((values, (self.found.text, self.column)), shape=shape)
        matrix.sum_duplicates()
        row = np.repeat(np.arange(self.size), np.diff(matrix.indptr))
        scale = k1 * (1 - b + b * self.length[row] / self.mean_length)
        idf = self.idf
        if burstiness:
            mean = np.bincount(self.column, weights=values, minlength=len(self.keys)) / self.frequency
            idf = np.where(self.is_phrase, idf, np.log1p(mean * np.expm1(idf)))
        idf = (np.where(self.is_phrase, phrase, 1.0) * idf)[matrix.indices]
        matrix.data = (idf * matrix.data * (k1 + 1) / (matrix.data + scale)).astype(np.float32)
        return matrix

    def queries(self, texts, functional, weight=None):
        """csr [queries, terms]. `weight` has the weight of each word by open id, 1 unless given; a phrase weighs 1."""
        found = occurrences(texts, functional, bool(self.is_phrase.any()))
        column = np.searchsorted(self.keys, found.key).clip(max=len(self.keys) - 1)
        known = self.keys[column] == found.key
        values = np.ones(len(column), dtype=np.float32)
        if weight is not None:
            words = found.second < 0
            values[words] = weight[found.key[words]]
        shape = (len(texts), len(self.keys))
        matrix = sparse.csr_matrix((values[known], (found.text[known], column[known])), shape=shape)
        matrix.sum_duplicates()
        return matrix


def rank(queries, documents, depth):
    """Ranks documents, csr [documents, terms], for queries, csr [queries, terms]; ties go by number, as in an index."""
    best, scores = [], []
    transposed = documents.T.tocsr()
    depth = min(depth, documents.shape[0])
    for first in range(0, queries.shape[0], 256):
        dense = (queries[first : first + 256] @ transposed).toarray()
        top = np.argsort(-dense, axis=1, kind="stable")[:, :depth] if dense.shape[1] < 4 * depth else None
        if top is None:
            part = np.sort(np.argpartition(-dense, depth, axis=1)[:, : depth + 1], axis=1)
            order = np.argsort(-np.take_along_axis(dense, part, 1), axis=1, kind="stable")[:, :depth]
            top = np.take_along_axis(part, order, 1)
        best.append(top)
        scores.append(np.take_along_axis(dense, top, 1))
    return Ranking(np.concatenate(best), np.concatenate(scores))


def measure(ranking, relevant):
    """nDCG@10, MRR@10 and Recall@100 of each query, [queries, 3]; `relevant` has {document: grade} of each.

    A document that shares no term with a query is not found.
    """
    figures = np.zeros((len(ranking.documents), 3))
    discount = 1 / np.log2(np.arange(10) + 2)
    for i, (documents, scores, judged) in enumerate(zip(*ranking, relevant)):
        gains = np.array([judged.get(int(d), 0) for d in documents]) * (scores > 0)
        ideal = np.sort(list(judged.values()))[::-1][:10]
        hits = np.flatnonzero(gains[:10])
        figures[i, 0] = (gains[:10] * discount[: len(gains[:10])]).sum() / (ideal * discount[: len(ideal)]).sum()
        figures[i, 1] = 1 / (hits[0] + 1) if len(hits) else 0
        figures[i, 2] = (gains[:100] > 0).sum() / len(judged)
    return figures
