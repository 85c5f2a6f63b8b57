"""Step 6, `residual`: gates for the words of documents and a table of weights for the words of queries, inside BM25.

impact = idf · tf′ · (k1 + 1) / (tf′ + k1 · (1 − b + b · length / mean)), tf′ = Σ exp(gate) over a term's occurrences. Each
batch is of one collection, with that collection's own statistics and negatives, so that nothing is learned about
genres. What is trained is used at half its strength, exp(½ · gate), which generalises better: `strength` in the
configuration; 0.5 is that of the model contract's head.
"""

import argparse
import json
import sys
import time
import zlib
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from corpus import Corpus
from network import Encoder, Gates
from terms import Index
from vocabulary import CLS, PAD, Vocabulary

LIMITS = (-4.0, 2.0)


class Source:
    """A training collection, ready to be drawn from."""

    def __init__(self, corpus, vocabulary, name, work):
        self.name = name
        self.collection = corpus.collection(name)
        self.index = Index(self.collection.documents, corpus.functional)
        self.negatives = np.load(work / f"negatives.{name}.npy")
        self.read = vocabulary.of_open[self.collection.documents.ids]
        self.ends = np.searchsorted(self.index.found.text, np.arange(self.index.size + 1))
        query_index = self.index.queries(self.collection.queries, corpus.functional)
        self.queries = query_index
        self.open_of_column = self.index.keys
        # Documents that are kept for tuning are neither asked for nor shown as wrong answers.
        self.tuning = np.array([for_tuning(id) for id in self.collection.documents.names])
        self.asked = {}
        for query, judged in enumerate(self.collection.relevant):
            for document in judged:
                if not self.tuning[document] and query_index.indptr[query] < query_index.indptr[query + 1]:
                    self.asked.setdefault(document, []).append(query)
        self.documents = np.array(sorted(self.asked))

    def ids_of(self, document, limit):
        start = self.collection.documents.start
        return self.read[start[document] : min(start[document + 1], start[document] + limit)]


def for_tuning(id):
    return zlib.crc32(("tuning " + id).encode()) % 100 < 12


class Residual(nn.Module):
    def __init__(self, vocabulary, network, plan):
        super().__init__()
        self.gates = Gates(Encoder(vocabulary.size, **network))
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


def batch_of(source, random, plan):
    """Documents, each with up to `questions` of its queries, and one negative for the first of these."""
    asked = random.choice(source.documents, min(plan["documents"], len(source.documents)), replace=False)
    queries, gold, wrong = [], [], []
    for document in asked:
        known = source.asked[document]
        chosen = random.choice(known, min(plan["questions"], len(known)), replace=False)
        queries += chosen.tolist()
        gold += [document] * len(chosen)
        wrong.append(random.choice(source.negatives[chosen[0]]))
    wrong = [d for d in wrong if not source.tuning[d]]
    documents = np.unique(np.concatenate([asked, np.array(wrong, dtype=asked.dtype)]))
    return np.array(queries), np.array(gold), documents


