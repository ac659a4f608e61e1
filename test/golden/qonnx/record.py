"""Records what onnxruntime and qonnx compute for single nodes: python record.py > operators.json, in FINN's environment."""

import json
import sys
import warnings

import numpy as np
import onnx
import onnxruntime as rt
import qonnx
from onnx import TensorProto, helper, numpy_helper
from qonnx.core.execute_custom_node import execute_custom_node
from qonnx.core.modelwrapper import ModelWrapper

warnings.filterwarnings("ignore")
rt.set_default_logger_severity(4)
random = np.random.default_rng(1)
cases = []
CUSTOM = "qonnx.custom_op.general"


def x(*shape, low=-3, high=3):
    """Floats with few digits, none of them 0."""
    return (random.integers(low * 8, high * 8, shape) / 8 + 1 / 16).astype(np.float32)


def ints(values, dtype=np.int64):
    return np.array(values, dtype=dtype)


def f(*values):
    return np.array(values, dtype=np.float32)


def s(value):
    return np.array(value, dtype=np.float32)


def number(value):
    if isinstance(value, (float, np.floating)):
        return float(f"{value:.8g}") if np.isfinite(value) else repr(float(value))
    # Beyond that, JSON's numbers lose digits.
    return int(value) if abs(int(value)) <= 2**53 else str(value)


def tensor(array):
    return {
        "elementType": str(array.dtype),
        "shape": list(array.shape),
        "values": [number(value) for value in array.flatten()],
    }


def attribute(proto):
    value = helper.get_attribute_value(proto)
    kinds = {1: "float", 2: "int", 3: "string", 4: "tensor", 6: "floats", 7: "ints"}
    kind = kinds[proto.type]
    if kind == "string":
        value = value.decode()
    elif kind == "tensor":
        value = tensor(numpy_helper.to_array(value))
    elif kind in ("ints", "floats"):
        value = [number(item) for item in value]
    else:
        value = number(value)
    return {"type": kind, "value": value}


