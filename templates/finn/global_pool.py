"""A step for the mean of a whole image, in hardware a sum whose factor goes into what follows."""

from finn.transformation.fpgadataflow.convert_to_hw.global_acc_pool import InferGlobalAccPoolLayer
from finn.transformation.streamline.absorb import AbsorbConsecutiveTransposes, AbsorbTransposeIntoFlatten
from finn.transformation.streamline.streamline_plus import StreamlinePlus

from residual import tidied


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
