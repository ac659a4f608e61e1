"""Writes this folder: small networks in the words of Brevitas, as Brevitas 0.13.4 exports them, and what torch computes of them.

Requires torch 2.13.0, brevitas 0.13.4, onnx 1.21.0 and onnxscript. Weights are random; running statistics and scales are those of
thirty steps of training on random inputs.
"""

import json
import warnings
from pathlib import Path

import brevitas.nn as qnn
import onnx
import torch
from brevitas.export import export_onnx_qcdq, export_qonnx
from brevitas.quant import (
    Int8ActPerTensorFloat,
    Int8WeightPerChannelFloat,
    Int8WeightPerTensorFixedPoint,
    Int32Bias,
    Uint8ActPerTensorFixedPoint,
    Uint8ActPerTensorFloat,
)
from brevitas.quant.binary import SignedBinaryActPerTensorConst, SignedBinaryWeightPerTensorConst
from torch import nn

HERE = Path(__file__).parent
FEATURES, IMAGE, LINE = (1, 6), (1, 3, 8, 8), (1, 2, 8)


def unsigned(bits=8):
    return qnn.QuantIdentity(bit_width=bits, act_quant=Uint8ActPerTensorFloat)


def signed(bits=8):
    return qnn.QuantIdentity(bit_width=bits, act_quant=Int8ActPerTensorFloat)


def dense(inputs, outputs, bias=False, bits=4, **more):
    return qnn.QuantLinear(inputs, outputs, bias=bias, weight_bit_width=bits, **more)


