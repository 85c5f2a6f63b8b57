"""Trains and measures every family of a configuration: `python3 models/train/families STEP --config … --data … --work …`.

Steps: corpus, embeddings, pretrain, contrastive, train SYSTEM, export SYSTEM, evaluate, figure; `all` is all of them in order.
Each makes first what it needs and is not there; a step that was killed goes on.
"""

import argparse
import json
import sys
from pathlib import Path

# This folder is a package of models/train, and the parent's modules are imported by their own names.
sys.path[0] = str(Path(__file__).resolve().parents[1])

import torch  # noqa: E402

from families import figure, measuring  # noqa: E402
from families.beir import EXPANSIONS, lay_out  # noqa: E402
from families.pieces import write_corpus  # noqa: E402
from families.systems import Ladder  # noqa: E402


def read_config(path):
    """A configuration, with one more system for each strength of its trade-off."""
    config = json.loads(path.read_text())
    if "tradeoff" in config:
        plan = config["tradeoff"]
        base = config["systems"][plan["system"]]
        for strength in plan["strengths"]:
            sparsity = {key: value for key, value in base["sparsity"].items()}
            sparsity |= {"query": strength * sparsity["query"], "document": strength * sparsity["document"]}
            config["systems"][f"{plan['system']}@{strength}"] = {**base, "sparsity": sparsity}
    return config


def without_expansions(config, work):
    """Leaves out what reads expanded documents where no expansions were given."""
    if any((work / "collections").glob(f"*/*/{EXPANSIONS}")):
        return
    kept = {name: plan for name, plan in config["baselines"].items() if plan.get("expansion") is None}
    left = [name for name, plan in config["systems"].items() if plan.get("expansion") is not None]
    # What starts from one that is left out, or learns from what it finds, is left out, too.
    for name, plan in config["systems"].items():
        if name not in left and {plan.get("start"), *plan.get("wrong", [])} & set(left):
            left.append(name)
    names = [*(name for name in config["baselines"] if name not in kept), *left]
    print(f"left out, since there are no expansions: {', '.join(names)}", flush=True)
    config["baselines"] = kept
    config["systems"] = {name: plan for name, plan in config["systems"].items() if name not in left}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("step", choices=("corpus", "embeddings", "pretrain", "contrastive", "train", "export", "evaluate", "figure", "all"))
    parser.add_argument("systems", nargs="*", help="of the configuration; all unless given")
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of collections/, pairs/ and passages/")
    parser.add_argument("--vocabulary", type=Path, required=True, help="vocab.txt of bert-base-uncased")
    parser.add_argument("--expansions", type=Path, help="folder of COLLECTION.jsonl, made by `sparsedge expand`")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    config, work = read_config(options.config), options.work
    work.mkdir(parents=True, exist_ok=True)
    if not (work / "corpus/words.txt").exists():
        lay_out(config["corpus"], options.data, work, options.expansions)
        write_corpus(config["corpus"], options.data, options.vocabulary, work)
    without_expansions(config, work)
    if options.step == "corpus":
        return
    ladder = Ladder(config, work, options.device)
    whole = options.step == "all"
    if options.step == "embeddings":
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
        measuring.evaluate(ladder)
    if whole or options.step == "figure":
        results = json.loads((work / "results.json").read_text())
        for cost in ("reads", "postings"):
            (work / f"{cost}.svg").write_text(figure.draw(results, cost), encoding="utf-8")


if __name__ == "__main__":
    main()
