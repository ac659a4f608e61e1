"""The graph around the hardware, with the inputs and outputs of the user's own file: FINN renames them."""

import onnx
from qonnx.core.modelwrapper import ModelWrapper

from checks import named
from session import Failed, warn

PARTITION = "StreamingDataflowPartition"
# What hardware is for: on the host they are slow.
PRODUCTS = {"Conv", "ConvTranspose", "Gemm", "Im2Col", "MatMul", "XnorPopcountMatMul"}


def boundary_of(model):
    """The names of the inputs and of the outputs of a user's model, in order."""
    inputs = [info.name for info in model.graph.input if model.get_initializer(info.name) is None]
    return inputs, [info.name for info in model.graph.output]


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
    for info, name in zip((*parent.graph.input, *parent.graph.output), (*inputs, *outputs)):
        rename(parent, info.name, name)
    onnx.save(parent.model, target)


def warn_of_products(parent):
    slow = [named(node) for node in parent.graph.node if node.op_type in PRODUCTS]
    if slow:
        warn("finn/host-products", f"the host computes {', '.join(slow)}, because what goes into it is not an integer")


def check_count(what, found, given):
    if len(found) != len(given):
        message = f"FINN's steps leave {len(found)} {what} of the network's {len(given)} ({', '.join(given)})"
        raise Failed("finn/lost-boundary", message, "export the network without those that nothing makes, or that nothing reads")


def rename(parent, found, name):
    """Another tensor that has the user's name already gets another one."""
    if found != name and name in parent.get_all_tensor_names():
        parent.rename_tensor(name, parent.make_new_valueinfo_name())
    parent.rename_tensor(found, name)
