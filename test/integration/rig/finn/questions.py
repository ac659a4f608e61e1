"""What can be asked of FINN: a question is {"do": NAME, ...}, and its answer {"answer": ...}, or {"problem": ...} with a
traceback where it could not be dealt with. What FINN refuses is an answer: {"error": ...}.
"""

import traceback
from pathlib import Path

# First: makes FINN importable.
from reports import described, reports

import numpy as np
from finn.analysis.fpgadataflow.exp_cycles_per_layer import exp_cycles_per_layer
from finn.analysis.fpgadataflow.op_and_param_counts import aggregate_dict_keys
from finn.analysis.fpgadataflow.res_estimation import res_estimation
from finn.util.data_packing import finnpy_to_packed_bytearray
import auto_folding
import cppsim
import generate
import lowering
import ops
from networks import NETWORKS, write
from qonnx.core.datatype import DataType
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.infer_datatypes import InferDataTypes
from qonnx.transformation.infer_shapes import InferShapes


def write_networks(directory):
    """Writes all networks; their names, files and what they are to be lowered for."""
    written = []
    for index, network in enumerate(NETWORKS):
        path = Path(directory, f"network{index}.onnx")
        write(network, path)
        told = {key: getattr(network, key) for key in ("name", "part", "specialize", "refused", "float_end")}
        written.append({**told, "path": str(path)})
    return written


def lower(path, directory, part, specialize):
    try:
        return lowering.lowered(path, directory, part, specialize)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def tensors(model):
    names = {name for node in model.graph.node for name in (*node.input, *node.output)}
    return {name: [model.get_tensor_shape(name), model.get_tensor_datatype(name).name] for name in sorted(names)}


def inspect(path, part):
    """What FINN sees in a hardware graph before and after it has worked out the types of all activations itself."""
    model = ModelWrapper(path)
    seen = {"tensors": tensors(model), "nodes": [described(model, node) for node in model.graph.node]}
    for node in model.graph.node:
        # Reading an attribute checks that it is there and has one of its legal values.
        op = getCustomOp(node)
        for attribute in op.get_nodeattr_types():
            op.get_nodeattr(attribute)
        model.set_tensor_datatype(node.output[0], DataType["FLOAT32"])
    del model.graph.value_info[:]
    model = model.transform(InferShapes()).transform(InferDataTypes())
    inferred = {"tensors": tensors(model), "nodes": [described(model, node) for node in model.graph.node]}
    resources = model.analysis(lambda it: res_estimation(it, part))
    resources["total"] = aggregate_dict_keys(resources)
    return {"seen": seen, "inferred": inferred, "resources": resources, "cycles": model.analysis(exp_cycles_per_layer)}


def pack(tensors):
    """The bytes FINN packs tensors into, in hexadecimal, and the shape it gives them."""
    packed = []
    for tensor in tensors:
        values = np.asarray(tensor["values"], dtype=np.float64).reshape(tensor["shape"])
        datatype = DataType[tensor["datatype"]]
        found = finnpy_to_packed_bytearray(values, datatype, reverse_inner=True, reverse_endian=True)
        packed.append({"shape": list(found.shape), "bytes": found.astype(np.uint8).tobytes().hex()})
    return packed


QUESTIONS = {
    **{function.__name__: function for function in (write_networks, lower, reports, inspect, pack)},
    "lower_and_execute": lowering.answer,
    "execute": lowering.executed,
    "execute_in_turn": lowering.executed_in_turn,
    "examine": ops.answer,
    "fold_for_rates": auto_folding.answer,
    "generate": generate.answer,
    "compile_and_run": cppsim.answer,
}


def answered(question):
    try:
        return {"answer": QUESTIONS[question.pop("do")](**question)}
    except (Exception, SystemExit):
        return {"problem": traceback.format_exc()}
