"""FINN's own estimates, to compare with ours.

    finn_reports.py [--part PART] [--clock-mhz MHZ] MODEL.onnx FOLDING.json...

Folds the specialised dataflow graph with each folding, minimises bit widths and prints one JSON list with, per folding,
FINN's five estimate reports and every node with its attributes, datatypes, shapes, stream widths and parameter digests;
or {"error": ...} where FINN refuses the folding.
"""

import argparse
import hashlib
import json
import os
import sys

os.environ.setdefault("XILINX_VIVADO", "/nowhere/Vivado/2024.2")
# What FINN prints on import must not mix with the answer.
answer = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import finn.xsi

# FINN loads its simulator lazily by attribute and fails without one; estimates never touch it.
for name in finn.xsi._LAZY_NAMES:
    setattr(finn.xsi, name, None)

import numpy as np
import onnx
from finn.analysis.fpgadataflow.dataflow_performance import dataflow_performance
from finn.analysis.fpgadataflow.exp_cycles_per_layer import exp_cycles_per_layer
from finn.analysis.fpgadataflow.op_and_param_counts import aggregate_dict_keys, op_and_param_counts
from finn.analysis.fpgadataflow.res_estimation import res_estimation, res_estimation_complete
from finn.transformation.fpgadataflow.annotate_cycles import AnnotateCycles
from finn.transformation.fpgadataflow.minimize_accumulator_width import MinimizeAccumulatorWidth
from finn.transformation.fpgadataflow.minimize_weight_bit_width import MinimizeWeightBitWidth
from finn.transformation.general import ApplyConfig
from finn.transformation.streamline.round_thresholds import RoundAndClipThresholds
from finn.util.basic import getHWCustomOp
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.infer_datatypes import InferDataTypes


def folded(path, folding):
    model = ModelWrapper(path)
    model = model.transform(ApplyConfig(folding))
    for step in (
        MinimizeWeightBitWidth,
        MinimizeAccumulatorWidth,
        InferDataTypes,
        RoundAndClipThresholds,
        InferDataTypes,
        MinimizeWeightBitWidth,
        InferDataTypes,
    ):
        model = model.transform(step())
    return model


def reports(model, part, period):
    resources = model.analysis(lambda m: res_estimation(m, part))
    resources["total"] = aggregate_dict_keys(resources)
    found = {
        "op_and_param_counts": model.analysis(op_and_param_counts),
        "estimate_layer_cycles": model.analysis(exp_cycles_per_layer),
        "estimate_layer_resources": resources,
        "estimate_layer_config_alternatives": model.analysis(lambda m: res_estimation_complete(m, part)),
    }
    model = model.transform(AnnotateCycles())
    performance = dict(model.analysis(dataflow_performance))
    performance["estimated_throughput_fps"] = (10**9) / period / performance["max_cycles"]
    performance["estimated_latency_ns"] = performance["critical_path_cycles"] * period
    found["estimate_network_performance"] = performance
    return model, found


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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--part", default="xc7z020clg484-1")
    parser.add_argument("--clock-mhz", type=float, default=100.0)
    parser.add_argument("model")
    parser.add_argument("foldings", nargs="+")
    given = parser.parse_args()
    found = []
    for path in given.foldings:
        with open(path) as file:
            folding = json.load(file)
        try:
            model, figures = reports(folded(given.model, folding), given.part, 1000.0 / given.clock_mhz)
        except Exception as error:
            found.append({"folding": path, "error": f"{type(error).__name__}: {error}"})
            continue
        nodes = [described(model, node) for node in model.graph.node]
        found.append({"folding": path, "reports": figures, "nodes": nodes})
    json.dump(found, answer, default=lambda value: value.item() if hasattr(value, "item") else str(value))
    answer.flush()


sys.exit(main())
