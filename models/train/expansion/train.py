"""Step 2, `train`: cross-entropy of a passage's queries, and of a share of the passage's own tokens.

A passage is read once for all of its queries: each of them sees the passage and itself, at the positions that it will
have when it is predicted alone. Goes on where a killed run stopped, with the same steps.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from copying import begin_to_copy
from llama import Llama
from pairs import SEPARATOR, read_groups
from tokenizer import BEGIN, END, Tokenizer

KEEP_EVERY = 50
IGNORED = -100


class Row:
    """A passage with some of its queries: ids, positions, which part each token is of (0 the passage), and targets, which
    are of the passage's tokens the share `documentLoss`."""

    def __init__(self, document, queries, separator, plan, random):
        head = [BEGIN] + document[: plan["documentTokens"]] + separator
        self.ids, self.places, self.part = list(head), list(range(len(head))), [0] * len(head)
        foretold = random.random_sample(len(head)) < plan["documentLoss"]
        self.targets = [id if told else IGNORED for id, told in zip(head[1:] + [IGNORED], foretold)]
        for number, query in enumerate(queries, 1):
            written = query[: plan["queryTokens"]] + [END]
            # The separator's last token is read again by each query, which it begins; the passage does not see that copy.
            self.ids += [head[-1]] + written[:-1]
            self.places += range(len(head) - 1, len(head) - 1 + len(written))
            self.part += [number] * len(written)
            self.targets += written
        self.head = len(head)


def batch_of(rows):
    most = max(len(row.ids) for row in rows)

    def padded(of, filler):
        return torch.tensor([list(of(row)) + [filler] * (most - len(row.ids)) for row in rows])

    ids, places, part = (
        padded(lambda row: row.ids, 0),
        padded(lambda row: row.places, 0),
        padded(lambda row: row.part, -1),
    )
    targets = padded(lambda row: row.targets, IGNORED)
    order = torch.arange(most)
    earlier = order[None, :, None] >= order[None, None, :]
    same = part[:, :, None] == part[:, None, :]
    # Of the passage, a query sees all but the last token: it has its own copy.
    heads = torch.tensor([row.head for row in rows])[:, None, None]
    of_passage = (part[:, None, :] == 0) & (order[None, None, :] < heads - 1) & (part[:, :, None] > 0)
    return ids, places, earlier & (same | of_passage), targets, part > 0


def losses(model, batch):
    """The mean loss, the sum of the queries', and the number of the queries' tokens."""
    ids, places, allowed, targets, asked = batch
    scored = targets != IGNORED
    hidden = model(ids, places, allowed)
    each = F.cross_entropy(model.logits(hidden[scored]), targets[scored], reduction="none")
    of_queries = asked[scored]
    return each.mean(), each[of_queries].sum(), of_queries.sum()


def encoded(groups, tokenizer):
    return [
        (tokenizer.encode(group.document), [tokenizer.encode(f" {q}", prefix=False) for q in group.queries])
        for group in groups
    ]


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
    separator = tokenizer.encode(SEPARATOR, prefix=False)
    groups = read_groups(options.data, config["pairs"])
    trained = encoded([group for group in groups if not group.apart], tokenizer)
    # A passage comes as often as it has queries to show.
    shares = np.cumsum([min(len(queries), plan["queriesAtOnce"]) for _, queries in trained])
    apart = encoded([group for group in groups if group.apart][:200], tokenizer)

    torch.manual_seed(plan["seed"])
    model = Llama(len(tokenizer), **config["network"])
    begin_to_copy(model)
    learned = [p for p in model.parameters() if p.requires_grad]
    matrices, vectors = ([p for p in learned if p.dim() == dim] for dim in (2, 1))
    decayed = [{"params": matrices, "weight_decay": 0.05}, {"params": vectors, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(decayed, lr=plan["rate"], betas=(0.9, 0.98))
    kept, first = options.work / "train.pt", 0
    if kept.exists():
        state = torch.load(kept)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        first = state["step"]
    size = sum(p.numel() for p in model.parameters())
    print(f"{size} parameters, {len(trained)} passages, from step {first}", flush=True)

    def keep(step):
        state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step}
        torch.save(state, kept.with_suffix(".new"))
        kept.with_suffix(".new").rename(kept)

    seen, summed, tokens = 0, 0.0, 0
    for step in range(first, plan["steps"]):
        if options.cpu_minutes and time.process_time() > options.cpu_minutes * 60:
            keep(step)
            print(f"stopped before step {step}")
            return
        # Of the step alone, so that a run in pieces is the run in one.
        random = np.random.RandomState([plan["seed"], step])
        rows = []
        for at in np.searchsorted(shares, random.randint(shares[-1], size=plan["batch"]), side="right"):
            document, queries = trained[at]
            chosen = random.permutation(len(queries))[: plan["queriesAtOnce"]]
            rows.append(Row(document, [queries[i] for i in chosen], separator, plan, random))
        batch = batch_of(rows)
        rate = plan["rate"] * min(1, (step + 1) / 100) * max(0.05, 1 - step / plan["steps"])
        for group in optimizer.param_groups:
            group["lr"] = rate
        loss, of_queries, count = losses(model, batch)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        summed, tokens, seen = summed + float(of_queries), tokens + int(count), seen + batch[0].numel()
        if (step + 1) % KEEP_EVERY == 0:
            keep(step + 1)
            minutes = time.process_time() / 60
            print(f"step {step + 1}: {summed / tokens:.3f} a token of queries, {seen} tokens, {minutes:.1f} min", flush=True)
            summed, tokens = 0.0, 0
    keep(plan["steps"])
    with torch.no_grad():
        random = np.random.RandomState(plan["seed"])
        parts = [losses(model, batch_of([Row(d, q, separator, plan, random)]))[1:] for d, q in apart if q]
    loss = sum(float(part[0]) for part in parts) / sum(int(part[1]) for part in parts)
    print(f"{loss:.3f} a token of the queries of {len(parts)} passages kept apart")


if __name__ == "__main__":
    torch.set_num_threads(1)
    sys.exit(main())
