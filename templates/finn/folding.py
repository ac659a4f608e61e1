"""The layers and attributes that a folding names, held against the network before FINN applies it.

FINN passes over layers it does not find, and finds illegal values only when it computes with them.
"""

import difflib
import re
from math import prod

from session import Failed, told, warn


def check_names(model, folding):
    """Refuses a folding for a layer or an attribute that is not there."""
    from qonnx.custom_op.registry import getCustomOp

    nodes = {node.name: node for node in model.graph.node}
    if not isinstance(folding, dict) or not all(isinstance(attributes, dict) for attributes in folding.values()):
        raise Failed("fold/malformed", "a folding is an object with an object for each layer", at=["folding"])
    for name, attributes in folding.items():
        if name == "Defaults":
            continue
        if name not in nodes:
            if of_absent_kind(name, nodes.values()):
                warn("fold/unused", f"the folding names {name}, but the network has no layer of that kind")
                continue
            message = f"the folding names {name}, which the network lacks"
            raise Failed("fold/unknown-layer", message, nearest(name, nodes), at=["folding", name])
        op = getCustomOp(nodes[name])
        legal = op.get_nodeattr_types()
        for attribute, value in attributes.items():
            at = ["folding", name, attribute]
            if attribute not in legal:
                message = f"{name} has no attribute {attribute}"
                raise Failed("fold/unknown-attribute", message, nearest(attribute, legal), at=at)
            # FINN knows that this one is obsolete, and passes over it.
            if attribute == "impl_style" and name.startswith("StreamingFIFO"):
                continue
            try:
                op.set_nodeattr(attribute, value)
            except Exception as error:
                raise Failed("fold/illegal-value", f"{name} cannot have {attribute} {value!r}: {told(error)}", at=at) from error


def check_values(model, folding):
    """Refuses a folding by which a layer would stream more or fewer elements than its tensors have."""
    from qonnx.custom_op.registry import getCustomOp

    for node in model.graph.node:
        op = getCustomOp(node)
        problem = problem_of(op)
        if problem is None:
            continue
        values = folding.get(node.name, {})
        causes = [attribute for attribute in values if attribute in ("PE", "SIMD") and whole_without(op, attribute)]
        at = ["folding", node.name, causes[0]] if causes else ["folding", *([node.name] if values else [])]
        told_values = ", ".join(f"{attribute} {values[attribute]!r}" for attribute in causes or values)
        raise Failed("fold/illegal-value", f"{node.name} cannot have {told_values}: {problem}", at=at)


def check_rate(model, clock_mhz):
    """Refuses what FINN chose for a rate and cannot build: it divides a Reshape by what divides its output alone."""
    from qonnx.custom_op.registry import getCustomOp

    for node in model.graph.node:
        op = getCustomOp(node)
        if not node.op_type.startswith("Reshape") or problem_of(op) is None:
            continue
        chosen, inputs, outputs = op.get_nodeattr("PE"), op.get_normal_input_shape(), op.get_normal_output_shape()
        legal = [pe for pe in range(1, outputs[-1] + 1) if inputs[-1] % pe == 0 and outputs[-1] % pe == 0]
        below = max(pe for pe in legal if pe < chosen)
        above = min((pe for pe in legal if pe > chosen), default=below)
        rate = int(clock_mhz * 1e6 / (prod(outputs) / below))
        message = (
            f"for this rate FINN folds {node.name} with PE {chosen}, which does not divide all that it reads and writes: "
            "FINN estimates that, and fails when it builds"
        )
        hint = f"ask for {rate} img/s or less, or give a folding file with PE {above}"
        raise Failed("fold/rate-illegal", message, hint, at=["target_fps"])


def whole_without(op, attribute):
    value = op.get_nodeattr(attribute)
    op.set_nodeattr(attribute, 1)
    whole = problem_of(op) is None
    op.set_nodeattr(attribute, value)
    return whole


def problem_of(op):
    """Why the layer cannot be folded so, or None. FINN divides without asking whether anything remains."""
    sides = (
        (op.get_normal_input_shape, op.get_folded_input_shape),
        (op.get_normal_output_shape, op.get_folded_output_shape),
    )
    try:
        for normal_shape, folded_shape in sides:
            normal, folded = tuple(map(int, normal_shape())), tuple(map(int, folded_shape()))
            if prod(normal) != prod(folded):
                return f"its stream would be {folded} for a tensor of {normal}"
        op.get_exp_cycles()
    except Exception as error:
        return told(error)
    return None


# Kinds that FINN inserts when it builds, and some of older releases that files still name.
ELSEWHERE = {"StreamingFIFO", "StreamingDataWidthConverter", "IODMA", "TLastMarker", "CheckSum", "ChannelwiseOp", "StreamingMaxPool"}


def of_absent_kind(name, nodes):
    """Whether a layer that the network lacks is of a kind that it has none of: such a file serves several networks."""
    from finn.custom_op.fpgadataflow import custom_op

    kind, numbered = re.subn(r"(_hls|_rtl)?_\d+$", "", name)
    present = {re.sub(r"_(hls|rtl)$", "", node.op_type) for node in nodes}
    return numbered == 1 and kind not in present and (kind in ELSEWHERE or kind in custom_op)


def nearest(name, names):
    near = difflib.get_close_matches(name, names, 1)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
