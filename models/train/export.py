"""Step 8, `export`: a trained model as a folder that `sparsedge build --model` takes, in float32.

`sparsedge model quantize` makes the int8 model of it and says how close it is.
"""

import argparse
import json
import sys
from pathlib import Path

from evaluate import open_model
from residual.model_folder import write_folder


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--contract", type=Path, required=True, help="model.json without files")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    plan = json.loads(options.config.read_text())["export"]
    model, vocabulary, _ = open_model(options.model, options.work)
    contract = json.loads(options.contract.read_text())
    write_folder(options.out, model, vocabulary, contract, plan["strength"], plan["queryStrength"])


if __name__ == "__main__":
    sys.exit(main())