def scores_of(model, source, queries, documents, vocabulary_of_key, device):
    """[queries, documents], by BM25 over gated frequencies."""
    plan, index = model.plan, source.index
    asked = source.queries[queries]
    columns = np.unique(asked.indices)
    spread = np.full(len(index.keys), -1)
    spread[columns] = np.arange(len(columns))
    rows = [np.concatenate([[CLS], source.ids_of(d, plan["tokens"])]) for d in documents]
    ids, mask = padded(rows, device)
    gates = model.gates(ids, mask).clamp(*LIMITS)

    cells, places, second = [], [], []
    for row, document in enumerate(documents):
        here = slice(source.ends[document], source.ends[document + 1])
        column = spread[index.column[here]]
        kept = column >= 0
        cells.append(row * len(columns) + column[kept])
        for held, values in ((places, index.found.at[here]), (second, index.found.second[here])):
            value = values[kept] + 1  # after [CLS]
            held.append(row * ids.shape[1] + np.where(value < ids.shape[1], value, 0))
    cells, places, second = (np.concatenate(part) for part in (cells, places, second))
    # A word beyond what was read counts as one: its gate is that of a place whose gate is 0.
    flat = torch.where(torch.arange(ids.shape[1], device=device) == 0, torch.zeros_like(gates), gates).flatten()
    first_gate = flat[torch.from_numpy(places).to(device)]
    is_phrase = torch.from_numpy(index.is_phrase[columns][cells % len(columns)]).to(device)
    if plan["gatedPhrases"]:
        both = (first_gate + flat[torch.from_numpy(second).to(device)]) / 2
        value = torch.where(is_phrase, both, first_gate).exp()
    else:
        value = torch.where(is_phrase, torch.zeros_like(first_gate), first_gate).exp()
    frequency = torch.zeros(len(documents) * len(columns), device=device)
    frequency = frequency.index_add(0, torch.from_numpy(cells).to(device), value).view(len(documents), -1)

    length = torch.from_numpy(index.length[documents] / index.mean_length).to(device)
    scale = (plan["k1"] * (1 - plan["b"] + plan["b"] * length))[:, None]
    saturated = frequency * (plan["k1"] + 1) / (frequency + scale)
    idf = np.where(index.is_phrase[columns], plan["phrase"], 1.0) * index.idf[columns]
    counted = torch.from_numpy((asked[:, columns].toarray() * idf).astype(np.float32)).to(device)
    words = vocabulary_of_key(index.keys[columns])
    learned = torch.where(
        torch.from_numpy(words >= 0).to(device),
        model.table[torch.from_numpy(words.clip(min=0)).to(device)].clamp(*LIMITS).exp(),
        torch.ones((), device=device),
    )
    return (counted * learned) @ saturated.t()


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
    sources = [Source(corpus, vocabulary, name, options.work) for name in names]
    share = np.array([plan["share"][name] for name in names])
    model = Residual(vocabulary, config["network"], plan)
    start(model, options, plan)
    model.to(options.device)
    of_key = keys_to_vocabulary(vocabulary)
    slow = [p for n, p in model.named_parameters() if n.startswith("gates") and p.requires_grad]
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
        queries, gold, documents = batch_of(source, random, plan)
        scores = scores_of(model, source, queries, documents, of_key, options.device) * model.sharpness.exp()
        target = np.searchsorted(documents, gold)
        also = np.zeros(scores.shape, dtype=bool)
        for i, query in enumerate(queries):
            also[i] = np.isin(documents, list(source.collection.relevant[query]))
        also[np.arange(len(queries)), target] = False
        scores = scores.masked_fill(torch.from_numpy(also).to(options.device), -1e4)
        target = torch.from_numpy(target).to(options.device)
        loss = F.cross_entropy(scores, target)
        (loss + plan["tableDecay"] * model.table.pow(2).sum()).backward()
        nn.utils.clip_grad_norm_(slow, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(float(loss))
        right.append(float((scores.argmax(1) == target).float().mean()))
        if (step + 1) % 100 == 0:
            said = f"step {step + 1}: loss {np.mean(losses[-100:]):.4f}, first {np.mean(right[-100:]):.3f}"
            print(f"{said}, {(time.time() - started) / 60:.1f} min", flush=True)
    return model


def start(model, options, plan):
    """From the pre-trained encoder, where there is one; else from the embeddings alone."""
    if options.start.suffix == ".pt":
        state = torch.load(options.start, map_location="cpu")
        held = {k[len("encoder.") :]: v for k, v in state.items() if k.startswith("encoder.")}
        model.gates.encoder.load_state_dict(held)
    else:
        model.gates.encoder.embeddings.weight.data = torch.from_numpy(np.load(options.start))
    if plan["frozenEmbeddings"]:
        model.gates.encoder.embeddings.weight.requires_grad_(False)


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
    torch.save({"model": model.state_dict(), "config": config, "seed": options.seed}, options.out)


if __name__ == "__main__":
    sys.exit(main())
