"""What FINN's transformations of branches leave out where channels part."""

import numpy as np
from onnx import helper
from qonnx.transformation.base import Transformation
from qonnx.transformation.general import SortGraph
from qonnx.transformation.infer_datatypes import InferDataTypes
from qonnx.util.basic import get_by_name


class TypeSplits(Transformation):
    """Gives the parts the datatype of the whole, which QONNX does not know of a Split, and the sizes as an input, where FINN looks for them."""

    def apply(self, model):
        changed = False
        for node in model.get_nodes_by_op_type("Split"):
            state_sizes(model, node)
            datatype = model.get_tensor_datatype(node.input[0])
            for name in node.output:
                if model.get_tensor_datatype(name) != datatype:
                    model.set_tensor_datatype(name, datatype)
                    changed = True
        return (model.transform(InferDataTypes()) if changed else model), changed


def state_sizes(model, node):
    """Before version 13 of ONNX they are an attribute."""
    sizes = get_by_name(node.attribute, "split")
    if sizes is None:
        return
    name = model.make_new_valueinfo_name()
    model.set_initializer(name, np.asarray(sizes.ints, dtype=np.int64))
    node.input.append(name)
    node.attribute.remove(sizes)


class CutScalesAtSplits(Transformation):
    """Moves values per channel, of which MoveScalarLinearPastSplit moves single ones only, past a Split: to each part its own."""

    def apply(self, model):
        changed = False
        for node in model.get_nodes_by_op_type("Split"):
            producer = model.find_producer(node.input[0])
            if producer is None or producer.op_type not in ("Mul", "Add") or model.is_fork_node(producer):
                continue
            pieces = cut(model, node, model.get_initializer(producer.input[1]))
            if pieces is not None:
                move_past(model, node, producer, pieces)
                changed = True
        return (model.transform(SortGraph(), make_deepcopy=False, cleanup=False) if changed else model), changed


def cut(model, node, values):
    """The values of each part; None unless there is one for every channel."""
    shape = model.get_tensor_shape(node.input[0])
    axis = get_by_name(node.attribute, "axis").i % len(shape)
    along = axis - len(shape) + (0 if values is None else values.ndim)
    if values is None or along < 0 or values.shape[along] != shape[axis] or values.size != shape[axis]:
        return None
    ends = np.cumsum([model.get_tensor_shape(name)[axis] for name in node.output])
    return np.split(values, ends[:-1], axis=along)


def move_past(model, node, producer, pieces):
    place = list(model.graph.node).index(node) + 1
    datatype = model.get_tensor_datatype(producer.input[0])
    for position, piece in enumerate(pieces):
        part = model.make_new_valueinfo_name()
        model.set_tensor_shape(part, model.get_tensor_shape(node.output[position]))
        model.set_tensor_datatype(part, datatype)
        values = model.make_new_valueinfo_name()
        model.set_initializer(values, piece)
        if piece.ndim == 4:
            # FINN takes values without a layout for those of an image with channels first.
            model.set_tensor_layout(values, list("NHWC" if piece.shape[3] == piece.size else "NCHW"))
        moved = helper.make_node(producer.op_type, [part, values], [node.output[position]])
        model.graph.node.insert(place + position, moved)
        node.output[position] = part
    node.input[0] = producer.input[0]
    model.graph.node.remove(producer)
