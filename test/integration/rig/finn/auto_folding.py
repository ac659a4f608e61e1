"""What FINN folds hardware graphs to for a rate of images."""

import json
import tempfile
from pathlib import Path

# First: makes FINN importable.
from reports import REPORTS, configuration, described

from finn.builder import build_dataflow_steps as steps
from finn.transformation.fpgadataflow.insert_dwc import InsertDWC
from finn.transformation.fpgadataflow.insert_fifo import InsertFIFO
from finn.transformation.fpgadataflow.specialize_layers import SpecializeLayers
from finn.util.basic import getHWCustomOp
from qonnx.core.modelwrapper import ModelWrapper

FOLDING = steps.step_target_fps_parallelization
ESTIMATING = (steps.step_apply_folding_config, steps.step_minimize_bit_width, steps.step_generate_estimate_reports)


def streams(model, part):
    """The sums over FIFOs and width converters, inserted as our builds let FINN insert them."""
    for transformation in (InsertDWC(), InsertFIFO(create_shallow_fifos=True), SpecializeLayers(part)):
        model = model.transform(transformation)
    sums = dict.fromkeys(("LUT", "BRAM_18K", "URAM", "DSP"), 0)
    for node in model.graph.node:
        if node.op_type.startswith(("StreamingFIFO", "StreamingDataWidthConverter")):
            found = getHWCustomOp(node).node_res_estimation(part)
            sums = {kind: int(total + found[kind]) for kind, total in sums.items()}
    return sums


def folded(path, rate, part, period, estimated):
    with tempfile.TemporaryDirectory() as directory:
        build = configuration(directory, part, period, target_fps=rate)
        written = Path(directory, "report")
        model = ModelWrapper(str(path))
        answer = {}
        for step in (FOLDING, *(ESTIMATING if estimated else ())):
            try:
                model = step(model, build)
                if step is FOLDING:
                    answer["folding"] = json.loads((written / "auto_folding_config.json").read_text())
            except Exception as error:
                return {**answer, "error": f"{type(error).__name__}: {error}", "step": step.__name__}
        if estimated:
            answer["reports"] = {name: json.loads((written / f"{name}.json").read_text()) for name in REPORTS}
            try:
                answer["nodes"] = [described(model, node) for node in model.graph.node]
                answer["streams"] = streams(model, part)
            except Exception as error:
                return {**answer, "error": f"{type(error).__name__}: {error}", "step": "build"}
        return answer


def answer(path, rates, part, period, estimated):
    """For each rate {"folding"} with FINN's auto_folding_config.json and, where it is to be estimated, {"reports", "nodes"} of
    what FINN estimates of the graph so folded, and {"streams"} with what it estimates of the FIFOs and width converters
    that it inserts when it builds; or {"error", "step"} where FINN refuses in a step.
    """
    return [folded(path, rate, part, period, estimated) for rate in rates]
