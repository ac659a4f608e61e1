"""Steps for networks with branches: FINN's own transformations, in an order that leaves integers at every join and no Shuffle."""

from finn.builder.custom_step_library.resnet import step_resnet_streamline
from finn.transformation.fpgadataflow.convert_to_hw.pool import InferPool
from finn.transformation.streamline.absorb import (
    AbsorbConsecutiveTransposes,
    AbsorbScalarBiasIntoMultiThreshold,
    AbsorbScalarMulAddIntoTopK,
)
from finn.transformation.streamline.reorder import MoveMulPastDWConv, MoveMulPastFork, MoveMulPastJoinAdd, MoveMulPastMaxPool
from finn.transformation.streamline.streamline_plus import StreamlinePlus
from qonnx.transformation.composed import ComposedTransformation
from qonnx.transformation.general import RemoveUnusedTensors
from qonnx.transformation.infer_data_layouts import InferDataLayouts

from session import Failed, node_at_fault
from splits import CutScalesAtSplits, TypeSplits


def step_topk_first(model, _build):
    """Takes the scale behind an integer bias before MoveAddPastMul would divide the bias by it, with rounding."""
    return model.transform(AbsorbScalarMulAddIntoTopK())


def step_residual_streamline(model, build):
    try:
        return streamlined(model, build)
    except ValueError as error:
        if "truth value of an array" not in str(error):
            raise
        # FINN compares the scales of two branches as if they were numbers.
        message = f"{node_at_fault(error) or 'an addition'} joins branches that have one scale per channel"
        raise Failed("finn/float-layer", message, "quantise both branches with one scale for all channels (one shared quantiser)") from error


def streamlined(model, build):
    model = model.transform(scales_past_branches())
    model = step_resnet_streamline(model, build)
    if model.get_nodes_by_op_type("Split"):
        for transformation in (CutScalesAtSplits(), StreamlinePlus(), TypeSplits()):
            model = model.transform(transformation)
    if model.get_nodes_by_op_type("MaxPool"):
        # StreamlinePlus leaves it channels first. MakeMaxPoolNHWC would lose the pool where its output forks.
        for transformation in (InferPool(), StreamlinePlus(), AbsorbConsecutiveTransposes()):
            model = model.transform(transformation)
    return tidied(model)


def scales_past_branches():
    """StreamlinePlus takes a Mul that has other readers too, and leaves these without a producer; these look for readers."""
    return ComposedTransformation(
        [
            AbsorbScalarBiasIntoMultiThreshold(),
            MoveMulPastMaxPool(),
            MoveMulPastFork(),
            MoveMulPastDWConv(),
            MoveMulPastJoinAdd(),
        ]
    )


def tidied(model):
    """Without the scale of a last layer that has no bias, and with the layouts that the conversion to hardware asks for."""
    for transformation in (AbsorbScalarMulAddIntoTopK(), TypeSplits(), InferDataLayouts(), RemoveUnusedTensors()):
        model = model.transform(transformation)
    return model
