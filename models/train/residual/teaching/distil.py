"""Step `distil`: one network of the size of `residual`'s, whose gates are the mean of its own and of `teach`'s.

It starts from what `residual` made, and learns the mean for each word of the training texts, which needs no questions.
An occurrence counts by how rare its word is, as it does in a score. The table is the mean of both, too.
"""

import argparse
import copy
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

from pretraining.corpus import Corpus
from pretraining.transformer import Encoder
from pretraining.vocabulary import CLS
from residual.batches import for_tuning
from residual.gated_bm25 import LIMITS, Gates, padded
from residual.inference import open_trained

TOGETHER = 2000
"""Texts of about one length are read together, of so many that are drawn."""
KEPT_APART = 500
"""So many texts that are kept for tuning measure what was learned."""
LOG_EVERY = 100


class Texts:
    """Training texts as open ids, and what their gates ought to be, which is asked once of each."""

    def __init__(self, rows, tuning, corpus, vocabulary, teachers, tokens, random, change=None):
        """`tuning` says of each row whether it is kept apart. What the teachers say of a row on the average is what its
        gates ought to be, with what `change` adds, which is given the row's number."""
        self.rows, self.vocabulary, self.teachers = rows, vocabulary, teachers
        self.tokens, self.random, self.change = tokens, random, change
        self.lengths = np.array([len(row) for row in rows])
        whole = self.lengths > 0
        self.known = np.flatnonzero(whole & ~np.array(tuning))
        self.apart = random.permutation(np.flatnonzero(whole & np.array(tuning)))[:KEPT_APART]
        held = np.zeros(len(corpus.words))
        for row in rows:
            held[np.unique(row)] += 1
        rarity = np.where(corpus.functional, 0, np.log((len(rows) + 1) / (held + 1)))
        self.rarity = rarity.astype(np.float32)
        self.told = {}

    def batches(self, which):
        """Texts in a random order, in batches of at most `tokens`."""
        order = self.random.permutation(which)
        parts = np.array_split(order, max(1, len(order) // TOGETHER))
        order = np.concatenate([part[np.argsort(self.lengths[part], kind="stable")] for part in parts])
        batches, first = [], 0
        while first < len(order):
            # The last of a batch is the longest, unless a new part begins within it.
            size = 1
            while first + size < len(order):
                longest = self.lengths[order[first : first + size + 1]].max() + 1
                if (size + 1) * longest > self.tokens:
                    break
                size += 1
            batches.append(order[first : first + size])
            first += size
        return [batches[i] for i in self.random.permutation(len(batches))]

    @torch.no_grad()
    def read(self, some, device):
        """ids and mask of texts, what their gates ought to be, and how much each counts, [texts, tokens]."""
        read = [np.concatenate([[CLS], self.vocabulary.read(self.rows[i])]) for i in some]
        ids, mask = padded(read, device)
        right, weight = (np.zeros(ids.shape, np.float32) for _ in range(2))
        if any(i not in self.told for i in some):
            with fast(device):
                gates = [teacher(ids, mask).float().clamp(*LIMITS) for teacher in self.teachers]
            for i, row in zip(some, torch.stack(gates).mean(0).cpu().numpy()):
                told = row[1 : self.lengths[i] + 1]
                changed = told if self.change is None else (told + self.change(i)).clip(*LIMITS)
                self.told[i] = changed.astype(np.float16)
        for row, i in enumerate(some):
            right[row, 1 : self.lengths[i] + 1] = self.told[i]
            weight[row, 1 : self.lengths[i] + 1] = self.rarity[self.rows[i]]
        return ids, mask, *(torch.from_numpy(x).to(device) for x in (right, weight))


def drawn(corpus, plan, random):
    """Texts of at most `words` words, and of each whether it is kept for tuning."""
    rows, tuning = [], []
    for name, most in plan["texts"].items():
        texts = corpus.texts(name)
        chosen = np.sort(random.permutation(len(texts))[:most]) if most else np.arange(len(texts))
        for i in chosen:
            rows.append(cut(texts[i], plan["words"], random))
            tuning.append(for_tuning(texts.names[i]))
    return rows, tuning


def cut(text, most, random):
    """Of a long text the beginning, or any part."""
    start = random.randint(0, len(text) - most + 1) if len(text) > most and random.rand() < 0.5 else 0
    return text[start : start + most]


def fast(device):
    return torch.autocast(device, torch.bfloat16)


@torch.no_grad()
def measured(gates, batches):
    """The weighted squared error, and the correlation, of what batches ought to have."""
    found = [(gates(ids, mask).clamp(*LIMITS), right, weight) for ids, mask, right, weight in batches]
    found, right, weight = (torch.cat([x[i][x[2] > 0] for x in found]) for i in range(3))
    error = (weight * (found - right).pow(2)).sum() / weight.sum()
    return f"error {float(error):.4f}, correlation {float(torch.corrcoef(torch.stack([found, right]))[0, 1]):.4f}"


def learn(gates, texts, plan, device):
    """Changes the gates by `steps` batches."""
    apart = [texts.read(some, device) for some in texts.batches(texts.apart)]
    print(f"{len(texts.known)} texts; kept apart, at first: {measured(gates, apart)}", flush=True)
    embeddings = gates.encoder.embeddings.weight.requires_grad_(True)
    others = [p for p in gates.parameters() if p is not embeddings]
    groups = [{"params": others, "weight_decay": 0.01}, {"params": [embeddings], "weight_decay": 0}]
    optimizer = torch.optim.AdamW(groups, lr=plan["rate"], betas=(0.9, 0.98))
    waiting, losses, started = [], [], time.time()
    for step in range(plan["steps"]):
        for group in optimizer.param_groups:
            group["lr"] = plan["rate"] * min(1, (step + 1) / 60) * max(0.02, 1 - step / plan["steps"])
        waiting = waiting or texts.batches(texts.known)
        ids, mask, right, weight = texts.read(waiting.pop(), device)
        with fast(device):
            found = gates(ids, mask)
        loss = (weight * (found.float() - right).pow(2)).sum() / weight.sum()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(others, 1.0)
        optimizer.step()
        losses.append(float(loss.detach()))
        if (step + 1) % LOG_EVERY == 0:
            minutes = (time.time() - started) / 60
            print(f"step {step + 1}: error {np.mean(losses[-LOG_EVERY:]):.4f}, {minutes:.1f} min", flush=True)
    print(f"kept apart, at the end: {measured(gates, apart)}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--start", type=Path, required=True, help="what `residual` made")
    parser.add_argument("--taught", type=Path, required=True, help="what `teach` made")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    config = json.loads(options.config.read_text())
    plan = config["distil"]
    torch.manual_seed(plan["seed"])
    model, vocabulary, trained = open_trained(options.start, options.work)
    taught = torch.load(options.taught, map_location="cpu")
    teacher = Gates(Encoder(vocabulary.size, **config["teaching"]["network"]))
    teacher.load_state_dict(taught["gates"])
    teachers = [copy.deepcopy(model.gates).eval().to(options.device), teacher.eval().to(options.device)]
    random = np.random.RandomState(plan["seed"])
    corpus = Corpus(options.work)
    texts = Texts(*drawn(corpus, plan, random), corpus, vocabulary, teachers, plan["tokens"], random)
    learn(model.gates.to(options.device), texts, plan, options.device)
    model.cpu().table.data = (model.table.data + taught["table"]) / 2
    torch.save({"model": model.state_dict(), "config": trained}, options.out)


if __name__ == "__main__":
    sys.exit(main())
