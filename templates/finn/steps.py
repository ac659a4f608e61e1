"""Which steps there are, and which of them a preset takes."""

import difflib
import importlib
import importlib.util
import inspect
import pkgutil
import sys
import traceback

from argmax import step_argmax_to_topk
from branches import preset_for
from global_pool import step_global_pool
from integer_tail import step_integer_tail
from residual import step_residual_streamline, step_topk_first
from resize import step_resize
from session import WORK, Failed, last_lines
from sums import step_order_sums
from thresholds import step_clip_thresholds, step_thresholds_last

FIRST = ("step_qonnx_to_finn", "step_tidy_up", "step_argmax_to_topk")
LAST = ("step_minimize_bit_width_initial", "step_create_dataflow_partition", "step_specialize_layers")
PRESETS = {
    "default": (*FIRST, "step_streamline", "step_clip_thresholds", "step_order_sums", "step_convert_to_hw", *LAST),
    "mobilenet": (
        *FIRST,
        "step_mobilenet_streamline",
        "step_mobilenet_lower_convs",
        "step_integer_tail",
        "step_mobilenet_convert_to_hw_layers_separate_th",
        *LAST,
    ),
    "residual": (
        *FIRST,
        "step_topk_first",
        "step_residual_streamline",
        "step_global_pool",
        "step_resize",
        "step_thresholds_last",
        "step_order_sums",
        "step_convert_to_hw",
        *LAST,
    ),
}
OURS = (
    step_argmax_to_topk,
    step_clip_thresholds,
    step_global_pool,
    step_integer_tail,
    step_order_sums,
    step_residual_streamline,
    step_resize,
    step_thresholds_last,
    step_topk_first,
)


def chosen_steps(preset, names, model):
    """The steps of this preset, or of the one that the network requires, or those named instead, as pairs of name and function."""
    known = known_steps()
    if names is None:
        return [(name, known[name]) for name in PRESETS[preset or preset_for(model)]]
    for index, name in enumerate(names):
        if name not in known:
            raise Failed(
                "finn/unknown-step", f'there is no step "{name}"', hint(name, sorted(known)), at=["finn", "steps", index]
            )
    return [(name, known[name]) for name in names]


def known_steps():
    """By name; the user's before ours, FINN's own, and those of its library, which go by MODULE.NAME too."""
    from finn.builder import custom_step_library
    from finn.builder.build_dataflow_steps import build_dataflow_step_lookup

    library = {}
    for module in pkgutil.iter_modules(custom_step_library.__path__):
        functions = functions_of(importlib.import_module(f"{custom_step_library.__name__}.{module.name}"))
        library |= functions | {f"{module.name}.{name}": function for name, function in functions.items()}
    ours = {function.__name__: function for function in OURS}
    return library | build_dataflow_step_lookup | ours | users_steps()


def users_steps():
    path = WORK / "in" / "module" / "steps.py"
    if not path.exists():
        return {}
    sys.path.append(str(path.parent))
    spec = importlib.util.spec_from_file_location("users_steps", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        what = f"{type(error).__name__}: {error}"
        raise Failed(
            "finn/bad-step-module", f"the module of steps cannot be imported: {what}", detail=last_lines(traceback.format_exc(), 8)
        ) from error
    return functions_of(module)


def functions_of(module):
    return {
        name: function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }


def hint(name, names):
    near = difflib.get_close_matches(name, names, 1)
    legal = [each for each in names if "." not in each]
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(legal)}"
