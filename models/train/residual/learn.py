"""Step 6, `residual`: learns gates and table of gated_bm25.py from questions and their documents.

Each batch is of one collection, with that collection's own statistics and negatives, so that nothing is learned about
genres. What was learned is used at half its strength, exp(½ · gate), which generalises better: `strength` in the
configuration, and the model contract's head halves gates, too.

A second network weighs the words of questions meanwhile, by what stands around them, and is thrown away at the end.
What a question's wording explains, gates and table then need not explain.
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
from torch.nn import functional as F

from pretraining.corpus import Corpus
from pretraining.vocabulary import Vocabulary
from residual.batches import Questions, Spans
from residual.gated_bm25 import Residual

LOG_EVERY = 100
"""Steps that a printed figure is the mean of."""


def train(options, config, seed):
    """A new model, from what the step `pretrain` or `embeddings` made to what `residual` in the configuration says."""
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
    start(model, options.start)
    learn(model.to(options.device), sources, share, random)
    return model


def start(model, path):
    """Gives both networks the pre-trained encoder, or, where `path` is embeddings.npy, the embeddings alone."""
    if path.suffix == ".pt":
        state = torch.load(path, map_location="cpu")
        held = {k[len("encoder.") :]: v for k, v in state.items() if k.startswith("encoder.")}
        model.gates.encoder.load_state_dict(held)
    else:
        model.gates.encoder.embeddings.weight.data = torch.from_numpy(np.load(path))
    if model.plan["frozenEmbeddings"]:
        model.gates.encoder.embeddings.weight.requires_grad_(False)
    model.query_gates = copy.deepcopy(model.gates)


def learn(model, sources, share, random):
    """Changes the model by `steps` batches, each drawn of one source, and sources by their share.

    The table is held to what it began as, so that a word of which no batch says anything keeps its weight.
    """
    plan, device = model.plan, model.table.device
    began = model.table.detach().clone()
    networks = [p for n, p in model.named_parameters() if "gates." in n and p.requires_grad]
    optimizer = torch.optim.AdamW(
        [
            {"params": networks, "lr": plan["rate"], "weight_decay": 0.01},
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
        batch = source.draw(random)
        scores = model.scores(source.documents.index, batch.queries, batch.documents) * model.sharpness.exp()
        scores = scores.masked_fill(torch.from_numpy(batch.also).to(device), -1e4)
        target = torch.from_numpy(batch.target).to(device)
        loss = F.cross_entropy(scores, target)
        (loss + plan["tableDecay"] * (model.table - began).pow(2).sum()).backward()
        nn.utils.clip_grad_norm_(networks, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(float(loss))
        right.append(float((scores.argmax(1) == target).float().mean()))
        if (step + 1) % LOG_EVERY == 0:
            means = f"loss {np.mean(losses[-LOG_EVERY:]):.4f}, first {np.mean(right[-LOG_EVERY:]):.3f}"
            print(f"step {step + 1}: {means}, {(time.time() - started) / 60:.1f} min", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--start", type=Path, required=True, help="pretrain.pt, or embeddings.npy")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--set", action="append", default=[], help="name=value, in place of the configuration's value")
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
