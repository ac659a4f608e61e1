"""What FINN makes of hardware graphs, layer by layer."""

import hashlib

# First: makes FINN importable.
from reports import configuration, reports, value_of

import numpy as np
from finn.builder import build_dataflow_steps as steps
from finn.util.verification import despecialize_model
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.core.onnx_exec import execute_onnx


def minimised(path, part, period):
    return steps.step_minimize_bit_width(ModelWrapper(path), configuration("unused", part, period))


def datatypes(model):
    names = sorted({name for node in model.graph.node for name in (*node.input, *node.output)})
    return {
        "tensors": {name: model.get_tensor_datatype(name).name for name in names},
        "nodes": [{a.name: value_of(a) for a in node.attribute} for node in model.graph.node],
    }


def executed(model, image):
    name = model.graph.input[0].name
    values = np.asarray(image, dtype=np.float32).reshape(model.get_tensor_shape(name))
    try:
        context = execute_onnx(model, {name: values}, True)
    except Exception as error:
        if "Rounding error is too high" in str(error):
            return None
        raise
    found = []
    for node in model.graph.node:
        output = np.asarray(context[node.output[0]])
        integers = np.ascontiguousarray(np.round(output).astype("<i4"))
        assert np.array_equal(integers, output), f"{node.name} gives fractions"
        found.append(hashlib.sha256(integers.tobytes()).hexdigest())
    return found


def answer(path, foldings, unspecialised, images, part, period):
    """What `reports` says of the graph in a file under every folding file; the datatypes that FINN finds for the
    unspecialised graph; and for every image, a flat list, the sha256 of what each node gives, as int32 little-endian in C
    order, or None where FINN's own datatypes are too narrow for what it computes. FINN executes layers before
    specialisation, so the specialised graph is taken back to those.
    """
    plain = despecialize_model(minimised(path, part, period)) if images else None
    return {
        "foldings": reports(path, foldings, part, period),
        "unspecialised": datatypes(minimised(unspecialised, part, period)),
        "executions": [executed(plain, image) for image in images],
    }
