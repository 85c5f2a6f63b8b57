"""Runs all steps of a configuration in order, each once: a step whose output is there is not run again."""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
# glibc gives large blocks back at once, and asking for them again at every step is a fifth of a processor's time.
KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(1 << 33), "MALLOC_TRIM_THRESHOLD_": str(1 << 34)}


def steps_of(options):
    """(name, output, [module, arguments that only it takes])"""
    config = json.loads(options.config.read_text())
    work, named = options.work, config["name"]
    yield "corpus", work / "corpus/words.txt", ["pretraining.corpus", "--data", str(options.data)]
    yield "vocabulary", work / "vocab.txt", ["pretraining.vocabulary"]
    yield "embeddings", work / "embeddings.npy", ["pretraining.embeddings"]
    yield "pretrained", work / "pretrained.done", ["pretraining.pretrained"]
    yield "neighbours", work / "neighbours.txt", ["pretraining.neighbours", "--data", str(options.data)]
    yield "pretrain", work / "pretrain.pt", ["pretraining.pretrain"]
    yield "negatives", work / "negatives.done", ["residual.negatives"]
    for seed in range(options.seeds):
        out = work / f"residual-{seed}.pt"
        start = ["--start", str(work / "pretrain.pt"), "--out", str(out), "--seed", str(seed)]
        yield f"residual-{seed}", out, ["residual.learn", *start]
    models = [f"--model={work / f'residual-{seed}.pt'}" for seed in range(options.seeds)]
    yield "evaluate", work / "evaluate.done", ["evaluate", *models]
    first, taught, distilled = (work / name for name in ("residual-0.pt", "taught.pt", "distilled.pt"))
    yield "vectors", work / "vectors.done", ["residual.teaching.vectors", "--data", str(options.data)]
    yield "rows", work / "rows.npz", ["residual.teaching.rows"]
    yield "teach", taught, ["residual.teaching.teach", "--start", str(first)]
    distil = ["--start", str(first), "--taught", str(taught), "--out", str(distilled)]
    yield "distil", distilled, ["residual.teaching.distil", *distil]
    read, rows, fitted = ["--data", str(options.data)], work / "fit-rows.npz", work / "fits.pt"
    yield "fit-rows", rows, ["residual.teaching.fit_rows", *read, "--out", str(rows)]
    yield "fits", fitted, ["residual.teaching.fits", *read, "--start", str(distilled), "--out", str(fitted)]
    strengths = ["--strength", str(config["export"]["strength"])]
    strengths += ["--query-strength", str(config["export"]["queryStrength"])]
    measured = ["evaluate", f"--model={fitted}", *strengths]
    yield "evaluate-fits", work / "evaluate-fits.done", measured
    contract = ["--contract", str(HERE / "configs" / f"{named}.model.json")]
    export = ["--model", str(fitted), *contract, "--out", str(work / named)]
    yield "export", work / named / "model.json", ["residual.write_model", *export]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of collections/, pairs/ and passages/")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=1)
    options = parser.parse_args()
    path = os.pathsep.join([str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**KEEP_MEMORY, **os.environ, "PYTHONPATH": path}
    logs = options.work / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    times_path = logs / "minutes.json"
    minutes = json.loads(times_path.read_text()) if times_path.exists() else {}
    for name, output, (module, *rest) in steps_of(options):
        if output.exists():
            print(f"{name}: there already")
            continue
        print(f"{name} …", flush=True)
        started = time.time()
        command = [sys.executable, "-m", module, "--config", str(options.config), "--work", str(options.work), *rest]
        with open(logs / f"{name}.log", "w", encoding="utf-8") as log:
            done = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
        if done.returncode != 0:
            print(f"{name} failed; {log.name} says why", file=sys.stderr)
            return done.returncode
        if output.suffix == ".done":
            output.touch()
        minutes[name] = round(minutes.get(name, 0) + (time.time() - started) / 60, 1)
        times_path.write_text(json.dumps(minutes, indent=2) + "\n")
        print(f"{name}: {minutes[name]} minutes", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
