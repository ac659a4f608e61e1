"""The ONNX and QONNX operators that FINN made a layer of."""

import numpy as np
from onnx import TensorProto, helper
from qonnx.custom_op.registry import getCustomOp

ARITHMETIC = {f"Elementwise{kind}" for kind in ("Add", "Sub", "Mul", "Div", "Max", "Min")}
# One stream to several.
FORKS = {"DuplicateStreams", "StreamingSplit"}
MOVES = FORKS | {"Reshape"}
SHUFFLES = {"Shuffle"}
# By rank; FINN's layers have channels last.
LAYOUTS = {2: "NC", 3: "NWC", 4: "NHWC"}


def has_software(node):
    return node.op_type in MAKERS or node.op_type in ARITHMETIC


def software_for(model, node):
    """The nodes that compute the same as a layer that has software."""
    if node.op_type in ARITHMETIC:
        return [same(node.op_type.removeprefix("Elementwise"), node)]
    return MAKERS[node.op_type](model, node)


def same(op_type, node, **attributes):
    return helper.make_node(op_type, node.input, node.output, node.name, **attributes)


def multi_threshold(model, node):
    op = getCustomOp(node)
    settings = {
        "out_dtype": op.get_nodeattr("outputDataType"),
        "out_bias": float(op.get_nodeattr("ActVal")),
        "data_layout": LAYOUTS[len(model.get_tensor_shape(node.input[0]))],
    }
    return [same("MultiThreshold", node, domain="qonnx.custom_op.general", **settings)]


def transpose(model, node):
    """FINN's layer takes up Reshapes around it."""
    op = getCustomOp(node)
    shapes = ("in_shape", "transpose_in_shape", "transpose_out_shape", "out_shape")
    given, before, behind, made = (list(op.get_nodeattr(name)) for name in shapes)
    nodes, [end], [result] = [], node.input, node.output
    if given != before:
        nodes.append(reshaped(model, node, end, between(model, end, before), before))
        [end] = nodes[-1].output
    moved = result if behind == made else between(model, end, behind)
    nodes.append(helper.make_node("Transpose", [end], [moved], node.name, perm=list(op.get_nodeattr("perm"))))
    if behind != made:
        nodes.append(reshaped(model, node, moved, result, made))
    return nodes


def reshape(model, node):
    [given], [made] = node.input, node.output
    return [reshaped(model, node, given, made, list(getCustomOp(node).get_nodeattr("out_shape")))]


def reshaped(model, node, given, made, shape):
    return helper.make_node("Reshape", [given, constant(model, shape)], [made], f"{node.name}_shape")


def split(model, node):
    sizes = constant(model, list(getCustomOp(node).get_nodeattr("ChannelsPerStream")))
    return [helper.make_node("Split", [node.input[0], sizes], node.output, node.name, axis=-1)]


def copies(_model, node):
    """A network may return one tensor under several names."""
    [given] = node.input
    return [helper.make_node("Identity", [given], [made], f"{node.name}_{index}") for index, made in enumerate(node.output)]


def constant(model, values):
    name = model.make_new_valueinfo_name()
    model.set_initializer(name, np.asarray(values, dtype=np.int64))
    return name


def between(model, like, shape):
    name = model.make_new_valueinfo_name()
    model.set_tensor_shape(name, shape, TensorProto.FLOAT)
    model.set_tensor_datatype(name, model.get_tensor_datatype(like))
    return name


MAKERS = {
    "DuplicateStreams": copies,
    "Reshape": reshape,
    "Shuffle": transpose,
    "StreamingSplit": split,
    "Thresholding": multi_threshold,
}
