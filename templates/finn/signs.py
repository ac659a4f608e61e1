"""Signs, one for each output of a product, which FINN multiplies with its weights or fails on, by the axes that they have."""

from finn.transformation.streamline.absorb import Absorb1BitMulIntoMatMul
from qonnx.core.datatype import DataType


def leave_signs_of_images():
    """From here on FINN absorbs signs along the last axis of an image, and leaves those that the weights' type does not allow.

    They are one value for each channel of what was a convolution; the product of such an array with a matrix is no matrix,
    which is where FINN gives up.
    """
    once = Absorb1BitMulIntoMatMul.apply

    def apply(self, model):
        left = {}
        for weights, signs in signs_of_images(model):
            row = model.get_initializer(signs).reshape(-1)
            allowed = model.get_tensor_datatype(weights).allowed
            if all(allowed(value) for value in (row * model.get_initializer(weights)).flat):
                model.set_initializer(signs, row)
            else:
                left[signs] = model.get_tensor_datatype(signs)
                model.set_tensor_datatype(signs, DataType["INT2"])
        model, changed = once(self, model)
        for signs, datatype in left.items():
            model.set_tensor_datatype(signs, datatype)
        return model, changed

    Absorb1BitMulIntoMatMul.apply = apply


def signs_of_images(model):
    """The weights and the signs of each product of a matrix that signs with more axes follow."""
    for node in model.get_nodes_by_op_type("MatMul"):
        weights = model.get_initializer(node.input[1])
        reader = None if model.is_fork_node(node) else model.find_consumer(node.output[0])
        if weights is None or reader is None or reader.op_type != "Mul":
            continue
        signs = model.get_initializer(reader.input[1])
        if signs is None or model.get_tensor_datatype(reader.input[1]).bitwidth() != 1:
            continue
        if signs.ndim > weights.ndim and signs.size == signs.shape[-1]:
            yield node.input[1], reader.input[1]
