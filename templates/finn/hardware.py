"""From a folded submodel to all that Vivado needs for its bitstream: code, HLS, DMA, stitching and the project's script.

in/submodel/submodel.onnx, in/depths/depths.json, in/params.json {target, platform, queue}. out/hardware is the project,
wherever it is moved to (see relocate.py); Vivado itself is run on it by implement.sh. out/report has what HLS found out.
"""

import json
import os
import shutil
from math import prod

from session import BUILD, OUT, WORK, Failed, configuration, main, run_steps
from platform_zynq import leave_settings_open, name_build_folders, period_of, register_board
from library import QUEUES, use_changed
from relocate import SCRIPT, collect
from vendor import check_hlslib, check_tools, place_init, watch_tools


class ProjectWritten(Exception):
    """Ends FINN's transformation where it would run Vivado on the project it has written."""


def hardware(params):
    target, platform = params["target"], params["platform"]
    period = period_of(target["clockMHz"])
    vivado = check_tools(os.environ["VIVADO_VERSION"])
    place_init(os.environ["VIVADO_VERSION"])
    check_hlslib()

    from finn.builder import build_dataflow_steps as finn
    from finn.builder.build_dataflow_config import AutoFIFOSizingMethod, DataflowOutputType
    from qonnx.core.modelwrapper import ModelWrapper

    register_board(target["part"], platform)
    leave_settings_open()
    name_build_folders()
    watch_tools()
    use_changed(BUILD / "finn-rtllib", QUEUES[params["queue"]])
    build = configuration(
        board=platform["finnName"],
        synth_clk_period_ns=period,
        generate_outputs=[DataflowOutputType.BITFILE],
        auto_fifo_strategy=AutoFIFOSizingMethod.FORCE_MINIMAL_FIFOS,
    )
    model = ModelWrapper(str(WORK / "in" / "submodel" / "submodel.onnx"))
    check_queues(model, params["queue"])
    set_depths(model)
    report = OUT / "report"
    report.mkdir()
    (report / "hls.json").write_text(json.dumps(counted(model)) + "\n")
    steps = [("step_generate_hardware", finn.step_generate_hardware), ("step_synthesize_bitfile", write_project)]
    run_steps(model, steps, build)
    shutil.copy(build.get_report_directory() / "estimate_layer_resources_hls.json", report)
    collect(next(BUILD.glob("vivado_zynq_proj_*")) / SCRIPT)
    return {"vivado": vivado}


def set_depths(model):
    """The depths that were chosen; FINN's minimal FIFOs are at least as deep as the layers on both sides ask for."""
    from qonnx.custom_op.registry import getCustomOp

    chosen = json.loads((WORK / "in" / "depths" / "depths.json").read_text())
    for node in model.graph.node:
        for attribute, depths in chosen.get(node.name, {}).items():
            getCustomOp(node).set_nodeattr(attribute, depths)


def check_queues(model, queue):
    """Refuses layers whose output queue loses words, if it is FINN's; see docs/upstream/mvau-queue.md."""
    from qonnx.custom_op.registry import getCustomOp

    if queue != "finn":
        return
    for node in model.graph.node:
        if node.op_type not in ("MVAU_rtl", "VVAU_rtl"):
            continue
        op = getCustomOp(node)
        lanes = op.get_nodeattr("SIMD")
        rows = op.get_nodeattr("MW") if node.op_type == "MVAU_rtl" else prod(op.get_nodeattr("Kernel"))
        if lanes == rows:
            message = f"{node.name} multiplies all {rows} inputs at once, and then FINN's output queue loses words"
            smaller = f"give it a smaller SIMD such as {rows // least_divisor(rows)}, or " if rows > 1 else ""
            raise Failed("hardware/short-queue", message, f"{smaller}build with toolchain.mvau_queue: deep")


def least_divisor(number):
    return next(divisor for divisor in range(2, number + 1) if number % divisor == 0)


def counted(model):
    domains = [node.domain for node in model.graph.node]
    return {style: sum(domain.endswith(f".{style}") for domain in domains) for style in ("hls", "rtl")}


def write_project(model, build):
    """FINN's step up to the call of Vivado."""
    import finn.transformation.fpgadataflow.make_zynq_proj as zynq

    def stop(*_arguments, **_options):
        raise ProjectWritten

    launch, zynq.launch_process_helper = zynq.launch_process_helper, stop
    try:
        zynq.ZynqBuild(
            build.board,
            build.synth_clk_period_ns,
            partition_model_dir=build.get_intermediate_models_directory() / "kernel_partitions",
        ).apply(model)
    except ProjectWritten:
        return model
    finally:
        zynq.launch_process_helper = launch
    raise AssertionError("FINN made no Vivado project")


if __name__ == "__main__":
    main(hardware)
