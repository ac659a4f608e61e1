"""Writes images.json: image files, and what Pillow 12.2 makes of them, as `python images.py` (with numpy 2)."""

import base64
import hashlib
import io
import json
import random
import struct
import zlib
from pathlib import Path

import numpy
from PIL import Image

rng = numpy.random.default_rng(2)
golden = {"files": {}, "pictures": {}, "resizes": []}


def digest(image):
    return hashlib.sha256(image.tobytes()).hexdigest()


def keep(name, data):
    """Keeps a file, with the digest of what Pillow reads as RGB and as L."""
    image = Image.open(io.BytesIO(data))
    image.load()
    digests = {mode: digest(image.convert(mode)) for mode in ("RGB", "L")}
    golden["files"][name] = {"file": base64.b64encode(data).decode(), "size": list(image.size), **digests}


def smooth(height, width, channels):
    """Like a photograph: waves and noise."""
    y, x = numpy.mgrid[0:height, 0:width]
    planes = [
        128 + 70 * numpy.sin(x / (3 + c) + c) + 50 * numpy.cos(y / (4 + c)) + rng.normal(0, 6, (height, width))
        for c in range(channels)
    ]
    return numpy.clip(numpy.stack(planes, -1), 0, 255).astype(numpy.uint8)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def filtered(kind, row, above, step):
    def paeth(a, b, c):
        p = a + b - c
        pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
        return a if pa <= pb and pa <= pc else b if pb <= pc else c

    out = []
    for i, value in enumerate(row):
        a = row[i - step] if i >= step else 0
        b = above[i]
        c = above[i - step] if i >= step else 0
        out.append((value - [0, a, b, (a + b) // 2, paeth(a, b, c)][kind]) & 255)
    return bytes([kind]) + bytes(out)


def png(color, depth, interlaced, width=11, height=9, extra=()):
    """Every row of filters in turn, random samples: Pillow cannot write most of these forms itself."""
    dice = random.Random(color * 100 + depth + interlaced)
    channels = CHANNELS[color]
    top = 2**depth - 1
    samples = [[[dice.randint(0, top) for _ in range(channels)] for _ in range(width)] for _ in range(height)]

    def packed(pixels):
        bits = "".join(format(s, f"0{depth}b") for pixel in pixels for s in pixel)
        bits += "0" * (-len(bits) % 8)
        return bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))

    step = max(1, channels * depth // 8)
    data = b""
    count = 0
    for x0, y0, dx, dy in PASSES if interlaced else [(0, 0, 1, 1)]:
        rows = [[row[x] for x in range(x0, width, dx)] for row in samples[y0::dy]]
        if not rows or not rows[0]:
            continue
        above = bytes(len(packed(rows[0])))
        for row in rows:
            data += filtered(count % 5, packed(row), above, step)
            above = packed(row)
            count += 1
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced))
    palette = b""
    if color == 3:
        palette = chunk(b"PLTE", bytes(dice.randint(0, 255) for _ in range(3 * (top + 1))))
    body = zlib.compress(data, 9)
    half = len(body) // 2
    parts = chunk(b"IDAT", body[:half]) + chunk(b"IDAT", body[half:])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + palette + b"".join(extra) + parts + chunk(b"IEND", b"")


for color, depths in {0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16]}.items():
    for depth in depths:
        for interlaced in (False, True):
            name = {0: "grey", 2: "rgb", 3: "palette", 4: "grey+alpha", 6: "rgba"}[color]
            keep(f"{name}-{depth}{'-interlaced' if interlaced else ''}.png", png(color, depth, interlaced))
keep("grey-8-transparent.png", png(0, 8, False, extra=[chunk(b"tRNS", struct.pack(">H", 7))]))
keep("rgb-8-transparent.png", png(2, 8, False, extra=[chunk(b"tRNS", struct.pack(">HHH", 1, 2, 3))]))
keep("palette-8-transparent.png", png(3, 8, False, extra=[chunk(b"tRNS", bytes(range(256)))]))
keep("rgb-8-gamma.png", png(2, 8, False, extra=[chunk(b"gAMA", struct.pack(">I", 45455))]))
for width in (1, 2, 3, 4, 5):
    keep(f"rgb-8-interlaced-{width}.png", png(2, 8, True, width=width, height=3))


def jpeg(name, pixels, **options):
    file = io.BytesIO()
    image = Image.fromarray(pixels) if isinstance(pixels, numpy.ndarray) else pixels
    image.save(file, "JPEG", **options)
    keep(name, file.getvalue())


photo = smooth(37, 45, 3)
for subsampling in ("4:4:4", "4:2:2", "4:2:0"):
    for progressive in (False, True):
        form = "progressive" if progressive else "baseline"
        jpeg(f"{form}-{subsampling.replace(':', '')}.jpg", photo, quality=85, subsampling=subsampling, progressive=progressive)
jpeg("noise.jpg", rng.integers(0, 256, (33, 31, 3), numpy.uint8), quality=60)
jpeg("saturated.jpg", (rng.integers(0, 2, (24, 40, 3)) * 255).astype(numpy.uint8), quality=30)
jpeg("grey.jpg", photo[:, :, 0], quality=75)
jpeg("grey-progressive.jpg", photo[:, :, 0], quality=75, progressive=True)
jpeg("restart.jpg", photo, quality=75, restart_marker_blocks=2)
jpeg("optimised.jpg", photo, quality=95, optimize=True)
jpeg("cmyk.jpg", Image.fromarray(photo).convert("CMYK"), quality=90)
jpeg("rgb.jpg", photo, quality=90, keep_rgb=True)
for width, height in ((1, 1), (2, 2), (3, 5), (8, 8), (16, 16), (17, 16), (1, 20)):
    jpeg(f"{width}x{height}.jpg", smooth(height, width, 3), quality=80)

for mode, pixels in (("RGB", smooth(23, 31, 3)), ("L", rng.integers(0, 256, (19, 14), numpy.uint8))):
    image = Image.fromarray(pixels)
    samples = base64.b64encode(image.tobytes()).decode()
    golden["pictures"][mode] = {"size": list(image.size), "samples": samples}
    for size in ((8, 8), (31, 7), (9, 23), (50, 40), (1, 1), (31, 23), (13, 60), (30, 22), (200, 3), (14, 18)):
        resized = digest(image.resize(size, Image.BILINEAR))
        golden["resizes"].append({"picture": mode, "size": list(size), "digest": resized})
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=0) + "\n")
