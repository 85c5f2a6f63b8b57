"""Step `fit-rows`: how well a stem fits a text, as all-MiniLM-L6-v2 reads it, as rows that vectors are multiplied with.

For stems that a document has, rows are learned whose sum over a question is near what MiniLM makes of the question; for
stems that it is lent, they are what MiniLM makes of the stem's word alone. Nothing is read that is kept for tuning.
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

from pretraining.corpus import Corpus, words_of
from pretraining.minilm import MiniLM
from pretraining.neighbours import prose_stems, sentence_vectors, words_of_stems
from pretraining.pretrained import MINILM
from residual.batches import for_tuning
from residual.teaching.vectors import raw_texts

LONGEST = 160
"""Pieces of a text that is read to learn from."""
PASSAGES = 1500
"""So many are read of each collection of passages, and of each with questions but SQuAD's, whose passages are few."""
SPANS, SPAN = 15000, (4, 14)
"""Words in a row of passages, which stand in for questions."""
DEEP, TAUGHT = 2.0, 4.0
"""What a fit is multiplied with before its exponential multiplies frequencies: in `deep.py`, and in the gates that the
step `fits` teaches, of which the default's network learns about half."""
MOST = 2.0
USUAL = 20
"""A stem's usual factor is that of all stems until so many texts have it."""


def read_once(path, minilm, texts):
    """[texts, width] MiniLM's vectors of texts, kept in a file: what is there counts if it has as many."""
    if not path.exists() or len(np.load(path, mmap_mode="r")) != len(texts):
        np.save(path, minilm.vectors(texts, LONGEST))
    return np.load(path)


def read_texts(config, data):
    """{name of texts in the corpus: {id: text}}"""
    both = [f"{name}.{side}" for name in [*config["train"], *config["headings"]] for side in ("documents", "queries")]
    return {name: raw_texts(data, config, name) for name in [*both, *config["passages"]]}


def places_of(config, corpus, random):
    """Of each collection its name, the places of its texts that are not kept for tuning, and how many are ranked."""
    whole = [f"{name}.documents" for name in config["train"] if name.startswith("squad")]
    for name in [*whole, *config["passages"], *(f"{n}.documents" for n in ("medquad", "headings"))]:
        held = corpus.texts(name)
        places = [i for i in random.permutation(len(held)) if not for_tuning(held.names[i])]
        yield name, places, len(places) if name in whole else PASSAGES


def documents_of(config, corpus, texts, random):
    """(open ids, text) of documents to rank; none is kept for tuning."""
    for name, places, most in places_of(config, corpus, random):
        held = corpus.texts(name)
        for i in places[:most]:
            yield held[i], texts[name][held.names[i]]


def questions_of(config, corpus, texts, passages, random):
    """(open ids, text) of questions whose answers are not kept for tuning, and of words in a row of passages."""
    for name in [*config["train"], *config["headings"]]:
        collection = corpus.collection(name)
        tuning = [for_tuning(id) for id in collection.documents.names]
        for i, judged in enumerate(collection.relevant):
            if judged and not any(tuning[document] for document in judged):
                yield collection.queries[i], texts[f"{name}.queries"][collection.queries.names[i]]
    id_of = {word: id for id, word in enumerate(corpus.words)}
    spans = []
    while len(spans) < SPANS:
        words = passages[random.randint(len(passages))].split()
        length = random.randint(SPAN[0], SPAN[1] + 1)
        first = random.randint(max(1, len(words) - length))
        spans.append({"_id": str(len(spans)), "text": " ".join(words[first : first + length])})
    for (_, words), span in zip(words_of(spans), spans):
        yield np.array([id_of[word] for word in words if word in id_of], int), span["text"]


def learn(bags, wanted, documents, start, plan):
    """Rows whose sums over questions are near their vectors, and rank documents as these do: [words, width], bias."""
    torch.manual_seed(0)
    random = np.random.RandomState(0)
    mean = documents.mean(0)
    wanted, documents = torch.from_numpy(wanted), torch.from_numpy(documents)
    about, moved = wanted - torch.from_numpy(mean), documents - torch.from_numpy(mean)
    table = nn.Embedding.from_pretrained(torch.from_numpy(start), freeze=False, sparse=True)
    bias = nn.Parameter(about.mean(0) / 2)
    optimizers = [torch.optim.SparseAdam([table.weight], lr=plan["rate"]), torch.optim.Adam([bias], lr=plan["rate"])]
    for step in range(plan["steps"]):
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = plan["rate"] * min(1, (step + 1) / 50) * max(0.03, 1 - step / plan["steps"])
        some = random.randint(0, len(wanted), plan["batch"])
        held = bags[some]
        words, inverse = np.unique(held.indices, return_inverse=True)
        weights = sparse.csr_matrix((held.data, inverse.ravel(), held.indptr), shape=(len(some), len(words)))
        made = torch.from_numpy(weights.toarray()) @ table(torch.from_numpy(words.astype(np.int64))) + bias
        loss = (1 - F.cosine_similarity(made, about[some], dim=1)).mean()
        loss = loss + 0.3 * ((made - about[some]) ** 2).sum(1).mean()
        shown = random.choice(len(documents), min(plan["shown"], len(documents)), replace=False)
        teacher = F.log_softmax(plan["temperature"] * wanted[some] @ documents[shown].T, 1)
        student = F.log_softmax(plan["temperature"] * made @ moved[shown].T, 1)
        loss = loss + F.kl_div(student, teacher, log_target=True, reduction="batchmean")
        for optimizer in optimizers:
            optimizer.zero_grad()
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
        if (step + 1) % 250 == 0:
            print(f"step {step + 1}: loss {loss.item():.3f}", flush=True)
    return table.weight.detach().numpy()


