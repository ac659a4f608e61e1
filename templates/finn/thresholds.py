"""Steps for thresholds: below 0 of values without a sign, and of images with channels first."""

import numpy as np
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.general import SortGraph
from qonnx.transformation.infer_datatypes import InferDataTypes
from qonnx.util.onnx import nchw_to_nhwc


def step_clip_thresholds(model, _build):
    """Values without a sign reach every threshold up to 0; FINN's default steps fail on those below."""
    for node in model.get_nodes_by_op_type("MultiThreshold"):
        reached = model.get_tensor_datatype(node.input[0])
        thresholds = model.get_initializer(node.input[1])
        if reached.is_integer() and not reached.signed() and (thresholds < 0).any():
            model.set_initializer(node.input[1], np.maximum(thresholds, 0))
    return model.transform(InferDataTypes())


def step_thresholds_last(model, _build):
    """Puts thresholds of images with channels first between transposes, as InferThresholdingLayer does, which then loses count and
    puts every later layer of thresholds behind two others.
    """
    for node in model.get_nodes_by_op_type("MultiThreshold"):
        if any(model.get_tensor_layout(name) != list("NCHW") for name in (node.input[0], node.output[0])):
            continue
        place = list(model.graph.node).index(node)
        node.output[0] = nchw_to_nhwc(node.output[0], model, place + 1, reverse=True)
        node.input[0] = nchw_to_nhwc(node.input[0], model, place)
        getCustomOp(node).set_nodeattr("data_layout", "NHWC")
    return model.transform(SortGraph())
