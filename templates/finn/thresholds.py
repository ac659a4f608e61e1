"""A step for quantisers of values without a sign that have thresholds below 0."""

import numpy as np
from qonnx.transformation.infer_datatypes import InferDataTypes


def step_clip_thresholds(model, _build):
    """Values without a sign reach every threshold up to 0; FINN's default steps fail on those below."""
    for node in model.get_nodes_by_op_type("MultiThreshold"):
        reached = model.get_tensor_datatype(node.input[0])
        thresholds = model.get_initializer(node.input[1])
        if reached.is_integer() and not reached.signed() and (thresholds < 0).any():
            model.set_initializer(node.input[1], np.maximum(thresholds, 0))
    return model.transform(InferDataTypes())
