"""What FINN generates for layers, which needs no vendor tool."""

import json
import os
import shutil
from pathlib import Path

# First: makes FINN importable.
import reports  # noqa: F401

from finn.util.settings import get_settings
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.util.basic import remove_by_name


def generated(path, name, written, left_out, folder, part, period):
    """Every file that FINN generates for a layer by path, with what its interfaces and its place in the project are. The
    layer is without the attributes that are left out, and has those that are written.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    model = ModelWrapper(path)
    node = model.get_node_from_name(name)
    for attribute in left_out:
        remove_by_name(node.attribute, attribute)
    op = getCustomOp(node)
    for attribute, value in written.items():
        op.set_nodeattr(attribute, value)
    op.set_nodeattr("code_gen_dir_ipgen", str(folder))
    op.code_generation_ipgen(model, part, period)
    files = {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    # As high-level synthesis would leave it.
    op.set_nodeattr("ip_vlnv", "xilinx.com:hls:layer:1.0")
    op.set_nodeattr("ip_path", str(folder))
    place = (op.get_verilog_top_module_intf_names(), op.code_generation_ipi())
    return {**files, "(project)": json.dumps(place, default=str).encode()}


def answer(path, directory, layers, part, period):
    """For each layer {name, defaults: {attribute: value}, other: {attribute: value}}: how many files FINN generates without
    any of the defaults; the files that differ if it is done again; for every attribute FINN's own default, and the files that
    differ if it is written; and those that differ with the other values.
    """
    # Not on import: FINN would keep its settings for every process of the server.
    settings = get_settings()
    os.environ |= {"FINN_RTLLIB": str(settings.finn_rtllib), "FINN_CUSTOM_HLS": str(settings.finn_custom_hls)}
    folder = Path(directory, "layer")
    answers = []
    for layer in layers:
        name, defaults = layer["name"], layer["defaults"]

        def files(written):
            return generated(path, name, written, defaults, folder, part, period)

        plain = files({})

        def differing(written):
            found = files(written)
            return sorted(file for file in {*plain, *found} if plain.get(file) != found.get(file))

        op = getCustomOp(ModelWrapper(path).get_node_from_name(name))
        answers.append(
            {
                "files": len(plain),
                "again": differing({}),
                "defaults": {
                    attribute: {"default": op.get_nodeattr_def(attribute)[2], "differing": differing({attribute: value})}
                    for attribute, value in defaults.items()
                },
                "other": differing(layer["other"]),
            }
        )
    return answers
