"""An end to transformations that undo each other: QONNX repeats rounds of them until a round says that it changed nothing."""

import hashlib

from qonnx.transformation.composed import ComposedTransformation


def end_repeated_rounds():
    """From here on a round that ends where one of the same rounds has ended before is the last one.

    Nothing but the graph decides what the next round does, so the same would come again forever: a factor that goes past a
    Transpose, and the Transpose past the factor, where neither is taken up by anything.
    """
    once = ComposedTransformation.apply

    def apply(self, model):
        seen = self.__dict__.setdefault("seen", set())
        seen.add(fingerprint(model))
        model, changed = once(self, model)
        return model, changed and fingerprint(model) not in seen

    ComposedTransformation.apply = apply


def fingerprint(model):
    """Of all that a graph states, in the order of its nodes; each round gives tensors names by their place."""
    graph = model.graph
    found = hashlib.sha256()
    for node in graph.node:
        found.update(node.SerializeToString(deterministic=True))
    for parts in (graph.initializer, graph.value_info, graph.quantization_annotation):
        for part in sorted(each.SerializeToString(deterministic=True) for each in parts):
            found.update(part)
    return found.digest()
