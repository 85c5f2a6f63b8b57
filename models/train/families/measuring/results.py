"""Measures what systems are worth and what they cost, by `sparsedge build` and `sparsedge eval` on each collection."""

import json

from families.data.candidates import build_arguments
from families.data.sparsedge import sparsedge
from families.training.systems import PARTS

MEASURES = ("nDCG@10", "MRR@10", "Recall@100")
BASELINE = "bm25"


def evaluate(ladder, names):
    """Writes work/results.json, of the systems and baselines that are named, or of all if none is.

    A collection that has results of a system is not measured again.
    """
    work, config = ladder.work, ladder.config
    path = work / "results.json"
    results = json.loads(path.read_text()) if path.exists() else {}
    results |= {"configuration": config["name"], "minutes": pretraining(ladder)}
    for name, build, plan in systems(ladder, names):
        found = results.setdefault("systems", {}).setdefault(name, {"collections": {}})
        found |= about(ladder, name, plan)
        for folder in sorted((work / "collections" / "evaluate").iterdir()):
            if folder.name in found["collections"]:
                continue
            found["collections"][folder.name] = measure(name, build, plan.get("expansion"), folder, work)
            partial = path.with_suffix(".new")
            partial.write_text(json.dumps(results, indent=2) + "\n")
            partial.rename(path)
            figures = found["collections"][folder.name]["measures"]
            print(f"{name}, {folder.name}: " + ", ".join(f"{k} {v:.4f}" for k, v in figures.items()), flush=True)


def systems(ladder, names):
    """Yields (name, arguments of a build, plan) of everything that an index is built with, baselines first."""
    for name, plan in ladder.config["baselines"].items():
        if not names or name in names:
            yield name, plan["build"], plan
    for name in ladder.config["systems"]:
        plan = ladder.plan(name)
        if plan["family"] not in PARTS and (not names or name in names):
            yield name, ["--model", ladder.quantized(name)], plan


def about(ladder, name, plan):
    """What a system is and how long its own training took, without pre-training and what it was started from."""
    training = ladder.work / "systems" / name / "training.json"
    if not training.exists():
        return {"family": name, "trainingMinutes": 0}
    record = json.loads(training.read_text())
    graphs = sum(path.stat().st_size for path in (ladder.work / "int8" / name).glob("*.onnx"))
    shown = {key: plan[key] for key in ("start", "wrong", "teachers", "loss", "sparsity", "expansion") if key in plan}
    took = {"trainingMinutes": record["minutes"], "device": record["device"]}
    return {"family": plan["family"], **took, "graphBytes": graphs, **shown}


def pretraining(ladder):
    """The minutes of steps and systems that several systems share, {step: minutes}."""
    minutes = {}
    path = ladder.work / "minutes.json"
    if path.exists():
        minutes |= json.loads(path.read_text())
    for name in ("contrastive", "cross-encoder", "sparterm-gate"):
        training = ladder.work / "systems" / name / "training.json"
        if training.exists():
            minutes[name] = json.loads(training.read_text())["minutes"]
    return minutes


def measure(name, build, expansion, folder, work):
    index = work / "indexes" / name / f"{folder.name}.evaluate"
    built = sparsedge("build", folder, "-o", index, *build_arguments(build, expansion, folder))
    runs = work / "runs"
    (runs / name).mkdir(parents=True, exist_ok=True)
    run, against = runs / name / f"{folder.name}.run", runs / BASELINE / f"{folder.name}.run"
    compare = ["--compare", against] if name != BASELINE and against.exists() else []
    options = ["-k", 100, "--measures", *MEASURES, "--run-out", run, *compare]
    asked = sparsedge("eval", index, "--beir", folder, *options)
    space = built["spaces"][0]
    return {
        "documents": built["documents"],
        "queries": asked["queries"],
        "measures": asked["measures"],
        **({"over": asked["over"]} if compare else {}),
        "postings": space["postings"],
        "terms": space["terms"],
        "termsPerDocument": round(space["postings"] / built["documents"], 2),
        "bytes": built["bytes"],
        "reads": asked["cost"]["reads"],
        "bytesRead": asked["cost"]["bytes"],
        "milliseconds": asked["cost"]["milliseconds"],
    }
