"""FINN's own way from QONNX to the specialised hardware graph."""

import json
from pathlib import Path

from finn.builder import build_dataflow_steps as steps
from finn_reports import configuration, described
from qonnx.core.modelwrapper import ModelWrapper

STEPS = (
    steps.step_qonnx_to_finn,
    steps.step_tidy_up,
    steps.step_streamline,
    steps.step_convert_to_hw,
    steps.step_minimize_bit_width_initial,
    steps.step_create_dataflow_partition,
    steps.step_specialize_layers,
)


def lowered(path, directory, part, specialize):
    """FINN's graph of a QONNX file, saved in the directory, its nodes, and the operators of the parent model."""
    directory = Path(directory)
    directory.mkdir(parents=True)
    more = {}
    if specialize is not None:
        more["specialize_layers_config_file"] = str(directory / "specialize.json")
        Path(more["specialize_layers_config_file"]).write_text(json.dumps(specialize))
    build = configuration(directory, part, **more)
    model = ModelWrapper(str(path))
    for step in STEPS:
        model = step(model, build)
    model.save(str(directory / "dataflow.onnx"))
    parent = ModelWrapper(str(build.get_intermediate_models_directory() / "dataflow_parent.onnx"))
    return {
        "model": str(directory / "dataflow.onnx"),
        "nodes": [described(model, node) for node in model.graph.node],
        "parent": [node.op_type for node in parent.graph.node],
    }
