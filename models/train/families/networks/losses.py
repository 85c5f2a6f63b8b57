"""The losses of rankers over scores [queries, documents], and the regularizers that keep vectors sparse.

A query's own group is its right document and then its wrong ones. The documents of other queries are wrong ones, too.
"""

import torch
from torch.nn import functional as F


def contrast(scores, batch):
    """InfoNCE over all documents of the batch (Oord, Li, Vinyals, 2018)."""
    return F.cross_entropy(scores.masked_fill(batch.also, -1e4), batch.target)


def pairwise(scores, batch):
    """Softmax cross-entropy of the right document against each wrong one of its group, two at a time."""
    group = batch.group(scores)
    return F.softplus(group[:, 1:] - group[:, :1]).mean()


def kl(scores, batch):
    """KL divergence from the teacher's distribution over the group (DeeperImpact, 2024; SPLADE-v3, 2024)."""
    student = batch.group(scores).log_softmax(1)
    return F.kl_div(student, batch.teacher.softmax(1), reduction="batchmean")


def margin_mse(scores, batch):
    """Squared difference of the margins right − wrong from the teacher's (Hofstätter et al., 2020)."""
    group = batch.group(scores)
    return F.mse_loss(group[:, :1] - group[:, 1:], batch.teacher[:, :1] - batch.teacher[:, 1:])


LOSSES = {"contrast": contrast, "pairwise": pairwise, "kl": kl, "margin-mse": margin_mse}
DISTILLED = {"kl", "margin-mse"}


def ranking_loss(scores, batch, weights):
    """The weighted sum of the losses that a configuration names: {loss: weight}."""
    return sum(weight * LOSSES[name](scores, batch) for name, weight in weights.items())


def flops(vectors):
    """Σ over terms of the squared mean weight: how many postings a query meets (Paria et al., 2020)."""
    return vectors.mean(0).pow(2).sum()


def l1(vectors):
    return vectors.sum(1).mean()


REGULARIZERS = {"flops": flops, "l1": l1}


def ramp(progress, share):
    """Regularizers grow quadratically over the first share of all steps: words are found before they are dropped."""
    return min(1.0, progress / share) ** 2


def sparsity(plan, progress, queries, documents):
    """The loss by {"kind", "query", "document", "ramp"} of a plan; `queries` is None if no network reads them."""
    of = REGULARIZERS[plan["kind"]]
    total = plan["document"] * of(documents)
    if queries is not None:
        total = total + plan["query"] * of(queries)
    return ramp(progress, plan["ramp"]) * total


def mean_terms(vectors):
    """How many terms a vector has, on average."""
    with torch.no_grad():
        return float((vectors > 0).float().sum(1).mean())