def eight_bits(rows):
    """(scales [rows], whole numbers [rows, width])"""
    scales = np.maximum(np.abs(rows).max(1), 1e-9) / 127
    return scales.astype(np.float32), np.round(rows / scales[:, None]).astype(np.int8)


def rounded(rows):
    """Rows as 8 bits each have them, with a scale for each row."""
    scales, whole = eight_bits(rows)
    return whole * scales[:, None]


def usual_of(stems, rows, mean, documents, strength):
    """ln of the mean factor of each stem over the texts that have it; `documents` are (open ids, vector) pairs."""
    total, count = np.zeros(len(rows)), np.zeros(len(rows))
    for ids, vector in documents:
        places = np.unique(stems[ids])
        places = places[places >= 0]
        total[places] += np.exp(np.clip(strength * (rows[places] @ (vector - mean)), -MOST, MOST))
        count[places] += 1
    overall = total.sum() / count.sum()
    return np.log((total + USUAL * overall) / (count + USUAL)).astype(np.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    whole = json.loads(options.config.read_text())
    config, folder = whole["corpus"], options.work / "pretrained" / MINILM
    corpus, random = Corpus(options.work), np.random.RandomState(0)
    minilm = MiniLM(folder)
    texts = read_texts(config, options.data)
    documents = list(documents_of(config, corpus, texts, random))
    vectors = read_once(options.work / "fit-documents.npy", minilm, [text for _, text in documents])
    print(f"{len(documents)} documents", flush=True)
    asked = list(questions_of(config, corpus, texts, [text for _, text in documents], random))
    asked = [(ids, text) for ids, text in asked if len(ids)]
    wanted = read_once(options.work / "fit-questions.npy", minilm, [text for _, text in asked])
    print(f"{len(asked)} questions", flush=True)

    prose = prose_stems(config, options.work, whole["neighbours"]["code"])
    word_of = words_of_stems(config, options.data, prose, minilm.vocabulary)
    words = sentence_vectors(folder, list(word_of.values()))
    moved, mean = words - words.mean(0), vectors.mean(0)

    ids = np.concatenate([ids for ids, _ in asked])
    said = np.bincount(ids, minlength=len(corpus.words))
    place = {stem: i for i, stem in enumerate(word_of)}
    kept = [i for i, word in enumerate(corpus.words) if said[i] > 1 or word in place]
    row_of = np.full(len(corpus.words), -1)
    row_of[kept] = np.arange(len(kept))
    rare = np.log(len(asked) / (said[kept] + 5)).clip(1, 9) / 9
    of_word = {corpus.words[i]: moved[at] for i in kept if (at := place.get(corpus.words[i])) is not None}
    start = np.array([of_word.get(corpus.words[i], np.zeros(words.shape[1])) for i in kept])
    held = row_of[ids] >= 0
    asking = np.repeat(np.arange(len(asked)), [len(ids) for ids, _ in asked])
    bags = sparse.csr_matrix(
        (np.ones(held.sum(), np.float32), (asking[held], row_of[ids][held])), shape=(len(asked), len(kept))
    )
    bags.sum_duplicates()
    table = learn(bags, wanted, vectors, (start * rare[:, None]).astype(np.float32), whole["fitRows"])
    # A functional word is no term of a document.
    terms = np.array([not corpus.words[i].startswith("_") for i in kept])
    of_term = np.where(row_of >= 0, np.where(terms, terms.cumsum() - 1, -1)[row_of], -1)
    stems = [corpus.words[i] for i, is_term in zip(kept, terms) if is_term]
    read = [(ids, vector) for (ids, _), vector in zip(documents, vectors)]
    rows = rounded(table[terms])
    usual = {f"usual-{strength:g}": usual_of(of_term, rows, mean, read, strength) for strength in (DEEP, TAUGHT)}
    np.savez(options.out, stems=stems, rows=rows, lent_stems=list(word_of), lent=rounded(moved), mean=mean, **usual)
    print(f"{len(stems)} rows of a document's stems, {len(word_of)} of lent ones", flush=True)


if __name__ == "__main__":
    sys.exit(main())
