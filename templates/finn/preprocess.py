"""From a QONNX network to FINN's specialised, not yet folded dataflow graph.

in/model/model.onnx, in/params.json {part, preset, steps, specialize, standalone_thresholds}, in/module/steps.py if the
user has steps of his own. out/raw/dataflow.onnx is the graph, out/raw/parent.onnx what stays outside of it.
"""

from session import OUT, WORK, Failed, configuration, main, run_steps, told, warn, written
from folding import nearest, of_absent_kind
from time_limit import time_limit

PARTITION = "step_create_dataflow_partition"
SPECIALIZE = "step_specialize_layers"


def preprocess(params):
    from checks import check_batch, check_layers
    from choices import leave_choices_with_values
    from host_ends import leave_float_functions
    from outputs import leave_outputs_in_place
    from parent import boundary_of, save_parent
    from qonnx.core.modelwrapper import ModelWrapper
    from rounds import end_repeated_rounds
    from signs import leave_signs_of_images
    from steps import chosen_steps

    leave_float_functions()
    leave_choices_with_values()
    leave_outputs_in_place()
    end_repeated_rounds()
    leave_signs_of_images()
    given = ModelWrapper(str(WORK / "in" / "model" / "model.onnx"))
    check_batch(given)
    boundary = boundary_of(given)
    steps = chosen_steps(params["preset"], params["steps"], given)
    specialize = params["specialize"]
    build = configuration(
        fpga_part=params["part"],
        synth_clk_period_ns=10.0,
        generate_outputs=[],
        standalone_thresholds=params["standalone_thresholds"],
        specialize_layers_config_file=None if specialize is None else str(written("specialize.json", specialize)),
    )
    around = {PARTITION: partitioned, SPECIALIZE: lambda step: specialised(step, specialize)}
    steps = [(name, watched(name, around[name](step) if name in around else step)) for name, step in steps]
    model = run_steps(given, steps, build)
    parent = build.get_intermediate_models_directory() / "dataflow_parent.onnx"
    if not parent.exists():
        raise Failed("finn/no-partition", f"none of the steps made the dataflow graph; {PARTITION} does")
    outside = software_nodes(model)
    if outside:
        raise Failed("finn/no-partition", f"the last step leaves layers that are no hardware: {', '.join(outside)}")
    check_layers(model)
    raw = OUT / "raw"
    raw.mkdir()
    model.save(str(raw / "dataflow.onnx"))
    save_parent(parent, raw / "parent.onnx", boundary)


def software_nodes(model):
    """Name and operator of each node that is not FINN's hardware."""
    from checks import is_hardware, named

    return [named(node) for node in model.graph.node if not is_hardware(node)]


def watched(name, step):
    """A step that ends, and leaves a graph that is whole."""

    def run(model, build):
        from checks import check_producers

        with time_limit(name):
            model = step(model, build)
        check_producers(model, name)
        return model

    return run


def partitioned(step):
    """FINN's step, whose ways of saying that there is no single partition are several."""

    def run(model, build):
        from checks import check_boundaries, check_layers
        from host_ends import ends_to_host

        model = ends_to_host(model)
        check_layers(model)
        check_boundaries(model)
        outside = software_nodes(model)
        try:
            return step(model, build)
        except Exception as error:
            message = told(error)
            if "Unsupported/unmapped layer(s)" in message:
                what = f"the hardware is in several pieces, because these stay outside: {', '.join(outside)}"
            elif "Only a single StreamingDataflowPartition" in message:
                what = f"there is not one piece of hardware; outside stay {', '.join(outside)}"
            else:
                raise
            raise Failed("finn/no-partition", what, "add steps that convert or move them", detail=message) from error

    return run


def specialised(step, settings):
    """FINN's step, which passes over settings for layers that are not there."""

    def run(model, build):
        from finn.transformation.qonnx.give_unique_node_names_recursive import GiveUniqueNodeNamesRecursive

        if settings is not None:
            model = model.transform(GiveUniqueNodeNamesRecursive())
            names = [node.name for node in model.graph.node]
            for name in settings:
                if name == "Defaults" or name in names:
                    continue
                if of_absent_kind(name, model.graph.node):
                    warn("specialize/unused", f"the specialize file names {name}, but the network has no layer of that kind")
                else:
                    message = f"the specialize file names {name}, which the network lacks"
                    raise Failed("specialize/unknown-layer", message, nearest(name, names), at=["specialize", name])
        return step(model, build)

    return run


if __name__ == "__main__":
    main(preprocess)
