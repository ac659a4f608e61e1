"""From a specialised dataflow graph to the folded one, and FINN's estimates of it.

in/model/dataflow.onnx, in/params.json {folding, target_fps, target}. out/raw/dataflow.onnx is the folded graph with
minimal bit widths, out/raw/report/ the estimates, out/raw/folding.json what FINN chose for the frames a second.
"""

import shutil

from session import OUT, WORK, configuration, main, run_steps, written
from folding import check_names, check_rate, check_values

REPORTS = (
    "estimate_layer_config_alternatives",
    "estimate_layer_cycles",
    "estimate_layer_resources",
    "estimate_network_performance",
    "op_and_param_counts",
)


def estimate(params):
    from checks import check_sums
    from finn.builder import build_dataflow_steps as finn
    from finn.builder.build_dataflow_config import DataflowOutputType
    from qonnx.core.modelwrapper import ModelWrapper

    target, folding, target_fps = params["target"], params["folding"], params["target_fps"]

    def fold_for_rate(model, build):
        model = finn.step_target_fps_parallelization(model, build)
        if target_fps is not None:
            check_rate(model, target["clockMHz"])
        return model

    def apply_folding(model, build):
        if folding is None:
            return finn.step_apply_folding_config(model, build)
        check_names(model, folding)
        model = finn.step_apply_folding_config(model, build)
        check_values(model, folding)
        return model

    build = configuration(
        fpga_part=target["part"],
        synth_clk_period_ns=1000 / target["clockMHz"],
        generate_outputs=[DataflowOutputType.ESTIMATE_REPORTS],
        target_fps=target_fps,
        folding_config_file=None if folding is None else str(written("folding.json", folding)),
    )
    steps = [
        ("step_target_fps_parallelization", fold_for_rate),
        ("step_apply_folding_config", apply_folding),
        ("step_minimize_bit_width", finn.step_minimize_bit_width),
        ("step_generate_estimate_reports", finn.step_generate_estimate_reports),
    ]
    model = run_steps(ModelWrapper(str(WORK / "in" / "model" / "dataflow.onnx")), steps, build)
    check_sums(model)
    raw = OUT / "raw"
    (raw / "report").mkdir(parents=True)
    model.save(str(raw / "dataflow.onnx"))
    reports = build.get_report_directory()
    for name in REPORTS:
        shutil.copy(reports / f"{name}.json", raw / "report")
    if target_fps is not None:
        shutil.copy(reports / "auto_folding_config.json", raw / "folding.json")


if __name__ == "__main__":
    main(estimate)
