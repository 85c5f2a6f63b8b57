"""Step `rows`: two tables with a row for each word: sums of rows are near MiniLM's vectors of questions, or of documents.

They say which stems may lend to which, as `teach` learns it, and what the embeddings of its network start from. A row
starts from MiniLM's vector of the word alone, in the directions in which documents differ most.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch
from scipy import sparse
from torch import nn
from torch.nn import functional as F

from pretraining.corpus import Corpus, Texts
from residual.teaching.vectors import Vectors

LOG_EVERY = 200
SEEN = 2
"""A word without a vector of its own has a row if so many questions or spans have it."""
CONTRAST = 15.0
"""The scale of cosines in a softmax over the documents of a batch."""


def bags_of(texts, place, width, damped):
    """csr [texts, rows] of how often each text has each word; `damped` is 1 + ln of it."""
    text = np.repeat(np.arange(len(texts.start) - 1), np.diff(texts.start))
    row = place[texts.ids]
    known = row >= 0
    shape = (len(texts.start) - 1, width)
    bags = sparse.csr_matrix((np.ones(known.sum(), np.float32), (text[known], row[known])), shape=shape)
    bags.sum_duplicates()
    if damped:
        bags.data = 1 + np.log(bags.data)
    return bags


class Rows(nn.Module):
    """bags [texts, rows] → vectors [texts, width], sums of rows."""

    def __init__(self, start):
        super().__init__()
        self.table = nn.Embedding.from_pretrained(torch.from_numpy(start.copy()), freeze=False, sparse=True)
        self.bias = nn.Parameter(torch.zeros(start.shape[1]))

    def forward(self, bags):
        used, place = np.unique(bags.indices, return_inverse=True)
        dense = sparse.csr_matrix((bags.data, place, bags.indptr), shape=(bags.shape[0], len(used))).toarray()
        dense, used = (torch.from_numpy(x).to(self.bias.device) for x in (dense, used.astype(np.int64)))
        return dense @ self.table(used) + self.bias


def fit(rows, steps, rate, loss_of):
    """Changes rows by so many steps of `loss_of`, which draws a batch by itself."""
    optimizers = [torch.optim.SparseAdam(rows.table.parameters(), lr=rate), torch.optim.Adam([rows.bias], lr=rate)]
    losses = []
    for step in range(steps):
        for optimizer in optimizers:
            optimizer.param_groups[0]["lr"] = rate * min(1, (step + 1) / 50) * max(0.03, 1 - step / steps)
            optimizer.zero_grad()
        loss = loss_of()
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
        losses.append(float(loss.detach()))
        if (step + 1) % LOG_EVERY == 0:
            print(f"step {step + 1}: loss {np.mean(losses[-LOG_EVERY:]):.4f}", flush=True)


def question_rows(start, bags, vectors, documents, axes, plan, random):
    """Rows whose sums are near MiniLM's vectors of questions, and rank documents as these do."""
    rows = Rows(start).to(documents.device)
    mean = documents.mean(0)
    near, others = (vectors - mean) @ axes, (documents - mean) @ axes
    rows.bias.data = near.mean(0) / 2

    def loss():
        batch = random.randint(0, len(vectors), plan["questions"])
        bank = random.randint(0, len(documents), plan["bank"])
        found = rows(bags[batch])
        right = torch.log_softmax(plan["sharpness"] * vectors[batch] @ documents[bank].t(), 1)
        ranked = torch.log_softmax(plan["sharpness"] * found @ others[bank].t(), 1)
        away = 1 - F.cosine_similarity(found, near[batch]).mean() + 0.3 * (found - near[batch]).pow(2).sum(1).mean()
        return away + F.kl_div(ranked, right, log_target=True, reduction="batchmean")

    fit(rows, plan["steps"], plan["rate"], loss)
    return rows.table.weight.detach().cpu().numpy()


def document_rows(start, bags, vectors, questions, axes, plan, random):
    """Rows whose sums point where MiniLM's vectors of documents point, and are as far from those of questions."""
    rows = Rows(start).to(vectors.device)
    mean = vectors.mean(0)
    near, others = (F.normalize((x - mean) @ axes, dim=1) for x in (vectors, questions))

    def loss():
        batch = random.randint(0, len(vectors), plan["documents"])
        asked = others[random.randint(0, len(questions), 2 * plan["documents"])]
        found, right = F.normalize(rows(bags[batch]), dim=1), near[batch]
        itself = torch.arange(len(batch), device=found.device)
        away = 1 - (found * right).sum(1).mean() + 3 * (found @ asked.t() - right @ asked.t()).pow(2).mean()
        return away + 0.2 * F.cross_entropy(CONTRAST * found @ right.t(), itself)

    fit(rows, plan["documentSteps"], plan["rate"], loss)
    return rows.table.weight.detach().cpu().numpy()


def rare(bags):
    """[rows] how rare each word is, at most 1."""
    held = np.bincount(bags.indices, minlength=bags.shape[1])
    return (np.log(bags.shape[0] / (held + 5)).clip(1, 9) / 9).astype(np.float32)[:, None]


def started(work, place, width, axes):
    """[rows, width] MiniLM's vectors of the words alone, less their mean; 0 for words without one."""
    held = np.load(work / "stems.npz")
    number = {word: i for i, word in enumerate(Corpus(work).words)}
    known = [i for i, stem in enumerate(held["stems"].tolist()) if stem in number]
    vectors = held["vectors"][known]
    start = np.zeros((width, axes.shape[1]), np.float32)
    start[place[[number[held["stems"][i]] for i in known]]] = (vectors - vectors.mean(0)) @ axes
    return start


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    teaching = json.loads(options.config.read_text())["teaching"]
    plan, corpus = teaching["rows"], Corpus(options.work)
    random = np.random.RandomState(teaching["seed"])
    torch.manual_seed(teaching["seed"])
    read = [Vectors(corpus, options.work, name) for name in teaching["share"]]
    asked, told = (joined([getattr(one, side) for one in read]) for side in ("asked", "texts"))
    questions, documents = (
        torch.from_numpy(np.concatenate([getattr(one, side) for one in read]).astype(np.float32)).to(options.device)
        for side in ("questions", "documents")
    )

    stems = set(np.load(options.work / "stems.npz")["stems"].tolist())
    seen = np.bincount(asked.ids, minlength=len(corpus.words)) >= SEEN
    words = np.flatnonzero(seen | np.array([word in stems for word in corpus.words]))
    place = np.full(len(corpus.words), -1)
    place[words] = np.arange(len(words))
    axes = torch.linalg.eigh(torch.cov(documents.t().double())).eigenvectors.flip(1)[:, : plan["width"]].float()
    bags = {"questions": bags_of(asked, place, len(words), False), "documents": bags_of(told, place, len(words), True)}
    start = started(options.work, place, len(words), axes.cpu().numpy()) * rare(bags["questions"])
    asking = question_rows(start, bags["questions"], questions, documents, axes, plan, random)
    telling = document_rows(asking, bags["documents"], documents, questions, axes, plan, random)
    np.savez(options.work / "rows.npz", words=words, questions=asking, documents=telling)


def joined(texts):
    """Several texts as one."""
    start = np.concatenate([[0], np.cumsum(np.concatenate([np.diff(t.start) for t in texts]))])
    return Texts([], np.concatenate([t.ids for t in texts]), start)


if __name__ == "__main__":
    sys.exit(main())
