"""A step for sums of values with and without a sign."""

from qonnx.core.datatype import DataType
from qonnx.transformation.infer_datatypes import InferDataTypes


def step_order_sums(model, _build):
    """FINN gives a sum too few bits if its second operand alone has no sign and is as wide as the first; then they change places."""
    model = model.transform(InferDataTypes())
    for node in model.get_nodes_by_op_type("Add"):
        if any(model.get_initializer(name) is not None for name in node.input):
            continue
        left, right = (model.get_tensor_datatype(name) for name in node.input)
        if left.is_integer() and right.is_integer() and is_narrow(left, right) and not is_narrow(right, left):
            node.input[:] = reversed(node.input)
    return model


def is_narrow(left, right):
    """Whether FINN's type of a sum (`_derive_out_dtype` of ElementwiseAdd) does not hold all sums."""
    wider, narrower = (right, left) if right.bitwidth() > left.bitwidth() else (left, right)
    bits = wider.bitwidth() + (2 if not wider.signed() and narrower.signed() else 1)
    result = DataType[f"{'INT' if left.signed() or right.signed() else 'UINT'}{bits}"]
    return result.min() > left.min() + right.min() or result.max() < left.max() + right.max()
