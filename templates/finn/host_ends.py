"""The ends of a network that are not for the FPGA: arithmetic with floats, and changes of the order of axes.

FINN makes layers of them too. Where nothing but the host is in front of them or behind, they become ONNX operators again,
and the partition leaves them outside.
"""

from finn.builder import build_dataflow_steps
from qonnx.transformation.base import Transformation
from qonnx.transformation.general import GiveUniqueNodeNames, RemoveUnusedTensors

from checks import is_float, is_hardware, streams
from software import FORKS, MOVES, SHUFFLES, has_software, software_for

# FINN's layers of these are approximations, or forget the axis or the rounding that the network states.
FLOAT_FUNCTIONS = ("InferHWSoftmax", "InferLayerNorm", "InferPWPolyFLayer", "InferRequantLayer")


class Unchanged(Transformation):
    """In place of a transformation of FINN's, with any arguments."""

    def __init__(self, *_arguments, **_settings):
        super().__init__()

    def apply(self, model):
        return model, False


def leave_float_functions():
    """From here on FINN's conversion to hardware leaves functions of floats as the network has them."""
    for name in FLOAT_FUNCTIONS:
        setattr(build_dataflow_steps, name, Unchanged)


def ends_to_host(model):
    """Turns back what is at the ends; the other layers keep their order."""
    ends = [*front(model), *tail(model)]
    back = [node for node in ends if is_hardware(node)]
    for node in back:
        replace(model, node, software_for(model, node))
    if not back:
        return model
    for transformation in (RemoveUnusedTensors(), GiveUniqueNodeNames()):
        model = model.transform(transformation)
    return model


def replace(model, node, nodes):
    position = list(model.graph.node).index(node)
    model.graph.node.remove(node)
    for offset, each in enumerate(nodes):
        model.graph.node.insert(position + offset, each)


def front(model):
    """The nodes with only the host in front of them."""
    before, behind = neighbours(model)

    def stays(node, inside):
        return within(before(node), inside) and (not is_move(node) or within(behind(node), inside))

    return settled(candidates(model), stays)


def tail(model):
    """The nodes with only the host behind them. What makes several streams is one of them, so that the boards return one."""
    before, behind = neighbours(model)

    def stays(node, inside):
        return within(behind(node), inside) and (not is_move(node) or node.op_type in FORKS or within(before(node), inside))

    return settled(candidates(model), stays)


def settled(nodes, stays):
    """The largest part of the nodes all of which stay in it."""
    inside = {id(node): node for node in nodes}
    while True:
        leaving = [key for key, node in inside.items() if not stays(node, inside)]
        if not leaving:
            return list(inside.values())
        for key in leaving:
            del inside[key]


def within(nodes, inside):
    return all(id(node) in inside for node in nodes)


def candidates(model):
    """What the host can do, if it is at an end."""
    return [node for node in model.graph.node if not is_hardware(node) or goes_back(model, node)]


def goes_back(model, node):
    floats = any(is_float(model, name) for name in streams(model, node))
    return has_software(node) and (floats or node.op_type in MOVES | SHUFFLES)


def is_move(node):
    """Integers that only take another shape are as good on the FPGA: they go to the host only between others of it."""
    return is_hardware(node) and node.op_type in MOVES


def neighbours(model):
    """Functions that give the nodes in front of one, and those behind it."""
    made_by = {name: node for node in model.graph.node for name in node.output}
    read_by = {}
    for node in model.graph.node:
        for name in node.input:
            read_by.setdefault(name, []).append(node)

    def before(node):
        return [made_by[name] for name in node.input if name in made_by]

    def behind(node):
        return [reader for name in node.output for reader in read_by.get(name, [])]

    return before, behind
