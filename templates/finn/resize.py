"""A step for nearest neighbours, which FINN does not convert where they are a Resize."""

from finn.transformation.fpgadataflow.convert_to_hw.upsample import InferUpsample
from finn.transformation.streamline.absorb import AbsorbConsecutiveTransposes, AbsorbTransposeIntoResize
from finn.transformation.streamline.reorder import MakeScaleResizeNHWC
from finn.transformation.streamline.streamline_plus import StreamlinePlus

from residual import tidied


def step_resize(model, _build):
    if not (model.get_nodes_by_op_type("Resize") or model.get_nodes_by_op_type("Upsample")):
        return model
    for transformation in (
        MakeScaleResizeNHWC(),
        AbsorbTransposeIntoResize(),
        StreamlinePlus(),
        AbsorbConsecutiveTransposes(),
        InferUpsample(),
    ):
        model = model.transform(transformation)
    return tidied(model)
