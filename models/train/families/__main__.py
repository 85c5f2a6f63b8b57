"""Trains and measures every family of a configuration: `python3 models/train/families STEP --config …`.

The steps are corpus, embeddings, pretrain, contrastive, train SYSTEM, export SYSTEM, evaluate SYSTEM and figure; `all`
is all of them in order. A step first makes what it needs and is not there, and a step that was killed goes on.
"""

import argparse
import json
import sys
from pathlib import Path

# Python would look for modules in this folder. It is a package of models/train, whose rooms are imported by their
# names.
sys.path[0] = str(Path(__file__).resolve().parents[1])

import torch  # noqa: E402

from families.data.beir import EXPANSIONS, lay_out  # noqa: E402
from families.data.pieces import write_corpus  # noqa: E402
from families.measuring.figure import draw  # noqa: E402
from families.measuring.results import evaluate  # noqa: E402
from families.training.systems import Ladder  # noqa: E402
from pretraining.corpus import ROOT  # noqa: E402


STEPS = ("corpus", "embeddings", "pretrain", "contrastive", "train", "export", "evaluate", "figure", "all")


def read_config(path):
    """A configuration, with one more system for each strength of its trade-off."""
    config = json.loads(path.read_text())
    if "tradeoff" in config:
        plan = config["tradeoff"]
        base = config["systems"][plan["system"]]
        for strength in plan["strengths"]:
            sparsity = dict(base["sparsity"])
            for side in ("query", "document"):
                sparsity[side] *= strength
            config["systems"][f"{plan['system']}@{strength}"] = {**base, "sparsity": sparsity}
    return config


def without_absent(config, work):
    """Takes out of a configuration the systems and baselines that lack their expansions or their model.

    A system that goes on from another one stays without expansions, and reads documents as they are.
    """
    baselines, systems = config["baselines"], config["systems"]
    expanded = any((work / "collections").glob(f"*/*/{EXPANSIONS}"))

    def needs_expansions(plan):
        return not expanded and plan.get("expansion") is not None

    left = {name for name, plan in baselines.items() if needs_expansions(plan) or not model_of(plan).exists()}
    left |= {name for name, plan in systems.items() if needs_expansions(plan) and "start" not in plan}
    for name, plan in systems.items():
        if needs_expansions(plan):
            plan["expansion"] = None
            if name not in left:
                print(f"{name} reads documents as they are", flush=True)
        # A system that starts from one that is left out, or learns from what that finds, cannot be trained either.
        if {plan.get("start"), *plan.get("wrong", [])} & left:
            left.add(name)
        if left & set(plan.get("teachers", [])):
            plan["teachers"] = [teacher for teacher in plan["teachers"] if teacher not in left]
            print(f"{name} is taught by {', '.join(plan['teachers'])} alone", flush=True)
    if left:
        print(f"left out, for want of expansions or a model: {', '.join(sorted(left))}", flush=True)
    config["baselines"] = {name: plan for name, plan in baselines.items() if name not in left}
    config["systems"] = {name: plan for name, plan in systems.items() if name not in left}


def model_of(plan):
    """The folder of the model that a baseline is built with, or the repository's, which exists, if it has no model."""
    build = plan["build"]
    return ROOT / build[build.index("--model") + 1] if "--model" in build else ROOT


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("systems", nargs="*", help="systems of the configuration (default: all)")
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of collections/, pairs/ and passages/")
    parser.add_argument("--vocabulary", type=Path, required=True, help="vocab.txt of bert-base-uncased")
    parser.add_argument("--expansions", type=Path, help="folder of COLLECTION.jsonl, made by `sparsedge expand`")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    config, work = read_config(options.config), options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    if not (work / "corpus/words.txt").exists():
        lay_out(config["corpus"], options.data, work, options.expansions)
        write_corpus(config["corpus"], options.data, options.vocabulary, work)
    without_absent(config, work)
    if options.step == "corpus":
        return
    ladder = Ladder(config, work, options.device)
    whole = options.step == "all"
    if options.step == "embeddings":
        if "pretrained" in config:
            raise SystemExit(f"embeddings: {config['pretrained']}, from which this configuration starts, has its own")
        ladder.embeddings()
    if whole or options.step == "pretrain":
        ladder.pretrained()
    if whole or options.step == "contrastive":
        ladder.contrastive()
    names = options.systems or list(config["systems"])
    if whole or options.step == "train":
        for name in names:
            ladder.trained(name)
    if whole or options.step == "export":
        for name in names:
            if ladder.plan(name)["family"] == "cross-encoder":
                ladder.exported(name)
            elif ladder.plan(name)["family"] != "sparterm-gate":
                ladder.quantized(name)
    if whole or options.step == "evaluate":
        evaluate(ladder, options.systems)
    if whole or options.step == "figure":
        results = json.loads((work / "results.json").read_text())
        for cost in ("reads", "postings"):
            (work / f"{cost}.svg").write_text(draw(results, cost), encoding="utf-8")


if __name__ == "__main__":
    main()
