"""Documents and questions as a batch shows them: the words that a network reads, and where in them terms occur."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from residual.terms import Index, occurrences


class Cut(NamedTuple):
    """A text in two: what is left of it, and the words in a row that were taken out."""

    rest: "View"
    span: "View"


@dataclass
class View:
    """A document or question. Entry i of `column`, `at` and `second` is one occurrence of a term."""

    ids: np.ndarray  # the words that a network reads
    column: np.ndarray  # the term's column in the collection's index
    at: np.ndarray  # the place of the term's word, or of a phrase's first word
    second: np.ndarray  # the place of a phrase's second word; −1 for a word
    length: float  # how many of the words are terms

    def without(self, start, end):
        """Takes out the words from `start` to `end`. The rest closes up, and the span has each of its terms once."""
        last = np.maximum(self.at, self.second)
        inside = (self.at >= start) & (last < end)
        outside = ((self.at < start) & (last < start)) | (self.at >= end)
        moved = [np.where(place >= end, place - (end - start), place)[outside] for place in (self.at, self.second)]
        words = (inside & (self.second < 0)).sum()
        ids = np.concatenate([self.ids[:start], self.ids[end:]])
        rest = View(ids, self.column[outside], *moved, self.length - words)
        column, first = np.unique(self.column[inside], return_index=True)
        at, second = self.at[inside][first] - start, self.second[inside][first]
        return Cut(rest, View(self.ids[start:end], column, at, np.where(second < 0, second, second - start), words))


class Documents:
    """The documents of a collection, each of which can be had as a view, and their index."""

    def __init__(self, texts, functional, vocabulary):
        self.texts = texts
        self.index = Index(texts, functional)
        self.read = vocabulary.of_open[texts.ids]
        self.ends = np.searchsorted(self.index.found.text, np.arange(self.index.size + 1))

    def view(self, document):
        here = slice(self.ends[document], self.ends[document + 1])
        found = self.index.found
        return View(
            self.read[self.texts.start[document] : self.texts.start[document + 1]],
            self.index.column[here],
            found.at[here],
            found.second[here],
            self.index.length[document],
        )


def question_views(texts, index, functional, vocabulary):
    """Views of questions; terms that the index of the documents does not have are left out."""
    found = occurrences(texts, functional)
    column = np.searchsorted(index.keys, found.key).clip(max=len(index.keys) - 1)
    known = index.keys[column] == found.key
    ends = np.searchsorted(found.text, np.arange(len(texts) + 1))
    read, views = vocabulary.of_open[texts.ids], []
    for text, (start, end) in enumerate(zip(ends[:-1], ends[1:])):
        here = np.flatnonzero(known[start:end]) + start
        ids = read[texts.start[text] : texts.start[text + 1]]
        second = found.second[here]
        views.append(View(ids, column[here], found.at[here], second, (second < 0).sum()))
    return views
