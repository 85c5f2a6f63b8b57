"""Step `teach`: a larger network, taught for long to rank as BM25 and MiniLM do together, which `distil` learns from.

First it guesses hidden words and MiniLM's vector of a text (`guess`). Then gates, table and what stems lend each other
are learned by ranking (`rank`), beside a network that reads the questions and is thrown away. It needs a GPU: on an
H100 the first takes 80 seconds and the second 390.
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

from pretraining.corpus import Corpus
from pretraining.transformer import Encoder, MaskedLanguageModel
from pretraining.vocabulary import CLS, MASK, PAD, Vocabulary
from residual.gated_bm25 import LIMITS, Gates
from residual.teaching.lesson_sources import PHRASE, Source
from residual.teaching.strengths import Strengths, by_rows, read_lines
from residual.teaching.vectors import Vectors

HIDDEN, UNSEEN = 0.12, 0.85
"""So many words are guessed, and of these so many are not seen."""
GUESSED = 4096
"""At most so many words of a batch are guessed."""
SHARPNESS = 20.0
"""The scale of cosines in a softmax."""
START = 0.04
"""The standard deviation of the embeddings that rows give."""
LOG_EVERY = 200


class Taught(nn.Module):
    """What is learned: the network with its two heads, the table, and what stems lend."""

    def __init__(self, vocabulary, network, strengths, vectors):
        super().__init__()
        self.gates = Gates(Encoder(vocabulary.size, **network))
        self.meaning = nn.Linear(network["width"], vectors)
        self.table = nn.Parameter(torch.zeros(vocabulary.size))
        self.sharpness = nn.Parameter(torch.tensor(-0.5))
        self.strengths = strengths
        self.vocabulary = vocabulary

    def begin(self, work):
        """Words that have rows of questions start from them."""
        held = np.load(work / "rows.npz")
        ids = self.vocabulary.of_open[held["words"]]
        own = ids >= self.vocabulary.first
        rows = torch.from_numpy(held["questions"][own])
        self.gates.encoder.embeddings.weight.data[ids[own]] = rows / rows.std() * START

    def vectors(self, hidden, mask):
        """What a text means, [batch, width of MiniLM]."""
        return self.meaning((hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True))


class Lesson:
    """One run: what it learns from, and how fast."""

    def __init__(self, sources, model, plan, device):
        self.sources, self.model, self.plan, self.device = sources, model, plan, device
        self.random = np.random.RandomState(plan["seed"])
        share = np.array(list(plan["share"].values()), dtype=float)
        self.share = share / share.sum()
        self.mean = torch.cat([source.vectors for source in sources]).mean(0)
        self.of_open = torch.from_numpy(model.vocabulary.of_open).to(device)

    def source(self):
        return self.sources[self.random.choice(len(self.sources), p=self.share)]

    def read(self, words, mask):
        """ids and mask with [CLS] before the words, cut to the longest."""
        longest = int(mask.sum(1).max())
        mask = mask[:, :longest]
        ids = torch.where(mask, self.of_open[words[:, :longest]], PAD)
        return F.pad(ids, (1, 0), value=CLS), F.pad(mask, (1, 0), value=True)

    def first(self, ids, chance):
        """The position that a batch begins at: any that leaves room, with some chance."""
        room = len(self.model.gates.encoder.positions.weight) - ids.shape[1]
        return int(self.random.randint(0, room + 1)) if self.random.rand() < chance else 0

    def fast(self):
        return torch.autocast(self.device, torch.bfloat16)

    def rates(self, optimizer, base, step, steps, least):
        for group, rate in zip(optimizer.param_groups, base):
            group["lr"] = rate * min(1, (step + 1) / 200) * max(least, 1 - step / steps)


def guess(lesson, plan):
    """Teaches the network to guess hidden words, and what MiniLM makes of documents and questions."""
    model, random, device = lesson.model, lesson.random, lesson.device
    words = MaskedLanguageModel(model.gates.encoder).to(device)
    words.bias.data -= 5
    learned = [*words.parameters(), *model.meaning.parameters()]
    optimizer = torch.optim.AdamW(learned, lr=plan["rate"], betas=(0.9, 0.98), weight_decay=0.01)
    for step in range(plan["steps"]):
        lesson.rates(optimizer, [plan["rate"]], step, plan["steps"], 0.05)
        source = lesson.source()
        sides = ((source.documents, source.vectors), (source.asked, source.questions))
        chosen = [torch.from_numpy(random.randint(0, len(v), plan["batch"])).to(device) for _, v in sides]
        read = [lesson.read(side.words[i], side.mask[i]) for (side, _), i in zip(sides, chosen)]
        longest = max(ids.shape[1] for ids, _ in read)
        ids, mask = (torch.cat([F.pad(x, (0, longest - x.shape[1])) for x in both]) for both in zip(*read))
        right = torch.cat([vectors[i] for (_, vectors), i in zip(sides, chosen)]) - lesson.mean
        hidden = (torch.rand(ids.shape, device=device) < HIDDEN) & (ids >= model.vocabulary.first)
        seen = torch.where(hidden & (torch.rand(ids.shape, device=device) < UNSEEN), MASK, ids)
        places = hidden.nonzero()
        places = places[torch.randperm(len(places), device=device)[:GUESSED]].unbind(1)
        with lesson.fast():
            states = model.gates.encoder(seen, mask, first=lesson.first(ids, 0.5))
            found = model.vectors(states, mask)
            logits = words.logits(states[places])
        found = found.float()
        loss = 0.15 * F.cross_entropy(logits.float(), ids[places]) + 0.3 * (found - right).pow(2).sum(1).mean()
        found, right = F.normalize(found, dim=1), F.normalize(right, dim=1)
        itself = 1e4 * torch.eye(len(right), device=device)
        ranked, told = (torch.log_softmax(SHARPNESS * x @ x.t() - itself, 1) for x in (found, right))
        away = 1 - (found * right).sum(1).mean()
        loss = loss + 2 * away + F.kl_div(ranked, told, log_target=True, reduction="batchmean")
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(learned, 1.0)
        optimizer.step()
        if (step + 1) % LOG_EVERY == 0:
            said, near = float(loss.detach()), 1 - float(away.detach())
            print(f"guess {step + 1}: loss {said:.3f}, cosine {near:.3f}", flush=True)


def asking_network(model, device):
    """The second network: it reads questions, with the first one's embeddings."""
    encoder = model.gates.encoder
    width, positions = encoder.embeddings.weight.shape[1], len(encoder.positions.weight)
    asking = Gates(Encoder(model.vocabulary.size, width, 2, 4, positions)).to(device)
    asking.encoder.positions.load_state_dict(encoder.positions.state_dict())
    asking.encoder.norm_in.load_state_dict(encoder.norm_in.state_dict())
    asking.encoder.embeddings = encoder.embeddings
    return asking


