"""A step for networks on lines (batch, channels, length): FINN has windows over images only, of which these are one pixel wide."""

import numpy as np
from onnx import TensorProto
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.infer_shapes import InferShapes
from qonnx.util.basic import get_by_name

from session import Failed

WINDOWS = {"Conv", "MaxPool", "AveragePool"}
POOLS = {"GlobalAveragePool", "GlobalMaxPool"}
ELEMENTWISE = {"Add", "Sub", "Mul", "Div", "Max", "Min", "Pow", "PRelu", "Where"}
# With the axis that ONNX takes where none is stated.
ALONG_AXIS = {"Concat": None, "Split": 0, "Softmax": -1, "LogSoftmax": -1, "TopK": -1, "Flatten": 1}
# What acts on each value, or on each channel, whatever the rank.
ANY_RANK = {"BatchNormalization", "MultiThreshold", "Relu", "Clip", "Sigmoid", "Tanh", "Identity", "Elu", "LeakyRelu", "Sign"}


def step_1d_as_2d(model, _build):
    """Behind step_qonnx_to_finn, which refuses weights whose shape changes while they are not yet quantised."""
    if not any(on_lines(model, node) for node in model.graph.node if node.op_type in WINDOWS | POOLS):
        return model
    for node in model.graph.node:
        if on_lines(model, node):
            widen(model, node)
    for name in tensors(model):
        shape = model.get_tensor_shape(name)
        if shape is not None and len(shape) == 3:
            model.set_tensor_shape(name, [*shape, 1], element_type(model, name))
    model = model.transform(InferShapes())
    # With the layouts of lines, Transposes would stay inside the network.
    for name in tensors(model):
        if len(model.get_tensor_shape(name)) == 4:
            model.set_tensor_layout(name, ["N", "C", "H", "W"])
    for node in model.get_nodes_by_op_type("MultiThreshold"):
        if len(model.get_tensor_shape(node.output[0])) == 4:
            getCustomOp(node).set_nodeattr("data_layout", "NCHW")
    return model


def on_lines(model, node):
    return any(
        len(model.get_tensor_shape(name) or []) == 3
        for name in (*node.input, *node.output)
        if name and model.get_initializer(name) is None
    )


def widen(model, node):
    if node.op_type in WINDOWS:
        widen_window(model, node)
    elif node.op_type in ELEMENTWISE:
        for name in node.input:
            values = model.get_initializer(name)
            if values is not None and values.size > 1:
                set_values(model, name, values[..., np.newaxis])
    elif node.op_type in ALONG_AXIS:
        axis = attribute(node, "axis")
        if axis is not None:
            axis.i %= 3
        elif ALONG_AXIS[node.op_type] == -1:
            node.attribute.add(name="axis", type=2, i=2)
    elif node.op_type == "Transpose":
        attribute(node, "perm").ints.append(3)
    elif node.op_type in ("Resize", "Upsample"):
        for name in node.input[1:]:
            values = model.get_initializer(name)
            if values is not None and values.size == 3:
                set_values(model, name, np.append(values, np.ones(1, values.dtype)))
    elif node.op_type == "Reshape":
        widen_reshape(model, node)
    elif node.op_type not in POOLS | ANY_RANK:
        message = f"{node.name} ({node.op_type}) works on three axes: a network of lines can become one of images only without it"
        raise Failed("lower/unsupported-op", message, "export the network with Conv2d, and images that are one pixel wide")


def widen_window(model, node):
    for name in ("kernel_shape", "strides", "dilations"):
        stated = attribute(node, name)
        if stated is not None:
            stated.ints.append(1)
    pads = attribute(node, "pads")
    if pads is not None:
        before, after = pads.ints
        pads.ints[:] = [before, 0, after, 0]
    if node.op_type == "Conv":
        weights = model.get_initializer(node.input[1])
        set_values(model, node.input[1], weights[..., np.newaxis])


def widen_reshape(model, node):
    """Only one that makes a line states what changes."""
    if len(model.get_tensor_shape(node.output[0])) == 3:
        shape = model.get_initializer(node.input[1])
        set_values(model, node.input[1], np.append(shape, np.ones(1, shape.dtype)))


def set_values(model, name, values):
    """Quantised weights keep their datatype."""
    datatype = model.get_tensor_datatype(name)
    model.set_initializer(name, values)
    model.set_tensor_datatype(name, datatype)


def attribute(node, name):
    return get_by_name(node.attribute, name)


def tensors(model):
    """What nodes make and the user gives, without parameters."""
    names = [info.name for info in model.graph.input] + [name for node in model.graph.node for name in node.output]
    return [name for name in names if model.get_initializer(name) is None]


def element_type(model, name):
    stated = [*model.graph.value_info, *model.graph.input, *model.graph.output]
    return next((info.type.tensor_type.elem_type for info in stated if info.name == name), TensorProto.FLOAT)
