"""Generates the HDL of single layers with FINN+, without vendor tools.

generate.py OUT < configurations.json: for each configuration a folder OUT/<id> with FINN's HDL and `layer.json`, the name of its
top module and the files of it. Runs in FINN's environment.
"""
import json
import os
import sys
import zlib

out = os.path.abspath(sys.argv[1])
os.makedirs(out, exist_ok=True)
os.environ.update(
    FINN_BUILD_DIR=out,
    FINN_SETTINGS=f"{out}/no-settings.yaml",
    FINN_DEPS=f"{out}/no-dependencies",
    XILINX_VIVADO="/Vivado/2024.2",
    NUM_DEFAULT_WORKERS="1",
    OMP_NUM_THREADS="1",
)

import finn.xsi  # noqa: E402

# Nothing is simulated with xsim here, and its library is not there.
for name in finn.xsi._LAZY_NAMES:
    setattr(finn.xsi, name, None)

import numpy as np  # noqa: E402
from onnx import TensorProto, helper  # noqa: E402
from qonnx.core.datatype import DataType  # noqa: E402
from qonnx.core.modelwrapper import ModelWrapper  # noqa: E402
from qonnx.util.basic import qonnx_make_model  # noqa: E402

PART = "xc7z020clg484-1"
CLOCK = 10.0


def main():
    for configuration in json.load(sys.stdin):
        folder = f"{out}/{configuration['id']}"
        os.makedirs(folder, exist_ok=True)
        model = model_of(configuration)
        layer = model.get_customop_wrapper(model.graph.node[0])
        layer.set_nodeattr("code_gen_dir_ipgen", folder)
        layer.code_generation_ipgen(model, PART, CLOCK)
        with open(f"{folder}/layer.json", "w") as file:
            files = [str(path) for path in layer.get_rtl_file_list(abspath=True)]
            json.dump({"top": layer.get_verilog_top_module_name(), "files": files}, file)


def model_of(configuration):
    """A graph of one layer; its parameters are random, but the same in every run."""
    op, attributes = configuration["op"], configuration["attributes"]
    random = np.random.default_rng(zlib.crc32(configuration["id"].encode()))
    parameter = parameter_of(op, attributes, configuration.get("narrow"), random)
    inputs = ["in0"] if parameter is None else ["in0", "in1"]
    tensor = lambda name: helper.make_tensor_value_info(name, TensorProto.FLOAT, [1])  # noqa: E731
    node = helper.make_node(
        op, inputs, ["out0"], domain="finn.custom_op.fpgadataflow.rtl", name=f"{op}_0", backend="fpgadataflow", **attributes
    )
    graph = helper.make_graph([node], op, [tensor("in0")], [tensor("out0")])
    model = ModelWrapper(qonnx_make_model(graph, producer_name="synthesis"))
    layer = model.get_customop_wrapper(model.graph.node[0])
    model.set_tensor_shape("in0", list(layer.get_normal_input_shape()))
    model.set_tensor_datatype("in0", layer.get_input_datatype())
    model.set_tensor_shape("out0", list(layer.get_normal_output_shape()))
    model.set_tensor_datatype("out0", layer.get_output_datatype())
    if parameter is not None:
        values, datatype = parameter
        model.set_initializer("in1", values.astype(np.float32))
        model.set_tensor_datatype("in1", datatype)
    return model


def parameter_of(op, attributes, narrow, random):
    if op == "MVAU_rtl":
        datatype = DataType[attributes["weightDataType"]]
        least = int(datatype.min()) + (1 if narrow else 0)
        values = random.integers(least, int(datatype.max()) + 1, (attributes["MW"], attributes["MH"]))
        values[0, 0] = least
        return values, datatype
    if op == "Thresholding_rtl":
        datatype = DataType[attributes["weightDataType"]]
        shape = (attributes["NumChannels"], attributes["numSteps"])
        values = random.integers(int(datatype.min()) + 1, int(datatype.max()) + 1, shape)
        return np.sort(values, axis=1), datatype
    return None


main()
