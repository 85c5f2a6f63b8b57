"""Step 2, `train`: cross-entropy of a passage's queries, and of a share of the passage's own tokens.

A passage is read once for all of its queries: each of them sees the passage and itself, at the positions that it will
have when it is predicted alone. A run that was killed goes on where it stopped, with the steps that it would have had.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from copying import begin_to_copy
from llama import Llama
from pairs import SEPARATOR, read_groups
from tokenizer import BEGIN, END, Tokenizer

KEEP_EVERY = 50
IGNORED = -100
MOST_APART = 200
"""At most so many of the passages that are kept apart measure the loss at the end."""


class Row:
    """A passage with some of its queries.

    `ids`, `places` (positions), `part` (0 for the passage, else the number of the query) and `targets` have an entry
    for each token. Of the passage's tokens the share `documentLoss` has targets.
    """

    def __init__(self, head, queries, plan, random):
        """`head` is what the model reads before it answers, and each query ends with the token that ends an answer."""
        self.ids, self.places, self.part = list(head), list(range(len(head))), [0] * len(head)
        foretold = random.random_sample(len(head)) < plan["documentLoss"]
        self.targets = [id if told else IGNORED for id, told in zip(head[1:] + [IGNORED], foretold)]
        for number, query in enumerate(queries, 1):
            # Each query begins with a copy of the head's last token, which the passage does not see.
            self.ids += [head[-1]] + query[:-1]
            self.places += range(len(head) - 1, len(head) - 1 + len(query))
            self.part += [number] * len(query)
            self.targets += query
        self.head = len(head)


class Batch(NamedTuple):
    """Rows side by side, padded: [rows, tokens] each, and `allowed` [rows, tokens, tokens]."""

    ids: Tensor
    places: Tensor
    allowed: Tensor  # which tokens each token sees
    targets: Tensor
    of_query: Tensor  # whether a token is of a query


class Losses(NamedTuple):
    mean: Tensor  # over all tokens that have targets
    queries: Tensor  # the sum over the queries' tokens
    tokens: Tensor  # how many tokens the queries have


def batch_of(rows):
    most = max(len(row.ids) for row in rows)

    def padded(of, filler):
        return torch.tensor([list(of(row)) + [filler] * (most - len(row.ids)) for row in rows])

    ids, places = padded(lambda row: row.ids, 0), padded(lambda row: row.places, 0)
    part, targets = padded(lambda row: row.part, -1), padded(lambda row: row.targets, IGNORED)
    order = torch.arange(most)
    earlier = order[None, :, None] >= order[None, None, :]
    same = part[:, :, None] == part[:, None, :]
    # A query sees all of the passage but its last token, of which it has a copy.
    heads = torch.tensor([row.head for row in rows])[:, None, None]
    of_passage = (part[:, None, :] == 0) & (order[None, None, :] < heads - 1) & (part[:, :, None] > 0)
    return Batch(ids, places, earlier & (same | of_passage), targets, part > 0)


def losses(model, batch):
    """`model` has the interface of `Llama`."""
    scored = batch.targets != IGNORED
    hidden = model(batch.ids, batch.places, batch.allowed)
    each = F.cross_entropy(model.logits(hidden[scored]), batch.targets[scored], reduction="none")
    of_query = batch.of_query[scored]
    return Losses(each.mean(), each[of_query].sum(), of_query.sum())


class Reader:
    """Passages and queries as ids of our own tokenizer."""

    def __init__(self, tokenizer, plan):
        self.tokenizer, self.plan = tokenizer, plan
        self.separator = tokenizer.encode(SEPARATOR, prefix=False)

    def head(self, document):
        return [BEGIN] + self.tokenizer.encode(document)[: self.plan["documentTokens"]] + self.separator

    def query(self, text):
        return self.tokenizer.encode(f" {text}", prefix=False)[: self.plan["queryTokens"]] + [END]


class Passages:
    """Passages with their queries, as ids, to draw batches from."""

    def __init__(self, groups, reader, plan):
        self.plan = plan
        self.pairs = [(reader.head(group.document), [reader.query(q) for q in group.queries]) for group in groups]
        # A passage comes as often as it has queries to show.
        self.shares = np.cumsum([min(len(queries), plan["queriesAtOnce"]) for _, queries in self.pairs])

    def draw(self, step):
        """The batch of a step. It follows from the step alone, so that a run in pieces is the run in one."""
        random = np.random.RandomState([self.plan["seed"], step])
        rows = []
        for at in np.searchsorted(self.shares, random.randint(self.shares[-1], size=self.plan["batch"]), side="right"):
            head, queries = self.pairs[at]
            chosen = random.permutation(len(queries))[: self.plan["queriesAtOnce"]]
            rows.append(Row(head, [queries[i] for i in chosen], self.plan, random))
        return batch_of(rows)


def parted(groups, reader, plan):
    """The passages to learn from, and those that measure the loss."""
    return (
        Passages([group for group in groups if not group.apart], reader, plan),
        Passages([group for group in groups if group.apart][:MOST_APART], reader, plan),
    )


class Training:
    """A network and its optimizer, kept in a file; what is there already is gone on with, from `first`."""

    def __init__(self, model, plan, path):
        self.model, self.path, self.first = model, path, 0
        learned = [p for p in model.parameters() if p.requires_grad]
        matrices, vectors = ([p for p in learned if p.dim() == dim] for dim in (2, 1))
        decayed = [{"params": matrices, "weight_decay": 0.05}, {"params": vectors, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(decayed, lr=plan["rate"], betas=(0.9, 0.98))
        if path.exists():
            state = torch.load(path)
            model.load_state_dict(state["model"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.first = state["step"]

    def keep(self, step):
        state = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(), "step": step}
        torch.save(state, self.path.with_suffix(".new"))
        self.path.with_suffix(".new").rename(self.path)

    def step(self, batch, rate):
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        found = losses(self.model, batch)
        self.optimizer.zero_grad()
        found.mean.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        return found


def learn(training, passages, plan, cpu_minutes):
    """Runs the steps that are left, and says whether it came to the last: after `cpu_minutes`, if given, it stops."""
    seen, summed, tokens = 0, 0.0, 0
    for step in range(training.first, plan["steps"]):
        if cpu_minutes and time.process_time() > cpu_minutes * 60:
            training.keep(step)
            print(f"stopped before step {step}")
            return False
        batch = passages.draw(step)
        found = training.step(batch, plan["rate"] * min(1, (step + 1) / 100) * max(0.05, 1 - step / plan["steps"]))
        summed, tokens, seen = summed + found.queries.item(), tokens + int(found.tokens), seen + batch.ids.numel()
        if (step + 1) % KEEP_EVERY == 0:
            training.keep(step + 1)
            done = f"{summed / tokens:.3f} a token of queries, {seen} tokens, {time.process_time() / 60:.1f} min"
            print(f"step {step + 1}: {done}", flush=True)
            summed, tokens = 0.0, 0
    training.keep(plan["steps"])
    return True


@torch.no_grad()
def measure(model, apart):
    """Prints the loss a token of the queries of passages that are kept apart."""
    random = np.random.RandomState(apart.plan["seed"])
    parts = [losses(model, batch_of([Row(*pair, apart.plan, random)])) for pair in apart.pairs if pair[1]]
    loss = sum(float(part.queries) for part in parts) / sum(int(part.tokens) for part in parts)
    print(f"{loss:.3f} a token of the queries of {len(parts)} passages kept apart")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of collections/ and pairs/")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--cpu-minutes", type=float, help="stop then, and go on in the next run")
    options = parser.parse_args()
    config = json.loads(options.config.read_text())
    plan = config["train"]
    tokenizer = Tokenizer.load(options.work / "pieces.json")
    groups = read_groups(options.data, config["pairs"])
    passages, apart = parted(groups, Reader(tokenizer, plan), plan)
    torch.manual_seed(plan["seed"])
    model = Llama(len(tokenizer), **config["network"])
    begin_to_copy(model)
    training = Training(model, plan, options.work / "train.pt")
    size = sum(p.numel() for p in model.parameters())
    print(f"{size} parameters, {len(passages.pairs)} passages, from step {training.first}", flush=True)
    if learn(training, passages, plan, options.cpu_minutes):
        measure(model, apart)


if __name__ == "__main__":
    torch.set_num_threads(1)
    sys.exit(main())
