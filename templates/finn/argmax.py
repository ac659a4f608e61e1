"""A step for networks that end in ArgMax. FINN leaves that on the host; of TopK it makes a layer."""

import numpy as np
from onnx import TensorProto, helper
from qonnx.transformation.general import GiveReadableTensorNames, GiveUniqueNodeNames
from qonnx.transformation.infer_datatypes import InferDataTypes

from session import Failed


def step_argmax_to_topk(model, _build):
    nodes = model.get_nodes_by_op_type("ArgMax")
    for node in nodes:
        replace(model, node)
    if not nodes:
        return model
    for transformation in (GiveUniqueNodeNames(), GiveReadableTensorNames(), InferDataTypes()):
        model = model.transform(transformation)
    return model


def replace(model, node):
    """The same index by TopK; without keepdims a Reshape behind it, which stays on the host for its zeros."""
    attributes = {each.name: helper.get_attribute_value(each) for each in node.attribute}
    [scores], [classes] = node.input, node.output
    *rows, _ = model.get_tensor_shape(scores)
    axis = attributes.get("axis", 0)
    if axis not in (-1, len(rows)):
        raise refusal(node, f"works along axis {axis}", "use the last axis")
    if attributes.get("select_last_index", 0):
        raise refusal(node, "takes the last of equal values", "use select_last_index=0; hardware takes the first")
    keeps = attributes.get("keepdims", 1)
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


def refusal(node, what, remedy):
    return Failed("lower/unsupported-op", f"{node.name} ({node.op_type}) {what}", remedy)
