"""The graph around the hardware, with the inputs and outputs of the user's own file: FINN renames them, and makes images of lines."""

import math

import numpy as np
import onnx
from onnx import helper
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.infer_shapes import InferShapes

from checks import named
from session import Failed, warn

PARTITION = "StreamingDataflowPartition"
# What hardware is for: on the host they are slow.
PRODUCTS = {"Conv", "ConvTranspose", "Gemm", "Im2Col", "MatMul", "XnorPopcountMatMul"}


def boundary_of(model):
    """Names and shapes of the inputs and of the outputs of a user's model, in order."""
    inferred = model.transform(InferShapes())
    inputs = [info.name for info in model.graph.input if model.get_initializer(info.name) is None]
    outputs = [info.name for info in model.graph.output]
    return tuple([(name, inferred.get_tensor_shape(name)) for name in names] for names in (inputs, outputs))


def save_parent(source, target, boundary):
    """With the name of the dataflow graph's file where FINN puts its path in this build."""
    parent = ModelWrapper(str(source))
    warn_of_products(parent)
    for node in parent.get_nodes_by_op_type(PARTITION):
        for attribute in node.attribute:
            if attribute.name == "model":
                attribute.s = b"dataflow.onnx"
    inputs, outputs = boundary
    check_count("inputs", parent.graph.input, inputs)
    check_count("outputs", parent.graph.output, outputs)
    for info, (name, shape) in zip(parent.graph.input, inputs):
        become(parent, info, name, shape, reshape_input)
    for info, (name, shape) in zip(parent.graph.output, outputs):
        become(parent, info, name, shape, reshape_output)
    onnx.save(parent.model, target)


def warn_of_products(parent):
    slow = [named(node) for node in parent.graph.node if node.op_type in PRODUCTS]
    if slow:
        warn("finn/host-products", f"the host computes {', '.join(slow)}, because what goes into it is not an integer")


def check_count(what, found, given):
    if len(found) != len(given):
        message = f"FINN's steps leave {len(found)} {what} of the network's {len(given)} ({', '.join(name for name, _ in given)})"
        raise Failed("finn/lost-boundary", message, "export the network without those that nothing makes, or that nothing reads")


def become(parent, info, name, shape, reshape):
    """Another tensor that has the user's name already gets another one."""
    if info.name != name and name in parent.get_all_tensor_names():
        parent.rename_tensor(name, parent.make_new_valueinfo_name())
    own = parent.get_tensor_shape(info.name)
    if shape is None or list(own) == list(shape) or math.prod(own) != math.prod(shape):
        parent.rename_tensor(info.name, name)
        return
    inner = parent.make_new_valueinfo_name()
    element_type = info.type.tensor_type.elem_type
    parent.rename_tensor(info.name, inner)
    boundary = helper.make_tensor_value_info(name, element_type, shape)
    info.CopyFrom(boundary)
    parent.graph.value_info.append(helper.make_tensor_value_info(inner, element_type, own))
    parent.set_tensor_datatype(name, parent.get_tensor_datatype(inner))
    reshape(parent, inner, name, own, shape)


def reshape_input(parent, inner, name, own, _shape):
    parent.graph.node.insert(0, helper.make_node("Reshape", [name, extents(parent, own)], [inner], "from_lines"))


def reshape_output(parent, inner, name, _own, shape):
    parent.graph.node.append(helper.make_node("Reshape", [inner, extents(parent, shape)], [name], "to_lines"))


def extents(parent, shape):
    name = parent.make_new_valueinfo_name()
    parent.set_initializer(name, np.asarray(shape, dtype=np.int64))
    return name
