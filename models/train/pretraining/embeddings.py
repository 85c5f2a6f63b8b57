"""Step 3, `embeddings`: a vector for each word, by the words that stand beside it.

They are the largest singular vectors of positive pointwise mutual information (Levy, Goldberg, Dagan, "Improving
Distributional Similarity with Lessons Learned from Word Embeddings", 2015).
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import scipy.sparse as sparse

from pretraining.corpus import Corpus
from pretraining.vocabulary import Vocabulary, training_texts


def cooccurrences(streams, size, window):
    """How often words stand beside each other, weighted by 1 / distance: csr [words, words], symmetric.

    `streams` are texts of word ids; an id below 0 stands for no word.
    """
    total = sparse.csr_matrix((size, size), dtype=np.float32)
    for ids in streams:
        for distance in range(1, window + 1):
            left, right = ids[:-distance], ids[distance:]
            both = (left >= 0) & (right >= 0)
            weights = np.full(both.sum(), 1 / distance, dtype=np.float32)
            total += sparse.coo_matrix((weights, (left[both], right[both])), shape=(size, size)).tocsr()
    return total + total.T


def positive_information(counts, power):
    """Positive pointwise mutual information, csr [words, words]; contexts are smoothed by `power`."""
    rows = np.asarray(counts.sum(1)).ravel()
    context = rows**power / (rows**power).sum()
    pairs = counts.tocoo()
    information = np.log(np.maximum(pairs.data / (rows[pairs.row] * context[pairs.col] + 1e-9), 1e-9))
    kept = information > 0
    values = (information[kept].astype(np.float32), (pairs.row[kept], pairs.col[kept]))
    return sparse.csr_matrix(values, shape=counts.shape)


def leading_vectors(matrix, width, seed):
    """The largest singular vectors, [words, width], each of length 1.

    This is randomized singular value decomposition with four power iterations (Halko, Martinsson, Tropp, 2011).
    """
    sample = matrix @ np.random.RandomState(seed).randn(matrix.shape[1], width + 20).astype(np.float32)
    for _ in range(4):
        sample, _ = np.linalg.qr(sample)
        sample = matrix @ (matrix.T @ sample)
    basis, _ = np.linalg.qr(sample)
    left, values, _ = np.linalg.svd((matrix.T @ basis).T, full_matrices=False)
    vectors = (basis @ left)[:, :width] * np.sqrt(values[:width])
    return (vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-6)).astype(np.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    options = parser.parse_args()
    config = json.loads(options.config.read_text())
    corpus = Corpus(options.work)
    vocabulary = Vocabulary(options.work, config["vocabulary"]["buckets"])
    words = np.where(vocabulary.of_open >= vocabulary.first, vocabulary.of_open - vocabulary.first, -1)
    streams = (words[corpus.texts(name).ids] for name in training_texts(config["corpus"]))
    counts = cooccurrences(streams, len(vocabulary.words), config["embeddings"]["window"])
    information = positive_information(counts, config["embeddings"]["power"])
    vectors = leading_vectors(information, config["network"]["width"], seed=0)
    table = np.zeros((vocabulary.size, vectors.shape[1]), dtype=np.float32)
    table[vocabulary.first :] = vectors
    # Ids that are no word of their own start near the mean of all words.
    noise = np.random.RandomState(0).randn(vocabulary.first, vectors.shape[1]) * 0.02
    table[: vocabulary.first] = vectors.mean(0) + noise
    np.save(options.work / "embeddings.npy", table)
    for word in ("king", "instal", "year", "cancer", "cell"):
        if word in vocabulary.words:
            near = np.argsort(-vectors @ vectors[vocabulary.words.index(word)])[1:8]
            print(word, [vocabulary.words[i] for i in near])


if __name__ == "__main__":
    sys.exit(main())