class Columns:
    """The terms of some questions, and where the terms of texts fall among them."""

    def __init__(self, keys, lesson):
        self.keys = keys[keys >= 0].unique()
        word = self.keys < PHRASE
        self.ids = torch.where(word, lesson.of_open[torch.where(word, self.keys, 0)], 0)
        self.known = word & (self.ids >= lesson.model.vocabulary.first)

    def __len__(self):
        return len(self.keys)

    def places(self, keys):
        """For each key its column, and one more for all that have none."""
        place = torch.searchsorted(self.keys, keys.clamp(min=0)).clamp(max=len(self) - 1)
        return torch.where((keys >= 0) & (self.keys[place] == keys), place, len(self))

    def summed(self, places, values):
        """[texts, columns] of values [texts, occurrences]."""
        empty = torch.zeros(len(places), len(self) + 1, device=places.device)
        return empty.scatter_add(1, places, values)[:, : len(self)]


class Ranked:
    """A batch of questions and documents with the scores of model and teacher, [questions, documents]."""

    def __init__(self, lesson, asking, source, batch, plan):
        model = lesson.model
        documents, asked = source.documents, source.asked
        columns = Columns(asked.keys[batch.questions], lesson)
        idf = source.idf(columns.keys)
        ids, mask = lesson.read(documents.words[batch.documents], documents.mask[batch.documents])
        question, shown = lesson.read(asked.words[batch.questions], asked.mask[batch.questions])
        with lesson.fast():
            states = model.gates.encoder(ids, mask, first=lesson.first(ids, 0.3))
            gates = model.gates.head(states)[..., 0]
            self.vectors = model.vectors(states, mask).float()
            asks = asking(question, shown)
        gates, asks = (x.float()[:, 1:].clamp(*LIMITS) for x in (gates, asks))
        keys = documents.keys[batch.documents]
        places = columns.places(keys)
        ones = torch.ones_like(places, dtype=torch.float)
        values = ones.clone()
        values[:, : gates.shape[1]] = gates.exp()
        with torch.no_grad():
            counts = torch.zeros(len(ids), model.vocabulary.size, device=ids.device)
            counts = counts.scatter_add(1, ids, mask.float())
        added = model.strengths.added(counts, columns.ids, plan)
        added = torch.where(columns.known, added, 0.0)
        weights = source.saturated(columns.summed(places, values) + added, batch.documents) * idf
        asked_keys, words = asked.keys[batch.questions], asked.words.shape[1]
        at = columns.places(asked_keys)

        def questions(table, asks=None):
            weight = F.pad(torch.where(columns.known, table[columns.ids], 0.0).clamp(*LIMITS), (0, 1))[at]
            if asks is not None:
                weight = weight + F.pad(asks, (0, at.shape[1] - asks.shape[1]))
            is_word = torch.arange(at.shape[1], device=at.device) < words
            return columns.summed(at, torch.where(is_word, weight, 0.0).exp() * (asked_keys >= 0))

        self.scores = questions(model.table, asks) @ weights.t() * model.sharpness.exp()
        with torch.no_grad():
            plain = source.saturated(columns.summed(places, ones), batch.documents) * idf
            near = source.questions[batch.questions] @ source.vectors[batch.documents].t()
            self.told = plan["temperature"] * (questions(plan["began"]) @ plain.t() + plan["minilm"] * near)


