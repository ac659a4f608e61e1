"""The C++ that FINN generates for HLS layers, compiled with g++ and run."""

import shutil
import subprocess
from pathlib import Path

# First: makes FINN importable.
import reports  # noqa: F401

import numpy as np
from finn.templates import get_templates_folder
from finn.util.basic import getHWCustomOp
from finn.util.settings import get_settings
from qonnx.core.modelwrapper import ModelWrapper

HEADERS = Path(__file__).parent / "hls-headers"


def answer(path, node, inputs, directory, types, library):
    """The output of a layer of the graph in a file for its inputs, flat lists in C order; or what the compiler said.

    `types` is a folder with ap_int.h, `library` one of finn-hlslib.
    """
    model = ModelWrapper(path)
    layer = next(each for each in model.graph.node if each.name == node)
    op = getHWCustomOp(layer)
    folder = Path(directory, node)
    folder.mkdir(parents=True)
    op.set_nodeattr("code_gen_dir_cppsim", str(folder))
    op.set_nodeattr("exec_mode", "cppsim")
    try:
        op.code_generation_cppsim(model)
    except Exception as error:
        return {"error": str(error)}
    said = compiled(folder, types, without_flags(library, folder / "library"))
    if said is not None:
        return {"error": said}
    op.set_nodeattr("executable_path", str(folder / "node_model"))
    context = {name: model.get_initializer(name) for name in layer.input if model.get_initializer(name) is not None}
    activations = [name for name in layer.input if name not in context]
    for index, values in enumerate(inputs):
        shaped = np.asarray(values, dtype=np.float32).reshape(op.get_normal_input_shape(index))
        context[activations[index]] = in_groups(op, shaped) if layer.op_type in BY_CHANNEL else shaped
    context |= {name: np.zeros(op.get_normal_output_shape(), dtype=np.float32) for name in layer.output}
    op.execute_node(context, model.graph)
    return [int(value) for value in context[layer.output[0]].ravel()]


BY_CHANNEL = ("VVAU_hls", "Pool_hls")


def in_groups(op, windows):
    """The windows in the order of the hardware: all places of PE channels, then of the next."""
    kernel = op.get_nodeattr("Kernel" if op.onnx_node.op_type == "VVAU_hls" else "KernelSize")
    groups = windows.reshape(*windows.shape[:-1], int(np.prod(kernel)), -1, op.get_nodeattr("PE"))
    return groups.swapaxes(-2, -3).reshape(windows.shape)


def without_flags(library, folder):
    """A copy of finn-hlslib that does not ask a type for `sign_flag`, which Vitis' types have and the public ones do not."""
    folder.mkdir()
    for header in (*Path(library).glob("*.h"), *Path(library).glob("*.hpp")):
        shutil.copy(header, folder)
    pool = folder / "maxpool.h"
    pool.write_text(pool.read_text().replace("Out_T::sign_flag", "!std::is_same<Out_T, ap_uint<Out_T::width>>::value"))
    return folder


def compiled(folder, types, library):
    """None, or what g++ said."""
    conversions = Path(get_templates_folder(), "npy2stream")
    places = (HEADERS, conversions, library, get_settings().finn_custom_hls, types)
    command = [
        *("g++", "-std=c++17", "-O0", "-w", "-DAP_INT_MAX_W=8191"),
        *("-include", "stdint.h", "-include", "half.h", "-include", "hls_vector.h"),
        *(f"-I{place}" for place in places),
        *map(str, folder.glob("*.cpp")),
        *(str(conversions / "cnpy.cpp"), "-lz", "-o", str(folder / "node_model")),
    ]
    said = subprocess.run(command, capture_output=True, text=True)
    return None if said.returncode == 0 else said.stderr[:3000]
