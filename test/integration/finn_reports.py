"""FINN's own estimates, to compare with ours.

    finn_reports.py [--part PART] [--clock-mhz MHZ] MODEL.onnx FOLDING.json...

Folds the specialised dataflow graph with each folding, minimises bit widths and prints one JSON list with, per folding,
FINN's five estimate reports and every node with its attributes, datatypes, shapes, stream widths and parameter digests;
or {"error": ...} where FINN refuses the folding. FINN's own build steps do all of it.
"""

import argparse
import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("XILINX_VIVADO", "/nowhere/Vivado/2024.2")
os.environ.setdefault("FINN_BUILD_DIR", tempfile.gettempdir())
# What FINN prints on import must not mix with the answer.
answer = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

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
    """What FINN makes of the model in a file with each folding file."""
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


def print_answer(value):
    """Prints one line of JSON, past what FINN prints."""
    json.dump(value, answer, default=lambda item: item.item() if hasattr(item, "item") else str(item))
    answer.write("\n")
    answer.flush()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--part", default="xc7z020clg484-1")
    parser.add_argument("--clock-mhz", type=float, default=100.0)
    parser.add_argument("model")
    parser.add_argument("foldings", nargs="+")
    given = parser.parse_args()
    print_answer(reports(given.model, given.foldings, given.part, 1000.0 / given.clock_mhz))


if __name__ == "__main__":
    sys.exit(main())
