"""What must hold of a network between and behind FINN's steps: each of these FINN lets pass, and its hardware then computes
something else, or cannot be built.
"""

from qonnx.custom_op.registry import getCustomOp

from joins import told_join
from session import Failed

HARDWARE = "finn.custom_op.fpgadataflow"
CHANNELS_LAST = 'use "preset: residual", which keeps channels last, and put a quantiser directly behind each addition and its Relu'


def is_hardware(node):
    return node.domain.startswith(HARDWARE)


def check_batch(model):
    """One image at a time, of a size that is known: FINN estimates 0 cycles for others, and boards are sent one image."""
    shapes = {info.name: extents(info) for info in model.graph.input if model.get_initializer(info.name) is None}
    for name, shape in shapes.items():
        if shape is None or 0 in shape:
            message = f"the input {name} has no fixed shape"
            raise Failed("lower/unsupported-graph", message, "export the model with a fixed batch size")
        if len(shape) > 1 and shape[0] != 1:
            message = f"the input {name} has a batch of {shape[0]}"
            raise Failed("lower/unsupported-graph", message, "export the model with a batch of 1")


def extents(info):
    """With 0 for an extent that is a name or missing; None without a shape."""
    tensor = info.type.tensor_type
    return [axis.dim_value for axis in tensor.shape.dim] if tensor.HasField("shape") else None


def check_producers(model, step):
    """Some of FINN's transformations take a node away that others still read."""
    made = {name for node in model.graph.node for name in node.output}
    made |= {each.name for each in (*model.graph.input, *model.graph.initializer)}
    for node in model.graph.node:
        for name in node.input:
            if name and name not in made:
                message = f"{step} leaves {named(node)} with an input that nothing makes ({name})"
                raise Failed("finn/no-producer", message, way_out(step))
    for info in model.graph.output:
        if info.name not in made:
            message = f"{step} leaves the network without what makes its output {info.name}"
            raise Failed("finn/no-producer", message, "export the network without this output; hardware returns labels without values")


def way_out(step):
    if step == "step_qonnx_to_finn":
        return "let no node read one quantiser twice: instead of x + x, multiply by 2"
    return 'use "preset: residual", whose steps keep branches whole'


def check_boundaries(model):
    """Boards are sent one tensor, and return one."""
    hardware = [node for node in model.graph.node if is_hardware(node)]
    made = {name: node for node in hardware for name in node.output}
    read = {name for node in hardware for name in node.input}
    given = {name for name in read if name not in made and model.get_initializer(name) is None}
    outside = {name for node in model.graph.node if not is_hardware(node) for name in node.input}
    outside |= {info.name for info in model.graph.output}
    returned = [named(node) for name, node in made.items() if name in outside]
    check_parts(hardware, read | outside)
    if len(given) > 1:
        message = f"the network's hardware would read {len(given)} tensors ({', '.join(sorted(given))}), and boards read one"
        raise Failed("finn/several-boundaries", message, "quantise the input once, before it branches")
    if len(returned) > 1:
        message = f"the network's hardware would return {len(returned)} tensors, of {', '.join(returned)}, and boards return one"
        hint = "let outputs part behind the last layer that is quantised, such as by a Split, or make a network of each"
        raise Failed("finn/several-boundaries", message, hint)


def check_parts(hardware, read):
    """FINN builds a stream that nothing reads, and the hardware then waits for a reader."""
    for node in hardware:
        for name in node.output:
            if node.op_type.startswith("StreamingSplit") and name not in read:
                message = f"{named(node)} makes {name}, which nothing reads"
                hint = "use every part; let the layer in front make only the channels that you use"
                raise Failed("lower/unsupported-op", message, hint)


def check_layers(model):
    """Of a graph in which only its ends are not hardware."""
    check_shuffles(model)
    check_floats(model)
    check_windows(model)
    check_sums(model)


def check_shuffles(model):
    """FINN's estimate of a layer that changes the order of a whole image is 0 LUT and 0 BRAM."""
    for node in model.graph.node:
        if node.op_type.split("_")[0] in ("Shuffle", "InnerShuffle", "OuterShuffle"):
            message = f"{named(node)} changes the order of axes inside the network, for which FINN estimates no resources at all"
            raise Failed("finn/shuffle", message, CHANNELS_LAST)


def check_floats(model):
    for node in model.graph.node:
        if not is_hardware(node):
            continue
        floats = [name for name in streams(model, node) if is_float(model, name)]
        if floats:
            join, hint = told_join(model, node)
            raise Failed("finn/float-layer", join or f"{named(node)} computes with floating-point numbers inside the network", hint)


def streams(model, node):
    """The tensors of a node that are no parameters, and a constant operand, which is one of them in hardware."""
    constants = node.op_type.startswith("Elementwise")
    return [*(name for name in node.input if constants or model.get_initializer(name) is None), *node.output]


def is_float(model, name):
    return model.get_tensor_datatype(name).name.startswith("FLOAT")


def check_windows(model):
    """FINN leaves out that a MaxPool rounds up (ceil_mode): its windows then wait for pixels that never come."""
    for node in model.graph.node:
        if not node.op_type.startswith("ConvolutionInputGenerator"):
            continue
        op = getCustomOp(node)
        names = ("IFMDim", "ConvKernelDim", "Stride", "Dilation", "OFMDim")
        for image, kernel, stride, dilation, result in zip(*(op.get_nodeattr(name) for name in names)):
            fitting = (image - dilation * (kernel - 1) - 1) // stride + 1
            if result != fitting:
                message = f"{named(node)} has {result} windows of {kernel} in {image} pixels with stride {stride}, but {fitting} fit"
                raise Failed("finn/window", message, "export the pooling with ceil_mode=False, or pad the image")


def check_sums(model):
    """FINN gives a sum of INT4 and UINT4 the type INT5; it needs INT6. It gives UINT4 and INT4 INT6."""
    for node in model.graph.node:
        operands = [name for name in node.input if model.get_initializer(name) is None]
        if not node.op_type.startswith("ElementwiseAdd") or len(operands) < 2:
            continue
        left, right = (model.get_tensor_datatype(name) for name in operands)
        result = model.get_tensor_datatype(node.output[0])
        low, high = left.min() + right.min(), left.max() + right.max()
        if low < result.min() or high > result.max():
            message = f"FINN gives {named(node)} the type {result.name}, but sums of {left.name} and {right.name} reach {high:g}"
            hint = "swap the operands of the addition, or quantise both branches signed, or both unsigned"
            raise Failed("finn/narrow-sum", message, hint)


def named(node):
    return f"{node.name} ({node.op_type})"
