"""Steps for the mean of a whole image, in hardware a sum whose factor goes into what follows."""

from finn.transformation.fpgadataflow.convert_to_hw.global_acc_pool import InferGlobalAccPoolLayer
from finn.transformation.streamline.absorb import AbsorbConsecutiveTransposes, AbsorbTransposeIntoFlatten
from finn.transformation.streamline.streamline_plus import StreamlinePlus
from onnx import TensorProto, helper
from qonnx.transformation.general import GiveUniqueNodeNames
from qonnx.transformation.infer_datatypes import InferDataTypes
from qonnx.util.basic import get_by_name

from residual import tidied


def step_mean_to_global_pool(model, _build):
    """ReduceMean over all that follows the channels is a GlobalAveragePool, with a Flatten behind it without keepdims."""
    nodes = [node for node in model.get_nodes_by_op_type("ReduceMean") if is_global(model, node)]
    for node in nodes:
        replace(model, node)
    return model.transform(GiveUniqueNodeNames()).transform(InferDataTypes()) if nodes else model


def is_global(model, node):
    rank = len(model.get_tensor_shape(node.input[0]))
    axes = axes_of(model, node)
    return rank > 2 and axes is not None and sorted(axis % rank for axis in axes) == list(range(2, rank))


def axes_of(model, node):
    """An attribute until opset 17, an input from 18 on."""
    attribute = get_by_name(node.attribute, "axes")
    if attribute is not None:
        return list(attribute.ints)
    values = model.get_initializer(node.input[1]) if len(node.input) > 1 else None
    return None if values is None else values.tolist()


def replace(model, node):
    keepdims = get_by_name(node.attribute, "keepdims")
    image, [result] = node.input[0], node.output
    nodes = []
    if keepdims is None or keepdims.i:
        nodes.append(helper.make_node("GlobalAveragePool", [image], [result], node.name))
    else:
        batch, channels, *extents = model.get_tensor_shape(image)
        pooled = model.make_new_valueinfo_name()
        model.set_tensor_shape(pooled, [batch, channels, *(1 for _ in extents)], TensorProto.FLOAT)
        nodes.append(helper.make_node("GlobalAveragePool", [image], [pooled], node.name))
        nodes.append(helper.make_node("Flatten", [pooled], [result], f"{node.name}_axes", axis=1))
    position = list(model.graph.node).index(node)
    model.graph.node.remove(node)
    for offset, each in enumerate(nodes):
        model.graph.node.insert(position + offset, each)


def step_global_pool(model, _build):
    """Behind the streamlining, so that the factor goes into thresholds, or past the last layer."""
    if not model.get_nodes_by_op_type("GlobalAveragePool"):
        return model
    for transformation in (
        InferGlobalAccPoolLayer(),
        StreamlinePlus(),
        AbsorbConsecutiveTransposes(),
        AbsorbTransposeIntoFlatten(),
        StreamlinePlus(),
    ):
        model = model.transform(transformation)
    return tidied(model)
