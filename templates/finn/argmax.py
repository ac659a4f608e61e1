"""A step for networks that end in ArgMax, which FINN leaves on the host; of TopK it makes a layer."""

import numpy as np
from onnx import TensorProto, helper
from qonnx.transformation.general import GiveReadableTensorNames, GiveUniqueNodeNames
from qonnx.transformation.infer_datatypes import InferDataTypes


def step_argmax_to_topk(model, _build):
    nodes = [node for node in model.get_nodes_by_op_type("ArgMax") if is_hardware(model, node)]
    for node in nodes:
        replace(model, node)
    if not nodes:
        return model
    for transformation in (GiveUniqueNodeNames(), GiveReadableTensorNames(), InferDataTypes()):
        model = model.transform(transformation)
    return model


def is_hardware(model, node):
    """Whether it takes the first of the largest values along the last axis, as the layer does."""
    axis = attribute(node, "axis", 0)
    is_last = axis in (-1, len(model.get_tensor_shape(node.input[0])) - 1)
    return is_last and not attribute(node, "select_last_index", 0)


def replace(model, node):
    """The same index by TopK; without keepdims a Reshape behind it, which stays on the host for its zeros."""
    [scores], [classes] = node.input, node.output
    *rows, _ = model.get_tensor_shape(scores)
    keeps = attribute(node, "keepdims", 1)
    index = classes if keeps else made(model, [*rows, 1], TensorProto.INT64)
    outputs = [made(model, [*rows, 1], TensorProto.FLOAT), index]
    inputs = [scores, constant(model, [1])]
    nodes = [helper.make_node("TopK", inputs, outputs, node.name, axis=-1, largest=1, sorted=1)]
    if not keeps:
        nodes.append(helper.make_node("Reshape", [index, constant(model, [0] * len(rows))], [classes], f"{node.name}_axis"))
    position = list(model.graph.node).index(node)
    model.graph.node.remove(node)
    for offset, each in enumerate(nodes):
        model.graph.node.insert(position + offset, each)


def made(model, shape, dtype):
    name = model.make_new_valueinfo_name()
    model.set_tensor_shape(name, shape, dtype)
    return name


def constant(model, values):
    name = model.make_new_valueinfo_name()
    model.set_initializer(name, np.asarray(values, dtype=np.int64))
    return name


def attribute(node, name, absent):
    return next((helper.get_attribute_value(each) for each in node.attribute if each.name == name), absent)
