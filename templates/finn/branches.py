"""Which networks have branches or operators that FINN's default steps leave in floating point."""

MORE = ("GlobalAveragePool", "Resize", "Upsample")


def preset_for(model):
    """The preset of a network whose user names none, by the rule of the embedded front end."""
    needs_more = any(is_join(node, follows) or node.op_type in MORE for node, follows in flow_of(model))
    return "residual" if needs_more else "default"


def flow_of(model):
    """Each node with the tensors so far that follow from the network's input."""
    follows = {info.name for info in model.graph.input if model.get_initializer(info.name) is None}
    for node in model.graph.node:
        yield node, follows
        if any(name in follows for name in node.input):
            follows.update(node.output)


def is_join(node, follows):
    return sum(name in follows for name in node.input) > 1