def run(node, opset, named):
    info = lambda name, array: helper.make_tensor_value_info(
        name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape
    )
    outputs = [helper.make_empty_tensor_value_info(name) for name in node.output if name]
    inputs = [info(name, array) for name, array in named.items()]
    graph = helper.make_graph([node], "graph", inputs, outputs)
    if node.domain:
        model = ModelWrapper(helper.make_model(graph, opset_imports=[helper.make_opsetid(node.domain, opset)]))
        model.set_tensor_datatype(node.input[0], qonnx.core.datatype.DataType["INT8"])
        context = dict(named)
        for name in node.output:
            context[name] = np.zeros(OUT_SHAPE if OUT_SHAPE else next(iter(named.values())).shape, np.float32)
        execute_custom_node(node, context, model.graph, opset)
        return [np.asarray(context[name], np.float32) for name in node.output]
    opsets = [helper.make_opsetid("", opset)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    options = rt.SessionOptions()
    options.graph_optimization_level = rt.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = rt.InferenceSession(model.SerializeToString(), options)
    return session.run(None, named)


OUT_SHAPE = None


def case(op, inputs, opset, outputs=1, domain="", shape=None, names=None, **attributes):
    global OUT_SHAPE
    OUT_SHAPE = shape
    input_names = ["" if value is None else f"i{at}" for at, value in enumerate(inputs)]
    output_names = names or [f"o{at}" for at in range(outputs)]
    node = helper.make_node(op, input_names, output_names, name="node", domain=domain, **attributes)
    named = {name: value for name, value in zip(input_names, inputs) if value is not None}
    try:
        results = run(node, opset, named)
    except Exception as error:
        print(f"{op} {opset}: {str(error)[:300]}", file=sys.stderr)
        return
    cases.append(
        {
            "op": op,
            "domain": domain,
            "opset": opset,
            "attributes": {proto.name: attribute(proto) for proto in node.attribute},
            "inputs": [None if value is None else tensor(value) for value in inputs],
            "outputNames": output_names,
            "outputs": [tensor(np.asarray(value)) for value in results],
        }
    )


# Element by element.
for op in ["Abs", "Neg", "Exp", "Erf", "Floor", "Ceil", "Sign", "Sigmoid", "Tanh", "Softplus", "Softsign", "Relu", "Reciprocal", "Elu", "LeakyRelu", "Selu", "HardSigmoid"]:
    case(op, [x(2, 5)], 13)
case("Relu", [ints([-3, 0, 4], np.int32)], 14)
case("Softplus", [f(-100, 100, 0)], 13)
case("HardSwish", [x(2, 5, low=-5, high=5)], 14)
case("Gelu", [x(6)], 20)
case("Gelu", [x(6)], 20, approximate="tanh")
case("Mish", [x(6)], 18)
case("Elu", [x(5)], 7, alpha=0.5)
case("LeakyRelu", [x(5)], 7, alpha=0.25)
case("Selu", [x(5)], 7, alpha=0.5, gamma=2.0)
case("HardSigmoid", [x(5)], 7, alpha=0.3, beta=0.25)
case("Round", [f(0.5, 1.5, 2.5, -0.5, -1.5, 0.4999, 3e15)], 11)
case("Sqrt", [x(4, low=0)], 13)
case("Log", [x(4, low=0)], 13)
case("Not", [np.array([True, False])], 7)
for op in ["Add", "Sub", "Mul", "Div"]:
    case(op, [x(2, 3), x(2, 3)], 7)
    case(op, [x(2, 1, 3), x(4, 1)], 14)
    case(op, [ints([7, -7, 8]), ints([2])], 14)
case("Div", [ints([-7, 7], np.int32), ints([2, -2], np.int32)], 14)
case("Add", [x(2, 3), s(0.5)], 13)
case("Pow", [x(4, low=0), s(2)], 7)
case("Pow", [x(4, low=0), ints([3])], 13)
for op in ["Min", "Max"]:
    case(op, [x(2, 3), x(3), x(1)], 8)
    case(op, [ints([1, 5]), ints([3])], 13)
case("Sum", [x(2, 3), x(3), x(1)], 8)
for op in ["Equal", "Greater", "Less"]:
    case(op, [f(1, 2, 3), f(2, 2, 2)], 13)
case("Equal", [ints([1, 2]), ints([2])], 7)
for op in ["GreaterOrEqual", "LessOrEqual"]:
    case(op, [f(1, 2, 3), f(2, 2, 2)], 16)
for op in ["And", "Or", "Xor"]:
    case(op, [np.array([[True], [False]]), np.array([True, False])], 7)
case("PRelu", [x(1, 3, 2, 2), x(3, 1, 1, low=0)], 16)
case("PRelu", [x(1, 3, 2, 2), x(1, low=0)], 9)
case("Clip", [x(6)], 7, min=-1.0, max=1.5)
case("Clip", [x(6)], 6, max=0.5)
case("Clip", [x(6), s(-1), s(1)], 11)
case("Clip", [x(6), None, s(1)], 13)
case("Clip", [x(6), s(0)], 13)
case("Clip", [ints([-5, 0, 5], np.int8), ints(-2, np.int8), ints(2, np.int8)], 12)
case("Where", [np.array([[True], [False]]), x(2, 3), x(3)], 9)
case("Where", [np.array([True, False, True]), ints([1, 2, 3]), ints([9])], 16)

# Along axes.
case("Softmax", [x(2, 3, 2)], 7)
case("Softmax", [x(2, 3, 2)], 11, axis=2)
case("Softmax", [x(2, 3, 2)], 13)
case("Softmax", [x(2, 3, 2)], 13, axis=1)
case("LogSoftmax", [x(2, 3, 2)], 11)
case("LogSoftmax", [x(2, 3, 2)], 13, axis=0)
for op in ["ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceSum", "ReduceL1", "ReduceL2", "ReduceSumSquare"]:
    case(op, [x(2, 3, 2)], 11, axes=[1], keepdims=0)
    case(op, [x(2, 3, 2)], 11, axes=[-1, 0])
    case(op, [x(2, 3, 2)], 11)
    case(op, [x(2, 3, 2), ints([1, 2])], 18, keepdims=0)
    case(op, [x(2, 3)], 18, noop_with_empty_axes=1)
case("ReduceSum", [x(2, 3), ints([1])], 13)
case("ReduceSum", [ints([[1, 2], [3, 4]]), ints([0])], 13)
for op in ["ArgMax", "ArgMin"]:
    case(op, [f(1, 3, 3, 1).reshape(2, 2)], 7)
    case(op, [x(2, 5)], 13, axis=-1, keepdims=0)
    case(op, [f(1, 3, 3, 1, 1)], 13, axis=0, select_last_index=1)
case("TopK", [x(2, 5)], 7, outputs=2, k=2)
case("TopK", [x(2, 5), ints([3])], 10, outputs=2)
case("TopK", [x(4, 3), ints([2])], 11, outputs=2, axis=0, largest=0)
case("TopK", [f(1, 2, 2, 1, 2), ints([4])], 11, outputs=2)
case("GlobalAveragePool", [x(2, 3, 2, 2)], 7)
case("GlobalAveragePool", [x(1, 3, 4)], 13)
case("GlobalMaxPool", [x(2, 3, 2, 2)], 7)
case("BatchNormalization", [x(2, 3, 2, 2), x(3), x(3), x(3), x(3, low=0)], 7)
case("BatchNormalization", [x(4, 3), x(3), x(3), x(3), x(3, low=0)], 9, epsilon=0.1)
case("BatchNormalization", [x(1, 3, 4), x(3), x(3), x(3), x(3, low=0)], 15)
case("LayerNormalization", [x(2, 3, 4), x(4), x(4)], 17)
case("LayerNormalization", [x(2, 3, 4), x(3, 4)], 17, outputs=3, axis=1, epsilon=0.01)
case("InstanceNormalization", [x(2, 3, 2, 2), x(3), x(3)], 7)

# Products.
case("MatMul", [x(2, 3), x(3, 4)], 7)
case("MatMul", [x(3), x(3)], 13)
case("MatMul", [x(3), x(2, 3, 4)], 13)
case("MatMul", [x(2, 3, 4), x(4)], 13)
case("MatMul", [x(2, 1, 3, 4), x(5, 4, 2)], 13)
case("MatMul", [ints([[1, 2], [3, 4]], np.int32), ints([[1], [2]], np.int32)], 13)
case("Gemm", [x(2, 3), x(3, 4), x(4)], 7)
case("Gemm", [x(3, 2), x(4, 3), x(2, 1)], 9, transA=1, transB=1, alpha=0.5, beta=2.0)
case("Gemm", [x(2, 3), x(4, 3)], 13, transB=1)
case("Gemm", [x(2, 3), x(3, 4), s(1.5)], 11)
case("Conv", [x(1, 2, 5, 4), x(3, 2, 3, 2)], 7)
case("Conv", [x(2, 2, 5, 5), x(5, 2, 3, 3), x(5)], 11, pads=[1, 0, 2, 1], strides=[2, 1])
case("Conv", [x(1, 4, 5, 5), x(4, 1, 3, 3)], 11, group=4, pads=[1, 1, 1, 1])
case("Conv", [x(1, 4, 4, 4), x(6, 2, 2, 2), x(6)], 11, group=2, kernel_shape=[2, 2])
case("Conv", [x(1, 1, 7, 7), x(1, 1, 3, 3)], 11, dilations=[2, 3], pads=[1, 1, 1, 1])
case("Conv", [x(1, 2, 9), x(3, 2, 3), x(3)], 11, strides=[2], pads=[1, 0])
for mode in ["SAME_UPPER", "SAME_LOWER", "VALID"]:
    case("Conv", [x(1, 1, 6, 5), x(1, 1, 4, 3)], 11, auto_pad=mode, strides=[2, 1])
    case("MaxPool", [x(1, 1, 6, 5)], 11, auto_pad=mode, kernel_shape=[3, 2], strides=[2, 2])
    case("AveragePool", [x(1, 1, 6, 5)], 11, auto_pad=mode, kernel_shape=[3, 2], strides=[2, 2])
case("ConvTranspose", [x(1, 2, 3, 3), x(2, 3, 2, 2), x(3)], 11, strides=[2, 2])
case("ConvTranspose", [x(2, 4, 3, 3), x(4, 1, 3, 3)], 11, group=2, pads=[1, 1, 1, 1], output_padding=[1, 1], strides=[2, 2])
case("ConvTranspose", [x(1, 2, 4), x(2, 1, 3)], 11, dilations=[2])
case("MaxPool", [x(1, 2, 5, 5)], 7, kernel_shape=[2, 2], strides=[2, 2])
case("MaxPool", [x(1, 1, 5, 5)], 8, kernel_shape=[3, 3], pads=[1, 1, 1, 1])
case("MaxPool", [x(1, 1, 6, 6)], 10, kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
case("MaxPool", [x(1, 1, 7, 7)], 12, kernel_shape=[2, 2], dilations=[2, 3])
case("MaxPool", [x(1, 1, 4, 4)], 12, kernel_shape=[1, 1], strides=[3, 3], ceil_mode=1)
case("MaxPool", [x(1, 2, 7)], 12, kernel_shape=[3], strides=[2])
case("MaxPool", [random.integers(-128, 127, (1, 1, 4, 4)).astype(np.int8)], 12, kernel_shape=[2, 2])
case("AveragePool", [x(1, 2, 4, 4)], 7, kernel_shape=[2, 2], strides=[2, 2])
case("AveragePool", [x(1, 1, 5, 5)], 7, kernel_shape=[3, 3], pads=[1, 1, 1, 1])
case("AveragePool", [x(1, 1, 5, 5)], 7, kernel_shape=[3, 3], pads=[1, 0, 1, 2], count_include_pad=1)
case("AveragePool", [x(1, 1, 6, 6)], 10, kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
case("AveragePool", [x(1, 1, 6, 6)], 19, kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1, pads=[0, 1, 0, 1], count_include_pad=1)
case("AveragePool", [x(1, 1, 7, 7)], 19, kernel_shape=[2, 2], dilations=[2, 2])
case("AveragePool", [x(1, 2, 6)], 11, kernel_shape=[2], strides=[2])

# Shapes.
case("Reshape", [x(2, 3, 4), ints([0, -1])], 7)
case("Reshape", [x(2, 3, 4), ints([4, 6])], 14)
case("Reshape", [x(2, 0, 4), ints([0, 8])], 14, allowzero=1)
case("Flatten", [x(2, 3, 4)], 7)
case("Flatten", [x(2, 3, 4)], 11, axis=-1)
case("Flatten", [x(2, 3)], 11, axis=0)
case("Flatten", [x(2, 3)], 11, axis=2)
case("Squeeze", [x(1, 3, 1)], 7, axes=[0])
case("Squeeze", [x(1, 3, 1)], 11)
case("Squeeze", [x(1, 3, 1), ints([-1])], 13)
case("Unsqueeze", [x(2, 3)], 7, axes=[0, 3])
case("Unsqueeze", [x(2, 3), ints([1, -1])], 13)
case("Shape", [x(2, 3, 4)], 7)
case("Shape", [x(2, 3, 4)], 15, start=1, end=-1)
case("Size", [x(2, 3)], 7)
case("Identity", [x(2)], 7)
case("Dropout", [x(2, 2)], 7)
case("Dropout", [x(2, 2)], 10)
case("Dropout", [x(2, 2), s(0.5)], 12, outputs=2)
case("Dropout", [x(2, 2), s(0.5), np.array(False)], 13)
case("Cast", [f(1.7, -1.7, 0, 300)], 13, to=TensorProto.INT32)
case("Cast", [f(1.7, 0, -2)], 9, to=TensorProto.BOOL)
case("Cast", [ints([1, -2])], 13, to=TensorProto.FLOAT)
case("Cast", [f(1.5)], 13, to=TensorProto.DOUBLE)
case("Cast", [np.array([True, False])], 13, to=TensorProto.INT64)
case("Transpose", [x(2, 3, 4)], 7)
case("Transpose", [x(2, 3, 4)], 13, perm=[2, 0, 1])
case("Transpose", [ints([[1, 2], [3, 4]])], 13)
case("Concat", [x(2, 1), x(2, 2)], 7, axis=1)
case("Concat", [ints([1, 2]), ints([3])], 13, axis=-1)
case("Split", [x(2, 6)], 7, outputs=3, axis=1)
case("Split", [x(5)], 11, outputs=2, split=[2, 3])
case("Split", [x(5, 2), ints([4, 1])], 13, outputs=2)
case("Split", [x(5)], 18, outputs=2, num_outputs=2)
case("Slice", [x(4, 5)], 7, starts=[1, 0], ends=[3, -1])
case("Slice", [x(4, 5)], 9, starts=[-2], ends=[1000], axes=[1])
case("Slice", [x(4, 5), ints([1]), ints([4]), ints([-1]), ints([2])], 10)
case("Slice", [x(5), ints([-1]), ints([-1000]), ints([0]), ints([-2])], 13)
case("Slice", [x(3, 2), ints([0, 1]), ints([np.iinfo(np.int64).max, 2])], 13)
case("Gather", [x(3, 4), ints([0, 2])], 7, axis=1)
case("Gather", [x(3, 4), ints([[0, 1], [2, -1]])], 13)
case("Gather", [ints([5, 6, 7]), ints(1)], 13)
case("Expand", [x(3, 1), ints([2, 1, 4])], 8)
case("Tile", [x(2, 3), ints([2, 2])], 13)
case("Constant", [], 7, value=numpy_helper.from_array(x(2, 2)))
case("Constant", [], 12, value_float=1.5)
case("Constant", [], 12, value_floats=[1.5, 2.5])
case("Constant", [], 13, value_int=-4)
case("Constant", [], 13, value_ints=[1, 2, 3])
case("ConstantOfShape", [ints([2, 3])], 9)
case("ConstantOfShape", [ints([2])], 9, value=numpy_helper.from_array(ints([7])))
case("Range", [ints(1), ints(8), ints(3)], 11)
case("Range", [s(3), s(0), s(-0.75)], 11)
case("Pad", [x(2, 3)], 7, pads=[0, 1, 1, 2], value=1.5)
case("Pad", [x(4, 5)], 7, pads=[0, -1, 1, -2])
case("Pad", [x(3, 4)], 10, pads=[1, 2, 0, 1], mode="reflect")
case("Pad", [x(3, 4), ints([1, 2, 0, 1])], 11, mode="edge")
case("Pad", [x(2, 3), ints([0, 1, 1, 0]), s(-2)], 13)
case("Pad", [x(2, 3), ints([1, 2]), s(9), ints([-1])], 18)
case("Pad", [x(2, 3), ints([0, 1, 0, 2])], 19, mode="wrap")
case("Pad", [ints([1, 2]), ints([1, 1]), ints(5)], 13)
case("DepthToSpace", [x(1, 8, 2, 3)], 7, blocksize=2)
case("DepthToSpace", [x(1, 8, 2, 3)], 11, blocksize=2, mode="CRD")
case("SpaceToDepth", [x(1, 2, 4, 6)], 13, blocksize=2)

# Resizing.
case("Upsample", [x(1, 1, 2, 3)], 7, scales=[1.0, 1.0, 2.0, 3.0])
case("Upsample", [x(1, 1, 2, 3), f(1, 1, 2, 2)], 9, mode="nearest")
case("Upsample", [x(1, 1, 2, 3), f(1, 1, 2, 2)], 9, mode="linear")
case("Resize", [x(1, 1, 2, 4), f(1, 1, 2, 0.6)], 10)
case("Resize", [x(1, 1, 3, 3), f(1, 1, 2, 1.5)], 10, mode="linear")
for mode in ["half_pixel", "pytorch_half_pixel", "asymmetric", "align_corners", "tf_half_pixel_for_nn"]:
    case("Resize", [x(1, 1, 4, 5), f(), f(1, 1, 2, 0.6)], 11, coordinate_transformation_mode=mode)
    case("Resize", [x(1, 1, 4, 5), f(), f(), ints([1, 1, 7, 3])], 11, coordinate_transformation_mode=mode)
for mode in ["half_pixel", "pytorch_half_pixel", "asymmetric", "align_corners"]:
    case("Resize", [x(1, 1, 4, 5), None, None, ints([1, 1, 7, 3])], 13, mode="linear", coordinate_transformation_mode=mode)
for mode in ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]:
    case("Resize", [x(1, 1, 4), None, f(1, 1, 2.5)], 13, nearest_mode=mode)
case("Resize", [x(1, 1, 4, 5), None, f(2, 3)], 18, axes=[2, 3])
case("Resize", [x(1, 2, 3), None, None, ints([1, 2, 8])], 19, mode="linear", coordinate_transformation_mode="half_pixel_symmetric")

# Integers.
case("QuantizeLinear", [x(6, low=-40, high=40), s(0.25)], 10)
case("QuantizeLinear", [x(6, low=-40, high=40), s(0.25), ints(3, np.int8)], 10)
case("QuantizeLinear", [x(2, 3), f(0.25, 0.5, 1), ints([0, 1, 2], np.uint8)], 13)
case("QuantizeLinear", [x(2, 3), f(0.25, 0.5), ints([0, 1], np.int8)], 13, axis=0)
case("DequantizeLinear", [ints([1, -2, 3], np.int8), s(0.3), ints(1, np.int8)], 10)
case("DequantizeLinear", [ints([[1, 2], [3, 4]], np.uint8), f(0.5, 0.25), ints([1, 0], np.uint8)], 13)
case("DequantizeLinear", [ints([[10, 20], [-30, 40]], np.int32), f(0.5, 0.25)], 13, axis=0)

# QONNX's operators.
MODES = ["ROUND", "HALF_EVEN", "CEIL", "FLOOR", "UP", "DOWN", "HALF_UP", "HALF_DOWN"]
steep = f(-9.3, -4, -2.5, -1.5, -0.75, -0.5, 0, 0.25, 0.5, 1.5, 2.25, 2.5, 4, 9.3)
for mode in MODES:
    case("Quant", [steep, s(1), s(0), s(4)], 1, domain=CUSTOM, signed=1, narrow=0, rounding_mode=mode)
for signed in [0, 1]:
    for narrow in [0, 1]:
        case("Quant", [x(2, 5, low=-2, high=2), s(0.3), s(0), s(3)], 1, domain=CUSTOM, signed=signed, narrow=narrow, rounding_mode="ROUND")
        case("IntQuant", [x(2, 5, low=-2, high=2), s(0.25), s(1), s(3)], 2, domain=CUSTOM, signed=signed, narrow=narrow, rounding_mode="ROUND")
case("Quant", [x(1, 2, 2, 2), f(0.1, 0.3).reshape(1, 2, 1, 1), s(0), s(8)], 1, domain=CUSTOM, signed=1, narrow=1)
case("Quant", [f(-2, 0, 3), s(0.5), s(0), s(1)], 1, domain=CUSTOM, signed=1, narrow=1)
case("Quant", [f(-2, 0.4, 3), s(0.5), s(0), s(1)], 1, domain="onnx.brevitas", signed=0, narrow=0)
case("BipolarQuant", [f(-2, 0, 3), s(0.5)], 1, domain=CUSTOM)
for mode in MODES:
    case("Trunc", [f(-7, -5, -2, 0, 3, 5, 6, 15), s(1), s(0), s(6), s(4)], 1, domain=CUSTOM, rounding_mode=mode)
    case("Trunc", [f(-14, -3, -1, 0, 1, 2.5, 3.5, 15), s(0.5), s(0), s(6), s(2), s(3)], 2, domain=CUSTOM, rounding_mode=mode, signed=1, narrow=1)
case("Trunc", [f(0.5, 1, 2.5), s(0.5), s(2), s(6), s(4)], 1, domain=CUSTOM, rounding_mode="FLOOR")
case("Trunc", [f(0.5, 1, 2.5, 99), s(0.5), s(2), s(6), s(1), s(4)], 2, domain=CUSTOM, rounding_mode="ROUND", signed=0)
case("MultiThreshold", [x(2, 3), np.sort(x(3, 4), axis=1)], 1, domain=CUSTOM, out_dtype="UINT4")
case("MultiThreshold", [x(1, 2, 2, 3), np.sort(x(2, 4), axis=1)], 1, domain=CUSTOM, out_dtype="INT4", out_scale=0.3, out_bias=-2.0)
case("MultiThreshold", [x(1, 2, 2, 3), np.sort(x(3, 4), axis=1)], 1, domain=CUSTOM, out_dtype="UINT4", data_layout="NHWC")
case("MultiThreshold", [x(1, 3, 2), np.sort(x(2, 2), axis=1)], 1, domain=CUSTOM, out_dtype="UINT4")
case("MultiThreshold", [x(1, 3, 2), f(-1, 1).reshape(1, 2)], 1, domain=CUSTOM, out_dtype="UINT4")
case("Im2Col", [np.round(x(1, 4, 5, 2))], 1, domain=CUSTOM, shape=(1, 2, 4, 12), kernel_size=[3, 2], stride=[2, 1], input_shape="(1,4,5,2)", pad_amount=[1, 0, 0, 0])
case("Im2Col", [np.round(x(1, 5, 5, 1))], 1, domain=CUSTOM, shape=(1, 2, 2, 4), kernel_size=[2, 2], stride=[2, 2], input_shape="(1,5,5,1)", dilations=[2, 2])
bits = np.floor(x(1, 2, 4, 5, low=0, high=15))
case("QuantAvgPool2d", [bits], 1, domain=CUSTOM, shape=(1, 2, 2, 2), kernel=2, stride=2, ibits=4, obits=4, signed=0)
case("QuantAvgPool2d", [np.ascontiguousarray(bits.transpose(0, 2, 3, 1))], 1, domain=CUSTOM, shape=(1, 2, 3, 2), kernel=3, stride=1, ibits=4, obits=2, signed=0, data_layout="NHWC")
case("XnorPopcountMatMul", [f(0, 1, 1, 0, 1, 0).reshape(2, 3), f(1, 0, 0, 1, 1, 1).reshape(3, 2)], 1, domain=CUSTOM)

versions = {"onnxruntime": rt.__version__, "onnx": onnx.__version__, "qonnx": "1.0.0", "numpy": np.__version__}
text = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in cases)
print('{"versions":' + json.dumps(versions) + ',\n"cases":[\n' + text + "\n]}")
