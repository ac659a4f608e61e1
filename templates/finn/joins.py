"""Branches that do not meet as integers: which scales they have, and where these come from."""

SHARED = "quantise both branches with one scale (one shared quantiser)"
ONE_SCALE = "quantise with one scale for all channels there, and put nothing between a quantiser and the next layer"
QUANTISE = "quantise what goes into it, and what comes out of it"
JOINS = ("ElementwiseAdd", "ElementwiseSub", "ElementwiseMul", "Add", "Concat", "StreamingConcat")


def told_join(model, node):
    """(what meets there, the way out) of a float layer at a join, or on the way to one; (None, a way out) of others."""
    join = join_behind(model, node)
    if join is None:
        return None, QUANTISE if scale_of(model, node) is None else ONE_SCALE
    sides = [told_side(model, name) for name in join.input]
    return f"{join.name} ({join.op_type}) joins {' and '.join(sides)}: their scales differ, so it would compute with floats", SHARED


def join_behind(model, node):
    """The node itself, or what its scale goes into."""
    while node is not None:
        if is_join(model, node):
            return node
        readers = model.find_consumers(node.output[0])
        node = readers[0] if scale_of(model, node) is not None and len(readers) == 1 else None
    return None


def is_join(model, node):
    return node.op_type.split("_")[0] in JOINS and all(model.get_initializer(name) is None for name in node.input)


def told_side(model, name):
    """A branch, such as `Thresholding_0 · 0.25`; one that is not quantised is named by its last node."""
    factors = ""
    producer = model.find_producer(name)
    while producer is not None and scale_of(model, producer) is not None:
        factors = f" {scale_of(model, producer)}{factors}"
        producer = model.find_producer(producer.input[0])
    return f"{'the input' if producer is None else producer.name}{factors}"


def scale_of(model, node):
    """How a multiplication or an addition with constants reads; None for other nodes."""
    kind = node.op_type.split("_")[0].removeprefix("Elementwise")
    sign = {"Mul": "·", "Div": "/", "Add": "+", "Sub": "-"}.get(kind)
    values = model.get_initializer(node.input[1]) if sign is not None and len(node.input) == 2 else None
    if values is None:
        return None
    return f"{sign} {values.item():g}" if values.size == 1 else f"{sign} one value per channel"
