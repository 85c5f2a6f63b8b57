"""What a network is shown at a time: queries, each with its right document and wrong ones, and the scores of teachers.

A run, of BM25 or of a trained model, is a matrix of scores by query and document, which candidates.py makes. Wrong
documents are drawn from runs, and teachers' scores are looked up in them.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
import torch

from families.data.pieces import Tokens


class Padded:
    """Texts side by side: ids and mask [texts, tokens]."""

    def __init__(self, texts: list[Tokens], pad, device):
        self.texts = texts
        width = max(len(text.ids) for text in texts)
        ids = np.full((len(texts), width), pad, dtype=np.int64)
        mask = np.zeros((len(texts), width), dtype=np.float32)
        for i, text in enumerate(texts):
            ids[i, : len(text.ids)] = text.ids
            mask[i, : len(text.ids)] = 1
        self.ids, self.mask = (torch.from_numpy(a).to(device) for a in (ids, mask))


@dataclass
class Batch:
    """Queries with their documents. Each query has a group of documents, which begins with the right one."""

    queries: Padded
    documents: Padded
    target: torch.Tensor  # the place of each query's right document, [queries]
    also: torch.Tensor  # which other documents are right, too, [queries, documents]
    teacher: torch.Tensor | None  # scores of a teacher, [queries, documents of the own group]

    def group(self, scores):
        """[queries, documents] → [queries, documents of the own group]"""
        count = len(scores)
        return scores.view(count, count, -1)[torch.arange(count), torch.arange(count)]


@dataclass
class Documents:
    """Documents, and what their queries ask for."""

    documents: Padded
    rows: torch.Tensor  # the document of each word
    places: torch.Tensor  # the place of each word's first piece
    recall: torch.Tensor  # the share of the document's queries that have the word
    pieces: torch.Tensor  # 1 for pieces that queries have, else 0: [documents, pieces]


class Judged:
    """A training collection that batches are drawn from."""

    def __init__(self, corpus, name, expanded=False):
        self.name = name
        collection = corpus.collection(name)
        self.documents, self.queries = collection.documents, collection.queries
        if expanded:
            self.documents = corpus.texts(f"{name}.expanded.documents")
        self.relevant = [np.array(sorted(judged)) for judged in collection.relevant]
        self.ask_only(np.ones(len(self.relevant), dtype=bool))

    def ask_only(self, chosen):
        """Restricts the collection to some queries, [queries] of booleans."""
        self.asking = [[] for _ in range(len(self.documents))]
        for query in np.flatnonzero(chosen):
            for document in self.relevant[query]:
                self.asking[document].append(query)
        self.asked = np.array([document for document, queries in enumerate(self.asking) if queries])


class Run:
    """The scores that a retriever or a teacher gave documents, [queries, documents]; most documents have none."""

    def __init__(self, path):
        self.scores = sparse.load_npz(path)

    def best(self, query):
        """The documents of a query, the best first."""
        here = slice(*self.scores.indptr[query : query + 2])
        return self.scores.indices[here][np.argsort(-self.scores.data[here], kind="stable")]

    def of(self, query, documents):
        """The scores of documents; a document that was not ranked has the lowest score that was given."""
        here = slice(*self.scores.indptr[query : query + 2])
        known = dict(zip(self.scores.indices[here].tolist(), self.scores.data[here].tolist()))
        last = min(known.values(), default=0.0)
        return np.array([known.get(int(d), last) for d in documents], dtype=np.float32)


class Source:
    """Batches of one collection each, so that a network does not learn to tell collections apart."""

    def __init__(self, judged, vocabulary, plan, negatives, teachers, device):
        """`negatives` and `teachers` have runs for each collection, by its name."""
        self.judged, self.vocabulary, self.plan, self.device = judged, vocabulary, plan, device
        self.negatives, self.teachers = negatives, teachers
        # A collection is drawn from in proportion to the root of its size, so that small ones are not seldom drawn
        # from.
        sizes = np.sqrt([len(one.asked) for one in judged])
        self.share = sizes / sizes.sum()

    def collection(self, random):
        return self.judged[random.choice(len(self.judged), p=self.share)]

    def document(self, one, number):
        return self.vocabulary.tokens(one.documents[number], self.plan["tokens"])

    def query(self, one, number):
        return self.vocabulary.tokens(one.queries[number], self.plan["queryTokens"])

    def padded(self, texts):
        return Padded(texts, self.vocabulary.pad, self.device)

    def draw(self, random):
        one = self.collection(random)
        asked = random.choice(one.asked, min(self.plan["queries"], len(one.asked)), replace=False)
        queries = [int(random.choice(one.asking[document])) for document in asked]
        groups = [[d, *self.wrong(one, q, random)] for d, q in zip(asked, queries)]
        shown = np.concatenate(groups)
        target = np.arange(len(queries)) * (1 + self.plan["negatives"])
        also = np.array([np.isin(shown, one.relevant[query]) for query in queries])
        also[np.arange(len(queries)), target] = False
        teacher = None
        if one.name in self.teachers:
            scores = [self.taught(one, query, group) for query, group in zip(queries, groups)]
            teacher = torch.from_numpy(np.stack(scores)).to(self.device)
        return Batch(
            self.padded([self.query(one, q) for q in queries]),
            self.padded([self.document(one, d) for d in shown]),
            torch.from_numpy(target).to(self.device),
            torch.from_numpy(also).to(self.device),
            teacher,
        )

    def draw_documents(self, random):
        """Documents with all of their queries, for networks that learn from one text alone."""
        one = self.collection(random)
        most = self.plan["queries"] * (1 + self.plan["negatives"])
        chosen = random.choice(one.asked, min(most, len(one.asked)), replace=False)
        texts = [self.document(one, d) for d in chosen]
        pieces = torch.zeros(len(texts), self.vocabulary.size)
        recall = []
        for row, document in enumerate(chosen):
            queries = [self.query(one, q) for q in one.asking[document]]
            # This is query term recall.
            recall.append(np.mean([np.isin(texts[row].words, query.words) for query in queries], axis=0))
            asked = np.concatenate([query.ids for query in queries])
            pieces[row, asked[asked >= self.vocabulary.first]] = 1
        rows = np.repeat(np.arange(len(texts)), [len(text.at) for text in texts])
        arrays = (rows, np.concatenate([text.at for text in texts]), np.concatenate(recall).astype(np.float32))
        words = (torch.from_numpy(array).to(self.device) for array in arrays)
        return Documents(self.padded(texts), *words, pieces.to(self.device))

    def wrong(self, one, query, random):
        """Draws documents that a run ranks high and nobody judged relevant; where there are none, any others."""
        runs = self.negatives[one.name]
        best = runs[random.randint(len(runs))].best(query)[: self.plan["depth"]]
        best = best[~np.isin(best, one.relevant[query])]
        if len(best) == 0:
            best = np.setdiff1d(random.randint(len(one.documents), size=8), one.relevant[query])
        if len(best) == 0:
            best = np.array([(one.relevant[query][0] + 1) % len(one.documents)])
        return random.choice(best, self.plan["negatives"], replace=len(best) < self.plan["negatives"])

    def taught(self, one, query, group):
        """The scores of one teacher as they are, or the mean of several at mean 0 and deviation 1 each."""
        scores = [run.of(query, group) for run in self.teachers[one.name]]
        if len(scores) == 1:
            return scores[0]
        return np.mean([(s - s.mean()) / (s.std() + 1e-6) for s in scores], axis=0)
