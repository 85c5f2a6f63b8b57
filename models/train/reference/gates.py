"""Makes test/fixtures/models/gates.onnx: a gate for each id that can be computed by hand, (id % 7 − 3) / 2."""

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

IDS = 64


def main(path):
    table = ((np.arange(IDS) % 7 - 3) / 2).astype(np.float32)
    shape = ["batch", "tokens"]
    inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, shape) for n in ("input_ids", "attention_mask")]
    gates = helper.make_tensor_value_info("gates", TensorProto.FLOAT, shape)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["gathered"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["gathered", "mask"], ["gates"]),
    ]
    graph = helper.make_graph(nodes, "gates", inputs, [gates], [numpy_helper.from_array(table, "table")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