def conv(inputs, outputs, size=3, stride=1, bias=False, bits=4, **more):
    padding = more.pop("padding", size // 2)
    return qnn.QuantConv2d(inputs, outputs, size, stride=stride, padding=padding, bias=bias, weight_bit_width=bits, **more)


def relu(bits=4, **more):
    return qnn.QuantReLU(bit_width=bits, **more)


def block(inputs, outputs, activation=None, bits=4, **more):
    return nn.Sequential(conv(inputs, outputs, bits=bits, **more), nn.BatchNorm2d(outputs), activation or relu(bits))


def mlp(activation=relu, bits=4, start=unsigned, norm=True, inner_bias=False, bias=True, last=()):
    hidden = [dense(6, 5, inner_bias, bits), *([nn.BatchNorm1d(5)] if norm else []), activation()]
    return nn.Sequential(start(), *hidden, dense(5, 3, bias, bits), *last)


def cnn(*middle, features=4, bias=True, bits=4, start=unsigned):
    first = block(3, 4, stride=2, bits=bits)
    return nn.Sequential(start(), first, *middle, nn.Flatten(), dense(features, 3, bias, bits))


class Residual(nn.Module):
    """An image, a block whose shortcut `joins`, the mean, scores."""

    def __init__(self, join, shortcut=None, bits=4):
        super().__init__()
        self.first = nn.Sequential(unsigned(), block(3, 4, stride=2, bits=bits))
        self.long = nn.Sequential(block(4, 4, bits=bits), conv(4, 4, bits=bits), nn.BatchNorm2d(4))
        self.shortcut, self.join = shortcut or nn.Identity(), join
        self.last = nn.Sequential(relu(bits), nn.AdaptiveAvgPool2d(1), nn.Flatten(), unsigned(), dense(4, 3, True, bits))

    def forward(self, x):
        x = self.first(x)
        left, right = self.join(self.long(x), self.shortcut(x))
        return self.last(left + right)


class Shared(nn.Module):
    def __init__(self, quantiser):
        super().__init__()
        self.quantiser = quantiser

    def forward(self, left, right):
        return self.quantiser(left), self.quantiser(right)


class Separate(nn.Module):
    def __init__(self):
        super().__init__()
        self.left, self.right = signed(4), signed(4)

    def forward(self, left, right):
        return self.left(left), self.right(right)


class Skip(nn.Module):
    """A network of the U-Net kind."""

    def __init__(self):
        super().__init__()
        shared = relu()
        self.start, self.down = unsigned(), nn.MaxPool2d(2)
        self.wide, self.deep = block(3, 4, shared), block(4, 4, shared)
        self.up, self.end = nn.Upsample(scale_factor=2), nn.Sequential(block(8, 4), conv(4, 2, 1))

    def forward(self, x):
        wide = self.wide(self.start(x))
        return self.end(torch.cat([wide, self.up(self.deep(self.down(wide)))], 1))


class View(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.scores = nn.Sequential(unsigned(), block(3, 4, stride=2)), dense(64, 3, True)

    def forward(self, x):
        x = self.body(x)
        return self.scores(x.view(x.shape[0], -1))


class Mean(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.scores = nn.Sequential(unsigned(), block(3, 4, stride=2)), dense(4, 3, True)

    def forward(self, x):
        return self.scores(self.body(x).mean(dim=(2, 3)))


def binary():
    start = qnn.QuantIdentity(act_quant=SignedBinaryActPerTensorConst)
    inner = qnn.QuantIdentity(act_quant=SignedBinaryActPerTensorConst)
    weights = {"bias": False, "weight_quant": SignedBinaryWeightPerTensorConst}
    return nn.Sequential(start, qnn.QuantLinear(6, 5, **weights), nn.BatchNorm1d(5), inner, qnn.QuantLinear(5, 3, **weights))


def fixed_point():
    weights = {"bias": True, "weight_quant": Int8WeightPerTensorFixedPoint}
    activations = {"act_quant": Uint8ActPerTensorFixedPoint}
    return nn.Sequential(
        qnn.QuantIdentity(**activations), qnn.QuantLinear(6, 5, **weights), qnn.QuantReLU(**activations), qnn.QuantLinear(5, 3, **weights)
    )


def quantised_bias():
    bias = {"bias_quant": Int32Bias}
    tensors = {"return_quant_tensor": True}
    start = qnn.QuantIdentity(bit_width=8, act_quant=Uint8ActPerTensorFloat, **tensors)
    return nn.Sequential(start, dense(6, 5, True, **bias), relu(**tensors), dense(5, 3, True, **bias))


def per_channel(bias):
    weights = {"weight_quant": Int8WeightPerChannelFloat, "weight_bit_width": 4}
    return nn.Sequential(unsigned(), qnn.QuantLinear(6, 5, bias=False, **weights), relu(), qnn.QuantLinear(5, 3, bias=bias, **weights))


def line():
    hidden = [qnn.QuantConv1d(2, 4, 3, padding=1, bias=False, weight_bit_width=4), nn.BatchNorm1d(4), relu(), nn.MaxPool1d(2)]
    return nn.Sequential(signed(), *hidden, nn.Flatten(), dense(16, 3, True))


def truncated(**more):
    first = block(3, 4, relu(return_quant_tensor=True), stride=2)
    return nn.Sequential(unsigned(), first, qnn.TruncAvgPool2d(4, **more), nn.Flatten(), dense(4, 3, True))


def widened():
    first, average = block(3, 4, relu(return_quant_tensor=True), stride=2), qnn.TruncAvgPool2d(2, float_to_int_impl_type="floor")
    return nn.Sequential(unsigned(), first, average, nn.Flatten(), dense(16, 3, True))


# Words, network, shape of its input; how it is exported, if not by TorchScript as QONNX.
DYNAMO = {"dynamo": True, "opset_version": 18}
IDIOMS = {
    "bias-in-the-last-layer": ("a last `QuantLinear(bias=True)`", mlp, FEATURES),
    "scale-alone": ("a last `QuantLinear(bias=False)`", lambda: mlp(bias=False), FEATURES),
    "two-bits": ("weights and activations of 2 bits", lambda: mlp(bits=2, activation=lambda: relu(2)), FEATURES),
    "eight-bits": ("weights and activations of 8 bits", lambda: mlp(bits=8, activation=lambda: relu(8)), FEATURES),
    "no-normalisation": ("no `BatchNorm`, with biases", lambda: mlp(norm=False, inner_bias=True), FEATURES),
    "quantised-bias": ("`bias_quant=Int32Bias`", quantised_bias, FEATURES),
    "scale-per-channel": ("`weight_quant=Int8WeightPerChannelFloat`", lambda: per_channel(True), FEATURES),
    "fixed-point": ("scales that are powers of two, such as `Int8WeightPerTensorFixedPoint`", fixed_point, FEATURES),
    "binary": ("`SignedBinaryActPerTensorConst` and `SignedBinaryWeightPerTensorConst`", binary, FEATURES),
    "signed-input": ("a signed `QuantIdentity(8)` in front", lambda: mlp(start=signed), FEATURES),
    "dropout": ("`Dropout`", lambda: nn.Sequential(nn.Dropout(0.2), *mlp()), FEATURES),
    "relu6": ("`ReLU6` and a `QuantIdentity`", lambda: mlp(lambda: nn.Sequential(nn.ReLU6(), unsigned(4))), FEATURES),
    "hardtanh": ("`QuantHardTanh`", lambda: mlp(lambda: qnn.QuantHardTanh(bit_width=4, min_val=-1.0, max_val=1.0)), FEATURES),
    "identity": ("`QuantIdentity` as the activation", lambda: mlp(lambda: signed(4)), FEATURES),
    "sigmoid": ("`QuantSigmoid`", lambda: mlp(lambda: qnn.QuantSigmoid(bit_width=4)), FEATURES),
    "tanh": ("`QuantTanh`", lambda: mlp(lambda: qnn.QuantTanh(bit_width=4)), FEATURES),
    "leaky-relu": ("`LeakyReLU` and a `QuantIdentity`", lambda: mlp(lambda: nn.Sequential(nn.LeakyReLU(0.1), signed(4))), FEATURES),
    "softmax": ("a last `Softmax`", lambda: mlp(last=[nn.Softmax(1)]), FEATURES),
    "last-sigmoid": ("a last `Sigmoid`", lambda: mlp(last=[nn.Sigmoid()]), FEATURES),
    "last-quantiser": ("a last `QuantIdentity`", lambda: mlp(last=[signed()]), FEATURES),
    "normalised-input": ("`BatchNorm2d` in front of the first quantiser", lambda: nn.Sequential(nn.BatchNorm2d(3), *cnn(start=signed, features=64)), IMAGE),
    "convolutions": ("`QuantConv2d(bias=False)`, `BatchNorm2d`, `QuantReLU`", lambda: cnn(block(4, 4), features=64), IMAGE),
    "convolution-with-bias": ("`QuantConv2d(bias=True)`", lambda: cnn(conv(4, 4, bias=True), relu(), features=64), IMAGE),
    "max-pool": ("`MaxPool2d`", lambda: cnn(nn.MaxPool2d(2), features=16), IMAGE),
    "depthwise": ("a depthwise `QuantConv2d`", lambda: cnn(block(4, 4, groups=4), block(4, 4, size=1), features=64), IMAGE),
    "dilation": ("`QuantConv2d(dilation=2)`", lambda: cnn(block(4, 4, dilation=2, padding=2), features=64), IMAGE),
    "groups": ("`QuantConv2d(groups=2)`", lambda: cnn(block(4, 4, groups=2), features=64), IMAGE),
    "conv1d": ("`QuantConv1d` and `MaxPool1d`", line, LINE),
    "view": ("`x.view(x.shape[0], -1)`", View, IMAGE),
    "mean": ("`x.mean(dim=(2, 3))`", Mean, IMAGE),
    "adaptive-average": ("`AdaptiveAvgPool2d(1)`", lambda: cnn(nn.AdaptiveAvgPool2d(1)), IMAGE),
    "average-of-windows": ("`AvgPool2d(2)`", lambda: cnn(nn.AvgPool2d(2), features=16), IMAGE),
    "truncated-average": ("`TruncAvgPool2d(4)`", truncated, IMAGE),
    "floored-average": ("`TruncAvgPool2d(4, float_to_int_impl_type='floor')`", lambda: truncated(float_to_int_impl_type="floor"), IMAGE),
    "average-with-more-bits": ("`TruncAvgPool2d(2, float_to_int_impl_type='floor')`", widened, IMAGE),
    "image-of-scores": ("a last `QuantConv2d` and a `Sigmoid`", lambda: nn.Sequential(unsigned(), block(3, 4), conv(4, 1, 1, bias=True), nn.Sigmoid()), IMAGE),
    "transposed-convolution": ("`QuantConvTranspose2d`", lambda: nn.Sequential(unsigned(), block(3, 4), qnn.QuantConvTranspose2d(4, 2, 2, stride=2, bias=False, weight_bit_width=4)), IMAGE),
    "skip": ("`cat` of two branches with one shared `QuantReLU`, and `Upsample`", Skip, IMAGE),
    "shared-quantiser": ("`+` of two branches, both through one `QuantIdentity`", lambda: Residual(Shared(signed(5))), IMAGE),
    "separate-quantisers": ("`+` of two branches with a quantiser each", lambda: Residual(Separate()), IMAGE),
    "projection": ("`+` with a convolution in the shortcut", lambda: Residual(Shared(signed(5)), nn.Sequential(conv(4, 4, 1), nn.BatchNorm2d(4))), IMAGE),
    "qcdq": ("`export_onnx_qcdq`, 8 bits", lambda: Residual(Shared(signed()), bits=8), IMAGE, {"export": export_onnx_qcdq}),
    "qcdq-four-bits": ("`export_onnx_qcdq`, 4 bits", mlp, FEATURES, {"export": export_onnx_qcdq}),
    "dynamo": ("`dynamo=True`, with `.onnx.data` beside", lambda: Residual(Shared(signed(5))), IMAGE, DYNAMO),
}


def trained(net, shape):
    """With statistics and scales of random inputs."""
    net.train()
    with torch.no_grad():
        for _ in range(30):
            net(torch.rand(8, *shape[1:]))
    return net.eval()


def numbers(value):
    tensor = value if isinstance(value, torch.Tensor) else value.value
    return tensor.flatten().tolist()


def beside(path):
    """Moves all values to the file beside it: torch moves only those of larger networks."""
    model = onnx.load(path)
    data = path.with_name(f"{path.name}.data")
    # What is there is appended to.
    data.unlink(missing_ok=True)
    onnx.save_model(model, path, save_as_external_data=True, location=data.name, size_threshold=0)


def exported(name, words, make, shape, settings=None):
    torch.manual_seed(7)
    net = trained(make(), shape)
    inputs = [torch.randint(0, 256, shape) / 256 - offset for offset in (0, 0.5)]
    with torch.no_grad():
        outputs = [numbers(net(each)) for each in inputs]
        options = {"opset_version": 13, "dynamo": False, **(settings or {})}
        export = options.pop("export", export_qonnx)
        export(net, torch.rand(*shape), str(HERE / f"{name}.onnx"), **options)
    if options["dynamo"]:
        beside(HERE / f"{name}.onnx")
    return {"name": name, "words": words, "inputs": [numbers(each) for each in inputs], "outputs": outputs}


def main():
    warnings.filterwarnings("ignore")
    found = [exported(name, *idiom) for name, idiom in IDIOMS.items()]
    lines = ",\n".join(json.dumps(each) for each in found)
    (HERE / "idioms.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
