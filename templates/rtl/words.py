"""Random activations as words of a stream, after FINN's layout: element 0 in the lowest bits, padded to whole bytes."""

import numpy as np


def random_words(generator, datatype, elements, count):
    """`count` words of so many elements each, as bytes. Small magnitudes are as likely as large ones."""
    bits = datatype.bitwidth()
    if datatype.name == "BIPOLAR":
        codes = generator.integers(0, 2, (count, elements))
    elif datatype.name == "TERNARY":
        codes = generator.integers(-1, 2, (count, elements))
    else:
        values = generator.integers(int(datatype.min()), int(datatype.max()) + 1, (count, elements))
        codes = values >> generator.integers(0, bits, (count, elements))
    return packed(codes & ((1 << bits) - 1), bits)


def packed(codes, bits):
    count, elements = codes.shape
    width = (elements * bits + 7) // 8 * 8
    flat = np.zeros((count, width), np.uint8)
    flat[:, : elements * bits] = ((codes[:, :, None] >> np.arange(bits)) & 1).reshape(count, -1)
    return np.packbits(flat, axis=1, bitorder="little").tobytes()
