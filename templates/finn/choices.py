"""Choices of the largest values, of which FINN keeps the places alone: it makes a layer of them, and drops a scale in front."""

from finn.transformation.fpgadataflow.convert_to_hw.label_select import InferLabelSelectLayer
from finn.transformation.streamline.absorb import AbsorbScalarMulAddIntoTopK
from onnx import helper


def leave_choices_with_values():
    """From here on FINN leaves a TopK whose values are used, with what is in front of it."""
    for transformation in (AbsorbScalarMulAddIntoTopK, InferLabelSelectLayer):
        transformation.apply = apart(transformation.apply)


def apart(once):
    """The transformation with an Identity in front of each such node and one behind its values, which it does not look past."""

    def apply(self, model):
        outputs = [info.name for info in model.graph.output]
        around = []
        for node in model.get_nodes_by_op_type("TopK"):
            values = node.output[0]
            if values in outputs or model.find_consumer(values) is not None:
                around += [before(model, node), behind(model, node)]
        model, changed = once(self, model)
        for identity in around:
            model.graph.node.remove(identity)
        for node in model.get_nodes_by_op_type("TopK"):
            node.input[0] = next((each.input[0] for each in around if each.output[0] == node.input[0]), node.input[0])
            node.output[0] = next((each.output[0] for each in around if each.input[0] == node.output[0]), node.output[0])
        return model, changed

    return apply


def before(model, node):
    identity = helper.make_node("Identity", [node.input[0]], [like(model, node.input[0])], f"{node.name}_scores")
    node.input[0] = identity.output[0]
    return inserted(model, identity, node, 0)


def behind(model, node):
    identity = helper.make_node("Identity", [like(model, node.output[0])], [node.output[0]], f"{node.name}_values")
    node.output[0] = identity.input[0]
    return inserted(model, identity, node, 1)


def inserted(model, identity, node, offset):
    model.graph.node.insert(list(model.graph.node).index(node) + offset, identity)
    return identity


def like(model, name):
    made = model.make_new_valueinfo_name()
    model.set_tensor_shape(made, model.get_tensor_shape(name))
    model.set_tensor_datatype(made, model.get_tensor_datatype(name))
    return made
