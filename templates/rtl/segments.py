"""The parts of a hardware graph that can be simulated in one piece, because all their nodes are RTL."""

from dataclasses import dataclass

# Layers that exist in HLS only, for which join.py has modules of its own or FINN's library has one: for tests of forks.
STAND_INS = ("DuplicateStreams_hls", "ElementwiseAdd_hls")


@dataclass(frozen=True)
class Segment:
    """Nodes in the graph's order, between the one activation that they read and the one that leaves them."""

    nodes: list
    input: str
    output: str


def segments(model, stand_ins):
    """Connected RTL nodes with one input and one output; where they have more, their longest chains. A graph's order."""
    streams = Streams(model)
    members = [node for node in model.graph.node if joinable(node, stand_ins)]
    found = []
    for part in connected(members, streams):
        whole = segment_of(part, streams)
        found += [whole] if whole is not None else [segment_of(chain, streams) for chain in chains(part, streams)]
    return [segment for segment in found if segment is not None]


def joinable(node, stand_ins):
    return node.domain.endswith(".rtl") or (stand_ins and node.op_type in STAND_INS)


class Streams:
    """Who makes and who reads each activation."""

    def __init__(self, model):
        self.constants = {each.name for each in model.graph.initializer}
        self.maker = {name: node.name for node in model.graph.node for name in node.output}
        self.reader = {name: node.name for node in model.graph.node for name in self.read_by(node)}

    def read_by(self, node):
        return [name for name in node.input if name and name not in self.constants]


def connected(members, streams):
    """The nodes by what they are connected to, through members only."""
    names = {node.name for node in members}
    root = {name: name for name in names}

    def find(name):
        while root[name] != name:
            name = root[name]
        return name

    for node in members:
        for name in streams.read_by(node):
            if streams.maker.get(name) in names:
                root[find(node.name)] = find(streams.maker[name])
    parts = {}
    for node in members:
        parts.setdefault(find(node.name), []).append(node)
    return list(parts.values())


def segment_of(nodes, streams):
    made = [name for node in nodes for name in node.output]
    read = [name for node in nodes for name in streams.read_by(node)]
    inputs = [name for name in read if name not in made]
    outputs = [name for name in made if name not in read]
    return Segment(nodes, inputs[0], outputs[0]) if len(inputs) == len(outputs) == 1 else None


def chains(nodes, streams):
    """Runs of nodes that read one stream and make one; what forks or joins is left out."""
    found = []
    for node in nodes:
        read = streams.read_by(node)
        if len(read) != 1 or len(node.output) != 1:
            continue
        before = next((chain for chain in found if chain[-1].output[0] == read[0]), None)
        if before is None:
            found.append([node])
        else:
            before.append(node)
    return found
