"""The HDL of a segment: FINN inserts its width converters and FIFOs, and writes the code of every node, without vendor tools."""

import copy
import re
from dataclasses import dataclass
from pathlib import Path

from session import Failed, told
from segments import STAND_INS, Streams


@dataclass(frozen=True)
class Module:
    """A node of the stitched segment. Streams are names of activations, widths in bits without padding to bytes."""

    name: str
    op: str
    top: str
    files: list
    inputs: list
    outputs: list
    input_widths: list
    output_widths: list
    # Of the weights that stream in beside the activations; None for a node without such.
    weight_width: object
    # Folder with the threshold files.
    folder: Path
    cycles: int
    pe: int


def stitched(model, segment, part):
    """The segment as a graph of its own, with the converters and FIFOs that FINN builds it with."""
    from finn.transformation.fpgadataflow.insert_dwc import InsertDWC
    from finn.transformation.fpgadataflow.insert_fifo import InsertFIFO
    from finn.transformation.fpgadataflow.specialize_layers import SpecializeLayers
    from qonnx.core.modelwrapper import ModelWrapper
    from qonnx.transformation.general import GiveUniqueNodeNames

    names = {node.name for node in segment.nodes}
    alone = ModelWrapper(copy.deepcopy(model.model))
    graph = alone.graph
    for node in [node for node in graph.node if node.name not in names]:
        graph.node.remove(node)
    first, last = (copy.deepcopy(alone.get_tensor_valueinfo(name)) for name in (segment.input, segment.output))
    for info in [info for info in graph.value_info if info.name in (first.name, last.name)]:
        graph.value_info.remove(info)
    for ends, info in ((graph.input, first), (graph.output, last)):
        del ends[:]
        ends.append(info)
    insertions = (InsertDWC(), SpecializeLayers(part), InsertFIFO(create_shallow_fifos=True), SpecializeLayers(part))
    # The names of nodes become those of modules; specialising numbers the nodes anew as well.
    for transformation in (*insertions, GiveUniqueNodeNames()):
        alone = alone.transform(transformation, make_deepcopy=False)
    return alone


def generated(model, folder, part, period):
    """Writes the code of every node of a stitched segment below the folder."""
    streams = Streams(model)
    return [module(model, node, streams, folder / node.name, part, period) for node in model.graph.node]


def module(model, node, streams, folder, part, period):
    from finn.util.basic import getHWCustomOp

    op = getHWCustomOp(node)
    folder.mkdir(parents=True)
    read = streams.read_by(node)
    widths = {
        "input_widths": [int(op.get_instream_width(index)) for index in range(len(read))],
        "output_widths": [int(op.get_outstream_width(index)) for index in range(len(node.output))],
    }
    if node.op_type in STAND_INS:
        return Module(node.name, node.op_type, node.name, [], read, list(node.output), **widths, weight_width=None,
                      folder=folder, cycles=int(op.get_exp_cycles()), pe=int(op.get_nodeattr("PE")))  # fmt: skip
    op.set_nodeattr("code_gen_dir_ipgen", str(folder))
    try:
        op.code_generation_ipgen(model, part, period)
    except Exception as error:
        raise Failed("rtl/not-generated", f"FINN cannot generate {node.name}: {told(error)}") from error
    files = [Path(file) for file in op.get_rtl_file_list(abspath=True)]
    weights = folder / f"{node.name}_memstream_wrapper.v"
    weight_width = None
    if weights.exists():
        library = Path(files[-1]).parent.parent
        files += [weights, *(library / file for file in MEMORY)]
        weight_width = int(re.search(r"parameter\s+WIDTH = (\d+)", weights.read_text())[1])
    return Module(node.name, node.op_type, op.get_verilog_top_module_name(), files, read, list(node.output), **widths,
                  weight_width=weight_width, folder=folder, cycles=int(op.get_exp_cycles()), pe=1)  # fmt: skip


MEMORY = ("memstream/hdl/memstream.sv", "memstream/hdl/memstream_axi.sv", "axi/hdl/axilite.sv")