def loss_of(ranked, batch, passages, plan):
    """The divergence of the model's scores from the teacher's.

    A judged document has a share of what is to be learned. The passage that a span was taken from is mostly left out,
    since what says the same words is not hard to find.
    """
    told, scores = ranked.told, ranked.scores
    itself = torch.arange(len(batch.right), device=told.device)
    if passages:
        out = torch.zeros_like(told, dtype=torch.bool)
        out[itself, batch.right] = torch.rand(len(batch.right), device=told.device) < plan["leftOut"]
        told, scores = told.masked_fill(out, -1e4), scores.masked_fill(out, -1e4)
    target = told.softmax(1)
    if not passages:
        target = (1 - plan["judged"]) * target
        target[itself, batch.right] += plan["judged"]
    return (target * (target.clamp(min=1e-9).log() - scores.log_softmax(1))).sum(1).mean()


def rank(lesson, plan, passages):
    """Learns by ranking; what the model is at the end is a moving average."""
    model = lesson.model
    asking = asking_network(model, lesson.device)
    embeddings = model.gates.encoder.embeddings.weight
    networks = [p for part in (model.gates, model.meaning) for p in part.parameters() if p is not embeddings]
    second = [p for p in asking.parameters() if p is not embeddings]
    table = [model.table, model.sharpness]
    learned = ((networks, 1, 0.01), ([embeddings], 0.3, 0), (second, 1, 0.01), (table, 10, 0))
    groups = [{"params": p, "lr": plan["rate"] * times, "weight_decay": decay} for p, times, decay in learned]
    groups.append({"params": [model.strengths.share], "lr": plan["strengthRate"], "weight_decay": 0})
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98))
    base = [group["lr"] for group in groups]
    kept = list(model.parameters())
    average = [p.detach().clone() for p in kept]
    plan = {**plan, "began": model.table.detach().clone()}
    losses, started = [], time.time()
    for step in range(plan["steps"]):
        lesson.rates(optimizer, base, step, plan["steps"], 0.02)
        number = lesson.random.choice(len(lesson.sources), p=lesson.share)
        source = lesson.sources[number]
        batch = source.draw(lesson.random, passages[number])
        ranked = Ranked(lesson, asking, source, batch, plan)
        loss = loss_of(ranked, batch, passages[number], plan)
        losses.append(float(loss.detach()))
        right = source.vectors[batch.documents] - lesson.mean
        loss = loss + 1 - F.cosine_similarity(ranked.vectors, right, dim=1).mean()
        loss = loss + plan["strengthDecay"] * (model.strengths.share - model.strengths.began).pow(2).sum()
        loss = loss + plan["tableDecay"] * (model.table - plan["began"]).pow(2).sum()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_([*networks, embeddings, *second], 1.0)
        optimizer.step()
        torch._foreach_lerp_(average, [p.detach() for p in kept], max(1 - plan["average"], 1 / (step + 1)))
        if (step + 1) % LOG_EVERY == 0:
            minutes = (time.time() - started) / 60
            print(f"rank {step + 1}: loss {np.mean(losses[-LOG_EVERY:]):.3f}, {minutes:.1f} min", flush=True)
    for parameter, mean in zip(kept, average):
        parameter.data.copy_(mean)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--start", type=Path, required=True, help="what `residual` made, for its table")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    config = json.loads(options.config.read_text())
    plan, corpus = config["teaching"], Corpus(options.work)
    torch.manual_seed(plan["seed"])
    vocabulary = Vocabulary(options.work, config["vocabulary"]["buckets"])
    functional = torch.from_numpy(corpus.functional).to(options.device)
    read = [Vectors(corpus, options.work, name) for name in plan["share"]]
    sources = [Source(one, functional, plan["rank"], config["residual"], options.device) for one in read]
    for source in sources:
        source.find()
    lent = read_lines(options.work / "neighbours.txt")
    taking = {word for stem, others in lent.items() for word in (stem, *others)}
    counts = sum(np.bincount(one.texts.ids, minlength=len(corpus.words)) for one in read)
    rows = by_rows(options.work, corpus, vocabulary, taking, counts, plan["strengths"])
    strengths = Strengths(lent, rows, vocabulary, plan["strengths"])
    model = Taught(vocabulary, plan["network"], strengths, read[0].documents.shape[1])
    model.begin(options.work)
    table = torch.load(options.start, map_location="cpu")["model"]["table"]
    model.table.data = plan["rank"]["tableStrength"] * table
    lesson = Lesson(sources, model.to(options.device), plan, options.device)
    guess(lesson, plan["guess"])
    passages = [name in config["corpus"]["passages"] for name in plan["share"]]
    rank(lesson, plan["rank"], passages)
    lines = model.cpu().strengths.lines(lent, vocabulary, plan["strengths"]["least"])
    (options.work / "neighbours-taught.txt").write_text("".join(lines), encoding="utf-8")
    torch.save({"gates": model.gates.state_dict(), "table": model.table.detach()}, options.work / "taught.pt")


if __name__ == "__main__":
    sys.exit(main())
