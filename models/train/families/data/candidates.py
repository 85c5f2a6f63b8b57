"""Makes runs: what BM25 or a model finds on the training collections, and how a cross-encoder scores what they found.

Indexes are built and searched by the command line. Hard negatives and teachers' scores are both read from runs.
"""

import json

import numpy as np
import scipy.sparse as sparse
import torch

from families.data.batch_source import Run
from families.data.beir import EXPANSIONS, folder_of, training_names
from families.data.sparsedge import sparsedge

QUERIES_AT_ONCE = 8


def build_arguments(build, expansion, folder):
    """The arguments of a build; where documents are expanded, with those that say so."""
    if expansion is None:
        return build
    path = folder / EXPANSIONS
    if not path.exists():
        raise SystemExit(f"{path} is missing: `sparsedge expand` makes it, and --expansions names the folder")
    return [*build, "--expansions", path, "--merge", expansion]


def mine(name, build, expansion, config, work, depth):
    """Builds an index of each training collection, asks all of its questions, and keeps the best of each."""
    out = work / "candidates" / name
    out.mkdir(parents=True, exist_ok=True)
    for collection in training_names(config):
        kept = out / f"{collection}.npz"
        if kept.exists():
            continue
        folder = folder_of(work, "train", collection)
        index, run = work / "indexes" / name / collection, out / f"{collection}.run"
        sparsedge("build", folder, "-o", index, *build_arguments(build, expansion, folder))
        sparsedge("eval", index, "--beir", folder, "-k", depth, "--measures", "MRR@10", "--run-out", run)
        numbers = [numbers_of(folder / f"{part}.jsonl") for part in ("queries", "corpus")]
        write_run(kept, read_run(run, *numbers), [len(part) for part in numbers])
        run.unlink()


def numbers_of(path):
    with open(path, encoding="utf-8") as lines:
        return {json.loads(line)["_id"]: i for i, line in enumerate(lines)}


def read_run(path, queries, documents):
    """Yields (query, document, score) of a TREC run file, queries and documents by their numbers."""
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            query, _, document, _, score, _ = line.split()
            yield queries[query], documents[document], float(score)


def write_run(path, scored, shape):
    rows, columns, values = (np.array(part) for part in zip(*scored))
    matrix = sparse.csr_matrix((values.astype(np.float32), (rows, columns)), shape=shape)
    partial = path.with_suffix(".new.npz")
    sparse.save_npz(partial, matrix)
    partial.rename(path)


@torch.no_grad()
def score(teacher, source, names, plan, work, device):
    """Has a cross-encoder score the right documents of some queries, and the best documents of some runs.

    `queries` of the plan is how many queries these are, and `depth` how many documents of each run.
    """
    out = work / "candidates" / scored_name(names)
    out.mkdir(parents=True, exist_ok=True)
    total = sum(len(one.queries) for one in source.judged)
    random = np.random.RandomState(plan["seed"])
    for one in source.judged:
        kept = out / f"{one.name}.npz"
        share = min(1.0, plan["queries"] / total)
        chosen = np.sort(random.permutation(len(one.queries))[: max(1, round(share * len(one.queries)))])
        if kept.exists():
            continue
        runs = [Run(work / "candidates" / name / f"{one.name}.npz") for name in names]
        scored = []
        for first in range(0, len(chosen), QUERIES_AT_ONCE):
            pairs = []
            for query in chosen[first : first + QUERIES_AT_ONCE]:
                found = [run.best(query)[: plan["depth"]] for run in runs]
                pairs += [(query, document) for document in np.unique(np.concatenate([one.relevant[query], *found]))]
            with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
                queries = [source.query(one, query) for query, _ in pairs]
                scores = teacher.score(queries, [source.document(one, document) for _, document in pairs], device)
            scored += [(*pair, value) for pair, value in zip(pairs, scores.float().tolist())]
        write_run(kept, scored, (len(one.queries), len(one.documents)))
        print(f"{one.name}: {len(scored)} pairs of {len(chosen)} queries", flush=True)


def scored_name(names):
    return "cross-encoder." + "+".join(names)
