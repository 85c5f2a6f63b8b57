"""Step 6, `residual`: gates for the words of documents and a table of weights for the words of queries, inside BM25.

impact = idf · tf′ · (k1 + 1) / (tf′ + k1 · (1 − b + b · length / mean)), tf′ = Σ exp(gate) over a term's occurrences. Each
batch is of one collection, with that collection's own statistics and negatives, so that nothing is learned about
genres. What is trained is used at half its strength, exp(½ · gate), which generalises better: `strength` in the
configuration; 0.5 is that of the model contract's head.

A second network weighs the words of questions meanwhile, by what stands around them, and is thrown away: what a question's
wording explains, gates and table then need not.
"""

import argparse
import copy
import json
import sys
import time
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from pretraining.corpus import Corpus
from pretraining.transformer import Encoder, Gates
from pretraining.vocabulary import CLS, PAD, Vocabulary
from residual.terms import Index, occurrences

LIMITS = (-4.0, 2.0)


@dataclass
class View:
    """A document or question as a batch shows it: what a network reads, and where in that its terms occur."""

    ids: np.ndarray
    column: np.ndarray
    at: np.ndarray
    second: np.ndarray
    length: float

    def without(self, start, end):
        """(as if the words from `start` to `end` had never been there; these words, each of their terms once)"""
        last = np.maximum(self.at, self.second)
        inside = (self.at >= start) & (last < end)
        outside = ((self.at < start) & (last < start)) | (self.at >= end)
        moved = [np.where(place >= end, place - (end - start), place)[outside] for place in (self.at, self.second)]
        words = (inside & (self.second < 0)).sum()
        ids = np.concatenate([self.ids[:start], self.ids[end:]])
        rest = View(ids, self.column[outside], *moved, self.length - words)
        column, first = np.unique(self.column[inside], return_index=True)
        at, second = self.at[inside][first] - start, self.second[inside][first]
        return rest, View(self.ids[start:end], column, at, np.where(second < 0, second, second - start), words)


class Documents:
    """Documents of a collection, ready to be drawn from."""

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


def views_of(texts, index, functional, vocabulary):
    """Questions to an index: of their terms those that it has."""
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


class Questions:
    """Batches of documents, each with up to `questions` of its queries, and `wrong` of what BM25 finds for these."""

    def __init__(self, corpus, vocabulary, name, work, plan):
        self.plan = plan
        collection = corpus.collection(name)
        self.documents = Documents(collection.documents, corpus.functional, vocabulary)
        self.negatives = np.load(work / f"negatives.{name}.npy")
        self.queries = views_of(collection.queries, self.documents.index, corpus.functional, vocabulary)
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
        """(views of queries, views of documents, the right one of each query, those that are right too)"""
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
        asking, views = [self.queries[q] for q in queries], [self.documents.view(d) for d in shown]
        return asking, views, np.searchsorted(shown, gold), also


