"""Tunes a model of the kind of sparsedge-en to a collection. tuning.md walks through it.

A BEIR folder, with or without judgments, becomes a model folder in float32, for `sparsedge model quantize`. What the
tuned model finds for questions that were kept apart decides whether it is written.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import torch

from pretraining.corpus import Corpus
from pretraining.vocabulary import Vocabulary
from residual.batches import TUNING_QUERIES
from residual.inference import gates_of, table_of, values_of
from residual.learn import learn
from residual.read_model import contract_of, read_folder
from residual.sources import SOURCES, open_sources, read_sources
from residual.terms import Index, measure, rank
from residual.write_model import file_of, write_folder

FILES = ("corpus.jsonl", "queries.jsonl", "qrels/train.tsv", "qrels/dev.tsv", "qrels/test.tsv")


@torch.no_grad()
def measured(corpus, name, models, plan, device):
    """{system: nDCG@10 and MRR@10 of each question, [questions, 2]} on what was kept apart; BM25 is of words alone."""
    collection = corpus.collection(f"{name}_apart")
    asked = np.unique(np.linspace(0, len(collection.relevant) - 1, TUNING_QUERIES).astype(int))
    relevant = [collection.relevant[i] for i in asked]

    def found(index, documents, weight=None):
        queries = index.queries(collection.queries, corpus.functional, weight)[asked]
        return measure(rank(queries, documents, 10), relevant)[:, :2]

    k1, b = plan["k1"], plan["b"]
    words = Index(collection.documents, corpus.functional, phrases=False)
    both = Index(collection.documents, corpus.functional)
    figures = {"bm25": found(words, words.weights(k1, b, 0))}
    for label, model in models.items():
        gates = gates_of(model.eval(), collection.documents, device)
        values = values_of(both, collection.documents, gates, plan["strength"])
        weight = table_of(model, plan["queryStrength"])
        figures[label] = found(both, both.weights(k1, b, plan["phrase"], values, plan["burstiness"]), weight)
    return figures


def summary(figures, name):
    """Means of figures, and the gain of tuning with its standard error, as figures.json has them."""
    questions = len(figures["bm25"])
    gain = figures["tuned"] - figures["start"]

    def named(values):
        return {measure: round(float(value), 4) for measure, value in zip(("nDCG@10", "MRR@10"), values)}

    return {
        "asked": name,
        "questions": questions,
        **{system: named(values.mean(0)) for system, values in figures.items()},
        "gain": named(gain.mean(0)),
        "standardError": named(gain.std(0) / max(1, questions) ** 0.5),
    }


def claim(options, config, work):
    """Notes in the work folder which run it is of; a folder of another run is refused."""
    inputs = [options.collection / name for name in FILES]
    inputs = [path for path in [*inputs, options.expansions] if path is not None and path.exists()]
    run = {
        "config": config,
        "sources": options.sources,
        "seed": options.seed,
        "start": file_of(options.start / "model.json")["sha256"],
        "inputs": {str(path.resolve()): path.stat().st_size for path in inputs},
    }
    kept = work / "run.json"
    if not kept.exists():
        kept.write_text(json.dumps(run, indent=2) + "\n")
    differ = [name for name, value in json.loads(kept.read_text()).items() if value != run[name]]
    if differ:
        raise SystemExit(f"{work} has another run: {', '.join(differ)} differ; give this run a folder of its own")


def tune(options, config):
    """Runs every step whose output is not there yet, and returns the figures."""
    work, contract = options.work, contract_of(options.start)
    plan = {**config, "burstiness": False, **contract["bm25"], "phrase": contract["phrases"]["weight"]}
    work.mkdir(parents=True, exist_ok=True)
    claim(options, config, work)
    shutil.copyfile(options.start / contract["files"]["tokenizer"]["name"], work / "vocab.txt")
    if not (work / "corpus/words.txt").exists():
        read_sources(options, plan["span"], work)
    corpus = Corpus(work)
    apart = [name for name in SOURCES if (corpus.folder / f"{name}_apart.qrels.json").exists()]
    apart = [name for name in apart if len(corpus.texts(f"{name}_apart.queries"))]
    if not apart:
        raise SystemExit(f"{options.collection}: expected questions to keep apart, found none")

    vocabulary = Vocabulary(work, contract["tokenizer"]["buckets"])
    start, plan["strength"] = read_folder(options.start, vocabulary, plan)
    tuned, _ = read_folder(options.start, vocabulary, plan)
    if not (work / "tuned.pt").exists():
        sources = open_sources(corpus, vocabulary, options, plan, work)
        print("learns from " + ", ".join(f"{name} ({len(source.known)} documents)" for name, source in sources.items()))
        tuned.gates.encoder.embeddings.weight.requires_grad_(False)
        torch.manual_seed(options.seed)
        share = np.array([plan["share"][name] for name in sources], dtype=float)
        random = np.random.RandomState(options.seed)
        learn(tuned.to(options.device), list(sources.values()), share, random)
        torch.save(tuned.cpu().state_dict(), work / "tuned.new")
        (work / "tuned.new").rename(work / "tuned.pt")
    tuned.load_state_dict(torch.load(work / "tuned.pt", map_location="cpu"))
    if not (work / "figures.json").exists():
        models = {"start": start.to(options.device), "tuned": tuned.to(options.device)}
        figures = measured(corpus, apart[0], models, plan, options.device)
        (work / "figures.json").write_text(json.dumps(summary(figures, apart[0]), indent=2) + "\n")
    figures = json.loads((work / "figures.json").read_text())
    if figures["gain"]["nDCG@10"] >= 0 or options.accept_loss:
        of = options.collection.resolve().name
        contract.update(
            id=options.out.name,
            licence=f"{contract['licence']} for {contract['id']}; for what was learned of {of}, its owner's",
            trainedOn=f"{contract['trainedOn']}; tuned to {of}",
            source=f"models/train/tune.py, from {contract['id']}",
        )
        lent = contract["files"].get("neighbours")
        neighbours = options.start / lent["name"] if lent else None
        write_folder(options.out, tuned.cpu().eval(), contract, plan["strength"], plan["queryStrength"], neighbours)
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("collection", type=Path, help="a BEIR folder")
    parser.add_argument("--start", type=Path, required=True, help="a model folder, such as models/sparsedge-en")
    parser.add_argument("--out", type=Path, required=True, help="folder of the tuned model; its name is the model's id")
    parser.add_argument("--work", type=Path, required=True, help="what a run keeps: it goes on from there")
    parser.add_argument("--expansions", type=Path, help="a file of `sparsedge expand`")
    parser.add_argument("--sources", nargs="+", choices=SOURCES, default=SOURCES, help="default: all that are there")
    parser.add_argument("--config", type=Path, default=Path(__file__).parent / "configs/tune.json")
    parser.add_argument("--steps", type=int, help="default: the configuration's; with 0 the model stays the start")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--accept-loss", action="store_true", help="write a model that finds less than the start, too")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    options.sources = list(options.sources)
    config = json.loads(options.config.read_text())
    if options.steps is not None:
        config["steps"] = options.steps
    figures = tune(options, config)
    print(f"{figures['questions']} questions of {figures['asked']} kept apart, nDCG@10 and MRR@10:")
    for system in ("bm25", "start", "tuned", "gain", "standardError"):
        print(f"{system:>13s} " + " ".join(f"{value:8.4f}" for value in figures[system].values()))
    lost = figures["gain"]["nDCG@10"] < 0
    if lost:
        print("THE TUNED MODEL FINDS LESS than the start on what was kept apart.", file=sys.stderr)
    if lost and not options.accept_loss:
        print(f"It was not written. --accept-loss writes it; {options.work} has what it learned.", file=sys.stderr)
        return 3
    print(f"`sparsedge model quantize {options.out} -o FOLDER` puts it into eight bits")
    return 0


if __name__ == "__main__":
    sys.exit(main())
