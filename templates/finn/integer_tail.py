"""A step for networks whose classifier ends in `scores · scale + bias` before the best is picked.

Scale and bias would stay float at the end of the hardware. Where every bias is a whole multiple of the scale, the
best of `scores + bias / scale` is the same, and all of it is integers.
"""

import numpy as np
from qonnx.core.datatype import DataType
from qonnx.transformation.infer_datatypes import InferDataTypes

# How far from whole a bias may be, in units of the scale: a score is at least one such unit from the next.
TOLERANCE = 1e-2


def step_integer_tail(model, _build):
    for top in model.get_nodes_by_op_type("TopK"):
        add = model.find_producer(top.input[0])
        scale = model.find_producer(add.input[0]) if add is not None and add.op_type == "Add" else None
        if scale is not None and scale.op_type == "Mul":
            take_out_scale(model, scale, add)
    return model.transform(InferDataTypes())


def take_out_scale(model, scale, add):
    factor = model.get_initializer(scale.input[1])
    bias = model.get_initializer(add.input[1])
    if factor is None or factor.size != 1 or factor.item() <= 0 or bias is None:
        return
    whole = np.round(bias / factor)
    if np.abs(bias / factor - whole).max() >= TOLERANCE or not alone(model, scale) or not alone(model, add):
        return
    model.set_initializer(add.input[1], whole.astype(np.float32))
    model.set_tensor_datatype(add.input[1], DataType.get_smallest_possible(-max(np.abs(whole).max(), 1)))
    add.input[0] = scale.input[0]
    model.graph.node.remove(scale)


def alone(model, node):
    return len(model.find_consumers(node.output[0])) == 1
