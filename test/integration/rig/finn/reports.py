"""FINN's own estimates, to compare with ours."""

import hashlib
import json
import os
import tempfile
from pathlib import Path

os.environ.setdefault("XILINX_VIVADO", "/nowhere/Vivado/2024.2")
os.environ.setdefault("FINN_BUILD_DIR", tempfile.gettempdir())

import finn.xsi

# FINN loads its simulator lazily by attribute and fails without one; estimates never touch it.
for name in finn.xsi._LAZY_NAMES:
    setattr(finn.xsi, name, None)

import numpy as np
import onnx
from finn.builder import build_dataflow_steps as steps
from finn.builder.build_dataflow_config import DataflowBuildConfig, DataflowOutputType, ShellFlowType
from finn.util.basic import getHWCustomOp
from qonnx.core.modelwrapper import ModelWrapper

REPORTS = (
    "op_and_param_counts",
    "estimate_layer_cycles",
    "estimate_layer_resources",
    "estimate_layer_config_alternatives",
    "estimate_network_performance",
)


def configuration(directory, part, period=10.0, **more):
    """FINN's build configuration for estimates that are written to a directory."""
    return DataflowBuildConfig(
        output_dir=str(directory),
        synth_clk_period_ns=period,
        fpga_part=part,
        shell_flow_type=ShellFlowType.VIVADO_ZYNQ,
        generate_outputs=[DataflowOutputType.ESTIMATE_REPORTS],
        **more,
    )


def estimated(model, folding, part, period):
    """The model folded by a folding file and minimised, and FINN's reports on it."""
    with tempfile.TemporaryDirectory() as directory:
        build = configuration(directory, part, period, folding_config_file=str(folding))
        for step in (
            steps.step_apply_folding_config,
            steps.step_minimize_bit_width,
            steps.step_generate_estimate_reports,
        ):
            model = step(model, build)
        written = Path(directory, "report")
        return model, {name: json.loads((written / f"{name}.json").read_text()) for name in REPORTS}


def value_of(attribute):
    value = onnx.helper.get_attribute_value(attribute)
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, (int, float, str)):
        return value
    return [item.decode() if isinstance(item, bytes) else item for item in value]


def described(model, node):
    op = getHWCustomOp(node)
    parameters = []
    for name in node.input[1:]:
        values = model.get_initializer(name)
        if values is not None:
            integers = np.ascontiguousarray(np.round(values).astype("<i4"))
            parameters.append(
                {
                    "shape": list(values.shape),
                    "datatype": model.get_tensor_datatype(name).name,
                    "sha256_i4le": hashlib.sha256(integers.tobytes()).hexdigest(),
                }
            )
    shape = lambda extents: [int(extent) for extent in extents]
    return {
        "name": node.name,
        "op_type": node.op_type,
        "domain": node.domain,
        "input_datatype": model.get_tensor_datatype(node.input[0]).name,
        "output_datatype": model.get_tensor_datatype(node.output[0]).name,
        "attributes": {a.name: value_of(a) for a in node.attribute},
        "parameters": parameters,
        "normal_input_shape": shape(op.get_normal_input_shape()),
        "normal_output_shape": shape(op.get_normal_output_shape()),
        "folded_input_shape": shape(op.get_folded_input_shape()),
        "folded_output_shape": shape(op.get_folded_output_shape()),
        "instream_width": int(op.get_instream_width()),
        "outstream_width": int(op.get_outstream_width()),
    }


def reports(path, foldings, part, period):
    """What FINN makes of the model in a file with each folding file: its five reports, and every node with its attributes,
    datatypes, shapes, stream widths and digests of parameters; or {"error": ...} where it refuses the folding. FINN's own
    build steps do all of it.
    """
    found = []
    for folding in foldings:
        try:
            model, figures = estimated(ModelWrapper(str(path)), folding, part, period)
        except Exception as error:
            found.append({"folding": str(folding), "error": f"{type(error).__name__}: {error}"})
            continue
        nodes = [described(model, node) for node in model.graph.node]
        found.append({"folding": str(folding), "reports": figures, "nodes": nodes})
    return found
