"""FINN's own way from QONNX to the specialised hardware graph, with our steps for its faults."""

import json
import sys
from pathlib import Path

# First: makes FINN importable.
from reports import configuration, described

import numpy as np
from finn.builder import build_dataflow_steps as steps
from finn.builder.custom_step_library import mobilenet
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.core.onnx_exec import execute_onnx
from qonnx.transformation.infer_shapes import InferShapes

sys.path.append(str(Path(__file__).parents[4] / "templates" / "finn"))
from argmax import step_argmax_to_topk
from integer_tail import step_integer_tail
from sums import step_order_sums
from thresholds import step_clip_thresholds

FIRST = (steps.step_qonnx_to_finn, steps.step_tidy_up, step_argmax_to_topk)
MIDDLE = {
    "default": (steps.step_streamline, step_clip_thresholds, step_order_sums, steps.step_convert_to_hw),
    "mobilenet": (
        mobilenet.step_mobilenet_streamline,
        mobilenet.step_mobilenet_lower_convs,
        step_integer_tail,
        mobilenet.step_mobilenet_convert_to_hw_layers_separate_th,
    ),
}
LAST = (
    steps.step_minimize_bit_width_initial,
    steps.step_create_dataflow_partition,
    steps.step_specialize_layers,
)


def lowered(path, directory, part, specialize, preset="default", standalone_thresholds=False):
    """FINN's graph of a QONNX file, saved in the directory, its nodes, and the operators of the parent model."""
    directory = Path(directory)
    directory.mkdir(parents=True)
    more = {"standalone_thresholds": standalone_thresholds}
    if specialize is not None:
        more["specialize_layers_config_file"] = str(directory / "specialize.json")
        Path(more["specialize_layers_config_file"]).write_text(json.dumps(specialize))
    build = configuration(directory, part, **more)
    model = ModelWrapper(str(path))
    for step in (*FIRST, *MIDDLE[preset], *LAST):
        model = step(model, build)
    model.save(str(directory / "dataflow.onnx"))
    parent = str(build.get_intermediate_models_directory() / "dataflow_parent.onnx")
    return {
        "model": str(directory / "dataflow.onnx"),
        "nodes": [described(model, node) for node in model.graph.node],
        "parent": [node.op_type for node in ModelWrapper(parent).graph.node],
        "parent_model": parent,
    }


def executed(path, image):
    """What QONNX gives for the values of an image; None where it does not know an operator or a shape."""
    model = ModelWrapper(str(path)).transform(InferShapes())
    name = model.graph.input[0].name
    values = np.asarray(image, dtype=np.float32).reshape(model.get_tensor_shape(name))
    try:
        return execute_onnx(model, {name: values})[model.graph.output[0].name].flatten().tolist()
    except Exception:
        return None


def executed_in_turn(paths, images):
    """What models give one after the other, by QONNX: flat lists, one per image and output of the last. Each reads what the one
    before it gives, in order; the first the image.
    """
    models = [readable(path) for path in paths]
    return [[output.flatten().tolist() for output in in_turn(models, [np.asarray(image)])] for image in images]


def readable(path):
    model = ModelWrapper(str(path))
    # FINN's own graphs lack it, and then QONNX takes its Reshape for ONNX's.
    model.set_opset_import("finn.custom_op.fpgadataflow", 1)
    return model.transform(InferShapes())


def in_turn(models, values):
    for model in models:
        shapes = [model.get_tensor_shape(each.name) for each in model.graph.input]
        given = {
            each.name: value.reshape(shape).astype(np.float32)
            for each, value, shape in zip(model.graph.input, values, shapes, strict=True)
        }
        found = execute_onnx(model, given)
        values = [found[each.name] for each in model.graph.output]
    return values


def answer(path, image=None, **more):
    """What `lowered` says of a file, or {"error": ...} where FINN refuses; with what QONNX gives for the image, a flat list,
    under "result", which is None without an image.
    """
    result = None if image is None else executed(path, image)
    try:
        return {**lowered(path, **more), "result": result}
    except (Exception, SystemExit) as error:
        return {"error": f"{type(error).__name__}: {error}", "result": result}
