"""Makes a LoRA adapter of random numbers for a model of this folder.

It makes answers worse, which tests that adapters are used at all.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

import gguf_file


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    network = json.loads(options.config.read_text())["network"]
    random, rank = np.random.RandomState(0), 2
    metadata = {
        "general.architecture": "llama",
        "general.type": "adapter",
        "adapter.type": "lora",
        "adapter.lora.alpha": float(rank),
    }
    name = "blk.0.ffn_down.weight"
    tensors = {
        f"{name}.lora_a": random.randn(rank, network["inner"]),
        f"{name}.lora_b": random.randn(network["width"], rank),
    }
    gguf_file.write(options.out, metadata, tensors, "f32")


if __name__ == "__main__":
    sys.exit(main())
