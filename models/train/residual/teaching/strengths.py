"""How much each stem lends to each other, learned by ranking: strengths of pairs, which begin as the greater of what
`neighbours` and learned rows say.
"""

import numpy as np
import torch
from scipy import sparse
from torch import nn

LEAST_NEAR = 0.22
"""Stems whose rows have a lower cosine are no candidates."""
FLOOR = 0.01
"""A candidate begins with so much at least, since what lends nothing is not learned of."""
SEEN = 15
"""Rows of stems that fewer training texts have say too little."""
AT_ONCE = 1000


def read_lines(path):
    """{stem: {other: hundredths}} of a file of neighbours."""
    lent = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        stem, *pairs = line.split()
        lent[stem] = dict(zip(pairs[::2], map(int, pairs[1::2])))
    return lent


def by_rows(work, corpus, vocabulary, taking, counts, plan):
    """csr [vocabulary, vocabulary] of what rows of documents and questions say that stems lend to others."""
    held = np.load(work / "rows.npz")
    ids, words = vocabulary.of_open[held["words"]], held["words"]
    stems = np.array([corpus.words[word] in taking for word in words])
    use = stems & (ids >= vocabulary.first) & (counts[words] >= SEEN)
    ids = ids[use]
    telling, asking = (held[side][use] for side in ("documents", "questions"))
    telling, asking = (x - x.mean(0) for x in (telling, asking))
    telling, asking = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (telling, asking))
    lenders, others, shares = [], [], []
    for first in range(0, len(ids), AT_ONCE):
        near = telling[first : first + AT_ONCE] @ asking.T
        near[np.arange(len(near)), np.arange(first, first + len(near))] = -1
        best = np.argpartition(-near, plan["count"], axis=1)[:, : plan["count"]]
        cosine = np.take_along_axis(near, best, 1)
        kept = cosine > LEAST_NEAR
        lenders.append(np.repeat(ids[first : first + AT_ONCE], kept.sum(1)))
        others.append(ids[best[kept]])
        shares.append(np.maximum(cosine[kept] - plan["threshold"], FLOOR))
    pairs = (np.concatenate(lenders), np.concatenate(others))
    return sparse.csr_matrix((np.concatenate(shares), pairs), shape=(vocabulary.size, vocabulary.size))


class Strengths(nn.Module):
    """What stems lend: `share` has one of each pair of `lender` and `other`, which are ids of the vocabulary."""

    def __init__(self, lent, rows, vocabulary, plan):
        """`lent` is what `neighbours` says, and `rows` what rows do; the `lenders` greatest of each stem are kept."""
        super().__init__()
        number = {word: vocabulary.first + i for i, word in enumerate(vocabulary.words)}
        pairs = [
            (number[stem], number[other], share / 100)
            for stem, others in lent.items()
            for other, share in others.items()
            if stem in number and other in number
        ]
        lender, other, share = map(np.array, zip(*pairs))
        both = sparse.csr_matrix((share, (lender, other)), shape=rows.shape).maximum(rows).tocoo()
        order = np.lexsort((-both.data, both.col))
        lender, other, share = both.row[order], both.col[order], both.data[order]
        rank = np.arange(len(other)) - np.searchsorted(other, other)
        kept = rank < plan["lenders"]
        for name, ids in (("lender", lender), ("other", other)):
            self.register_buffer(name, torch.from_numpy(ids[kept].astype(np.int64)))
        began = torch.from_numpy(share[kept].astype(np.float32))
        self.register_buffer("began", began)
        self.share = nn.Parameter(began.clone())
        # For each stem the places of its lenders' pairs; one more place stands for none.
        pairs_of = np.full((vocabulary.size, plan["lenders"]), len(began))
        pairs_of[other[kept], rank[kept]] = np.arange(len(began))
        self.register_buffer("pairs_of", torch.from_numpy(pairs_of))
        self.size = vocabulary.size
        taking = {word for stem, others in lent.items() for word in (stem, *others)}
        taking = [word in taking for word in vocabulary.words]
        self.register_buffer("takes", torch.tensor([False] * vocabulary.first + taking))

    def added(self, counts, words, plan):
        """What documents with these counts [documents, vocabulary] are lent of some words, [documents, words].

        Only the `most` greatest of all that a document is lent are added to it, and none of what it has.
        """
        has = counts > 0
        said = torch.where(has, 1 + counts.clamp(min=1).log(), 0.0)
        with torch.no_grad():
            pairs = torch.stack([self.other, self.lender])
            lending = torch.sparse_coo_tensor(pairs, self.share.relu(), (self.size, self.size))
            sums = torch.sparse.mm(lending, said.t().contiguous()).t()
            sums = torch.where(self.takes & ~has, sums, 0.0)
            least = sums.topk(plan["most"], 1).values[:, -1:]
            chosen = (sums[:, words] >= least) & (sums[:, words] > 0)
        pairs = self.pairs_of[words]
        share = torch.cat([self.share.relu(), self.share.new_zeros(1)])[pairs]
        lender = torch.cat([self.lender, self.lender.new_zeros(1)])[pairs]
        sums = torch.einsum("dwl,wl->dw", said[:, lender], share)
        return torch.where(chosen, sums, 0.0).clamp(max=plan["limit"])

    def lines(self, lent, vocabulary, least):
        """The lines of a file of neighbours, of what is at least so many hundredths. Pairs with a word that is not in
        the vocabulary lend what they did."""
        known = set(vocabulary.words)
        shares = {
            stem: {o: s for o, s in others.items() if not (stem in known and o in known)}
            for stem, others in lent.items()
        }
        hundredths = (100 * self.share.detach().cpu().numpy()).round().astype(int)
        pairs = zip(self.lender.tolist(), self.other.tolist(), hundredths)
        for lender, other, share in pairs:
            words = [vocabulary.words[id - vocabulary.first] for id in (lender, other)]
            shares.setdefault(words[0], {})[words[1]] = share
        for stem, others in shares.items():
            kept = sorted((-share, other) for other, share in others.items() if share >= least)
            if kept:
                yield " ".join([stem, *(f"{other} {-share}" for share, other in kept)]) + "\n"
