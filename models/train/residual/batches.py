"""What the residual model is shown at a time: questions, documents, and which document is right for which question.

A batch is of one collection, so that it is weighed with that collection's own statistics.
"""

import zlib
from typing import NamedTuple

import numpy as np

from residual.views import Documents, View, question_views

TUNING_QUERIES = 800
"""At most so many tuning questions of a collection are asked."""


def for_tuning(id):
    """Whether nothing is learned of a document, and questions about it are for choosing: about one in eight."""
    return zlib.crc32(("tuning " + id).encode()) % 100 < 12


class Batch(NamedTuple):
    queries: list[View]
    documents: list[View]
    target: np.ndarray
    """For each query the place of its right document, [queries]."""
    also: np.ndarray
    """Which other documents are right, too, [queries, documents]."""


class Questions:
    """Batches of documents, each with up to `questions` of its queries, and `wrong` of what BM25 finds for these."""

    def __init__(self, corpus, vocabulary, name, work, plan):
        self.plan = plan
        collection = corpus.collection(name)
        self.documents = Documents(collection.documents, corpus.functional, vocabulary)
        self.negatives = np.load(work / f"negatives.{name}.npy")
        self.queries = question_views(collection.queries, self.documents.index, corpus.functional, vocabulary)
        self.relevant = [np.array(sorted(judged)) for judged in collection.relevant]
        # Documents that are kept for tuning are neither asked for nor shown as wrong answers.
        self.tuning = np.array([for_tuning(id) for id in collection.documents.names])
        self.asked = {}
        for query, judged in enumerate(collection.relevant):
            for document in judged:
                if not self.tuning[document] and len(self.queries[query].column):
                    self.asked.setdefault(document, []).append(query)
        self.known = np.array(sorted(self.asked))

    def draw(self, random):
        asked = random.choice(self.known, min(self.plan["documents"], len(self.known)), replace=False)
        queries, gold, wrong = [], [], []
        for document in asked:
            known = self.asked[document]
            chosen = random.choice(known, min(self.plan["questions"], len(known)), replace=False)
            queries += chosen.tolist()
            gold += [document] * len(chosen)
            asking = random.choice(chosen, self.plan["wrong"])
            wrong += [random.choice(self.negatives[query]) for query in asking]
        wrong = [d for d in wrong if not self.tuning[d]]
        shown = np.unique(np.concatenate([asked, np.array(wrong, dtype=asked.dtype)]))
        also = np.array([np.isin(shown, self.relevant[q]) & (shown != g) for q, g in zip(queries, gold)])
        return Batch(
            [self.queries[q] for q in queries],
            [self.documents.view(d) for d in shown],
            np.searchsorted(shown, gold),
            also,
        )


class Spans:
    """Batches without questions: words in a row are taken out of a passage, and ask for the rest of it.

    The passages beside it, which come from the same book or page, are the wrong answers (Lee, Chang, Toutanova, "Latent
    Retrieval for Weakly Supervised Open Domain Question Answering", 2019).
    """

    def __init__(self, corpus, vocabulary, name, plan, keep=lambda document: True):
        """Documents whose names `keep` refuses are not shown."""
        self.plan = plan
        self.documents = Documents(corpus.texts(name), corpus.functional, vocabulary)
        kept = np.array([keep(document) for document in self.documents.texts.names])
        self.known = np.flatnonzero(kept & (np.diff(self.documents.texts.start) >= 3 * plan["span"][1]))

    def draw(self, random):
        rests, spans = [], []
        # Neighbours in the collection are neighbours in the batch.
        places = len(self.known) - 3
        for first in random.choice(places, min(self.plan["spanDocuments"] // 4, places), replace=False):
            for document in self.known[first : first + 4]:
                view = self.documents.view(document)
                words = int(random.randint(self.plan["span"][0], self.plan["span"][1] + 1))
                start = int(random.randint(0, min(len(view.ids), self.plan["tokens"]) - words))
                cut = view.without(start, start + words)
                rests.append(cut.rest)
                spans.append(cut.span)
        return Batch(spans, rests, np.arange(len(rests)), np.zeros((len(spans), len(rests)), dtype=bool))