class Spans:
    """Batches without questions: words in a row are taken out of a passage, and ask for the rest of it. The passages
    beside it, which come from the same book or page, are the wrong answers (Lee, Chang, Toutanova, "Latent Retrieval for
    Weakly Supervised Open Domain Question Answering", 2019)."""

    def __init__(self, corpus, vocabulary, name, plan, keep=lambda document: True):
        """What `keep` refuses, by its name, is not shown."""
        self.plan = plan
        self.documents = Documents(corpus.texts(name), corpus.functional, vocabulary)
        kept = np.array([keep(document) for document in self.documents.texts.names])
        self.known = np.flatnonzero(kept & (np.diff(self.documents.texts.start) >= 3 * plan["span"][1]))

    def draw(self, random):
        views, asked = [], []
        # Neighbours in the collection are neighbours in the batch.
        places = len(self.known) - 3
        for first in random.choice(places, min(self.plan["spanDocuments"] // 4, places), replace=False):
            for document in self.known[first : first + 4]:
                view = self.documents.view(document)
                words = int(random.randint(self.plan["span"][0], self.plan["span"][1] + 1))
                start = int(random.randint(0, min(len(view.ids), self.plan["tokens"]) - words))
                rest, span = view.without(start, start + words)
                views.append(rest)
                asked.append(span)
        return asked, views, np.arange(len(views)), np.zeros((len(asked), len(views)), dtype=bool)


def for_tuning(id):
    return zlib.crc32(("tuning " + id).encode()) % 100 < 12


class Residual(nn.Module):
    def __init__(self, vocabulary, network, plan):
        super().__init__()
        self.gates = Gates(Encoder(vocabulary.size, **network))
        self.query_gates = None
        self.table = nn.Parameter(torch.zeros(vocabulary.size))
        self.sharpness = nn.Parameter(torch.tensor(-0.5))
        self.plan = plan


def padded(rows, device):
    width = max(len(row) for row in rows)
    ids = np.full((len(rows), width), PAD, dtype=np.int64)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = row
    ids = torch.from_numpy(ids).to(device)
    return ids, (ids != PAD).float()


def gates_in(network, views, tokens, device):
    """(the gates of views, one after another, with that of [CLS] first in each and 0; how many each has)"""
    ids, mask = padded([np.concatenate([[CLS], view.ids[:tokens]]) for view in views], device)
    gates = network(ids, mask).clamp(*LIMITS)
    first = torch.arange(ids.shape[1], device=device) == 0
    return torch.where(first, torch.zeros_like(gates), gates).flatten(), ids.shape[1]


def cells_in(views, columns, index, width, device):
    """Where in [views, columns] occurrences count, and where in [views, width] their gates are. Phrases have none, and words
    beyond what was read: theirs is that of [CLS], which is 0."""
    spread = np.full(len(index.keys), -1)
    spread[columns] = np.arange(len(columns))
    cells, places = [], []
    for row, view in enumerate(views):
        column = spread[view.column]
        place = np.where((view.second < 0) & (view.at + 1 < width), view.at + 1, 0)
        cells.append((row * len(columns) + column)[column >= 0])
        places.append((row * width + place)[column >= 0])
    return [torch.from_numpy(np.concatenate(part)).to(device) for part in (cells, places)]


def document_weights(model, index, columns, views, device):
    """BM25 of gated frequencies, [views, columns]."""
    plan = model.plan
    gates, width = gates_in(model.gates, views, plan["tokens"], device)
    cells, places = cells_in(views, columns, index, width, device)
    frequency = torch.zeros(len(views) * len(columns), device=device)
    frequency = frequency.index_add(0, cells, gates[places].exp()).view(len(views), -1)
    lengths = np.array([view.length for view in views], dtype=np.float32)
    length = torch.from_numpy(lengths / index.mean_length).to(device)
    scale = (plan["k1"] * (1 - plan["b"] + plan["b"] * length))[:, None]
    idf = (np.where(index.is_phrase[columns], plan["phrase"], 1.0) * index.idf[columns]).astype(np.float32)
    return frequency * (plan["k1"] + 1) / (frequency + scale) * torch.from_numpy(idf).to(device)


def query_weights(model, index, columns, asked, vocabulary_of_key, device):
    """What the table says, and what the second network adds to it: [queries, columns]."""
    if model.query_gates is None:
        width = 1
        gates = torch.zeros(len(asked), device=device)
    else:
        gates, width = gates_in(model.query_gates, asked, model.plan["tokens"], device)
    cells, places = cells_in(asked, columns, index, width, device)
    words = torch.from_numpy(vocabulary_of_key(index.keys[columns])).to(device)
    learned = torch.where(words >= 0, model.table[words.clamp(min=0)].clamp(*LIMITS), torch.zeros((), device=device))
    weight = (learned[cells % len(columns)] + gates[places]).exp()
    return torch.zeros(len(asked) * len(columns), device=device).index_add(0, cells, weight).view(len(asked), -1)


def scores_of(model, index, asked, views, vocabulary_of_key, device):
    """[queries, views]"""
    columns = np.unique(np.concatenate([query.column for query in asked]))
    queries = query_weights(model, index, columns, asked, vocabulary_of_key, device)
    return queries @ document_weights(model, index, columns, views, device).t()


def keys_to_vocabulary(vocabulary):
    """Vocabulary ids of terms that have a weight of their own in a query; −1 for phrases and hashed words."""

    def of(keys):
        word = keys < 1 << 32
        ids = vocabulary.of_open[np.where(word, keys, 0)]
        return np.where(word & (ids >= vocabulary.first), ids, -1)

    return of


def train(options, config, seed):
    plan = config["residual"]
    torch.manual_seed(seed)
    random = np.random.RandomState(seed)
    corpus = Corpus(options.work)
    vocabulary = Vocabulary(options.work, config["vocabulary"]["buckets"])
    names = [*config["corpus"]["train"], *config["corpus"]["headings"]]
    sources = [Questions(corpus, vocabulary, name, options.work, plan) for name in names]
    sources += [Spans(corpus, vocabulary, name, plan) for name in plan["spanShare"]]
    share = np.array([plan["share"][name] for name in names] + [*plan["spanShare"].values()])
    model = Residual(vocabulary, config["network"], plan)
    start(model, options, plan)
    learn(model.to(options.device), sources, share, vocabulary, random, options.device)
    return model


def learn(model, sources, share, vocabulary, random, device):
    """Changes the model by batches of sources, each drawn by its share. What no batch says of a word leaves its weight where
    it was: the table is held to what it began as."""
    plan = model.plan
    of_key = keys_to_vocabulary(vocabulary)
    began = model.table.detach().clone()
    slow = [p for n, p in model.named_parameters() if "gates." in n and p.requires_grad]
    optimizer = torch.optim.AdamW(
        [
            {"params": slow, "lr": plan["rate"], "weight_decay": 0.01},
            {"params": [model.table, model.sharpness], "lr": plan["tableRate"], "weight_decay": 0},
        ],
        betas=(0.9, 0.98),
    )
    base = [group["lr"] for group in optimizer.param_groups]
    started, losses, right = time.time(), [], []
    for step in range(plan["steps"]):
        for group, rate in zip(optimizer.param_groups, base):
            group["lr"] = rate * min(1, (step + 1) / 60) * max(0.03, 1 - step / plan["steps"])
        source = sources[random.choice(len(sources), p=share / share.sum())]
        asked, views, target, also = source.draw(random)
        index = source.documents.index
        scores = scores_of(model, index, asked, views, of_key, device) * model.sharpness.exp()
        scores = scores.masked_fill(torch.from_numpy(also).to(device), -1e4)
        target = torch.from_numpy(target).to(device)
        loss = F.cross_entropy(scores, target)
        (loss + plan["tableDecay"] * (model.table - began).pow(2).sum()).backward()
        nn.utils.clip_grad_norm_(slow, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(float(loss))
        right.append(float((scores.argmax(1) == target).float().mean()))
        if (step + 1) % 100 == 0:
            said = f"step {step + 1}: loss {np.mean(losses[-100:]):.4f}, first {np.mean(right[-100:]):.3f}"
            print(f"{said}, {(time.time() - started) / 60:.1f} min", flush=True)


def start(model, options, plan):
    """Both networks from the pre-trained encoder, where there is one; else from the embeddings alone."""
    if options.start.suffix == ".pt":
        state = torch.load(options.start, map_location="cpu")
        held = {k[len("encoder.") :]: v for k, v in state.items() if k.startswith("encoder.")}
        model.gates.encoder.load_state_dict(held)
    else:
        model.gates.encoder.embeddings.weight.data = torch.from_numpy(np.load(options.start))
    if plan["frozenEmbeddings"]:
        model.gates.encoder.embeddings.weight.requires_grad_(False)
    model.query_gates = copy.deepcopy(model.gates)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--start", type=Path, required=True, help="pretrain.pt, or embeddings.npy")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--set", action="append", default=[], help="name=value, in place of the configuration's")
    options = parser.parse_args()
    config = json.loads(options.config.read_text())
    for assignment in options.set:
        name, value = assignment.split("=")
        config["residual"][name] = json.loads(value)
    model = train(options, config, options.seed)
    model.query_gates = None
    torch.save({"model": model.state_dict(), "config": config, "seed": options.seed}, options.out)


if __name__ == "__main__":
    sys.exit(main())
