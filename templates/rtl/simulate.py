"""Simulates FINN's RTL of a folded graph: every segment of RTL nodes, with the FIFOs and converters that FINN builds.

in/model/dataflow.onnx (or in/submodel/submodel.onnx), in/params.json {target, images, stalls, seed, queue, standIns}: images
of random words, one after the other; `stalls`, the chance in per cent of a pause in a cycle, for each segment in turn. For
each segment out/raw/INDEX/ gets input.bin and output.bin, the words, and cycles.bin, the cycle of each that left, int32.
out/raw/segments.json names their nodes and what could not be simulated.
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "finn"))

from session import BUILD, OUT, WORK, Failed, main, say
from library import QUEUES, use_changed
from generate import generated, stitched
from join import top_of
from segments import STAND_INS, segments
from sources import VERILATOR
from verilator import Builder, check_tools
from words import random_words


def simulate(params):
    verilator, version = check_tools()
    import numpy as np
    from finn.util.settings import get_settings
    from qonnx.core.modelwrapper import ModelWrapper

    use_changed(BUILD / "finn-rtllib", [*VERILATOR, *QUEUES[params["queue"]]])
    library = Path(get_settings().finn_rtllib)
    model = ModelWrapper(str(next(path for path in MODELS if path.exists())))
    found = segments(model, params["standIns"])
    generator = np.random.default_rng(params["seed"])
    plans = [plan(model, segment, index, params, library, generator) for index, segment in enumerate(found)]
    cores = len(os.sched_getaffinity(0))
    builder = Builder(verilator, BUILD)
    if plans:
        builder.prepare()
    with ThreadPoolExecutor(cores) as pool:
        for index, _ in enumerate(pool.map(lambda each: run(builder, each), plans)):
            say(f"segment {index + 1} of {len(plans)}: {', '.join(plans[index]['nodes'])}")
    simulated = {name for each in plans for name in each["nodes"]}
    report = {
        "segments": [{key: each[key] for key in REPORTED} for each in plans],
        "leftOut": [node.name for node in model.graph.node if node.name not in simulated],
    }
    (OUT / "raw").mkdir(exist_ok=True)
    (OUT / "raw" / "segments.json").write_text(json.dumps(report, indent=2) + "\n")
    return {"verilator": version}


MODELS = (WORK / "in" / "model" / "dataflow.onnx", WORK / "in" / "submodel" / "submodel.onnx")
REPORTED = ("nodes", "input", "output", "stalls", "expected", "depths", "standIns")


def plan(model, segment, index, params, library, generator):
    """All that a simulation of the segment needs; FINN's part of the work, which cannot be done by several at once."""
    from finn.util.basic import getHWCustomOp

    target = params["target"]
    graph = stitched(model, segment, target["part"])
    folder = BUILD / f"segment{index}"
    modules = generated(graph, folder, target["part"], 1000 / target["clockMHz"])
    text, files, bytes_in, bytes_out = top_of(modules, library)
    source = OUT / "raw" / str(index)
    source.mkdir(parents=True)
    first, last = segment.nodes[0], segment.nodes[-1]
    reader = getHWCustomOp(first)
    count, elements = words_of(reader.get_folded_input_shape())
    expected, _ = words_of(getHWCustomOp(last).get_folded_output_shape())
    stalls = params["stalls"][index % len(params["stalls"])]
    words = random_words(generator, reader.get_input_datatype(), elements, count * params["images"])
    (source / "input.bin").write_bytes(words)
    return {
        "nodes": [node.name for node in segment.nodes],
        "input": segment.input,
        "output": segment.output,
        "stalls": stalls,
        "expected": expected * params["images"],
        "depths": [int(getHWCustomOp(node).get_nodeattr("depth")) for node in graph.graph.node if is_fifo(node)],
        "standIns": [node.name for node in segment.nodes if node.op_type in STAND_INS],
        "build": (folder, text, files, bytes_in, bytes_out),
        "folder": source,
        "patience": 100_000 + 4 * max(each.cycles for each in modules),
    }


def is_fifo(node):
    return node.op_type == "StreamingFIFO_rtl"


def words_of(shape):
    *outer, elements = (int(extent) for extent in shape)
    count = 1
    for extent in outer:
        count *= extent
    return count, elements


def run(builder, each):
    program = builder.built(*each["build"])
    folder = each["folder"]
    argv = (folder / "input.bin", each["stalls"], each["expected"], each["patience"], folder / "output.bin", folder / "cycles.bin")
    done = subprocess.run([program, *map(str, argv)], capture_output=True, text=True, errors="replace")
    if done.returncode != 0:
        raise Failed("rtl/not-simulated", f"the simulation of {', '.join(each['nodes'])} failed", detail=done.stderr or done.stdout)


if __name__ == "__main__":
    main(simulate)
