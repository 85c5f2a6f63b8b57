"""Runs the command line as its users do. Paths in a configuration are relative to the repository."""

import json
import subprocess

from pretraining.corpus import ROOT


def sparsedge(*arguments):
    """Runs a command and returns the JSON that it prints."""
    command = ["node", str(ROOT / "build/cli.ts"), *map(str, arguments), "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr[-4000:]}")
    return json.loads(done.stdout)
