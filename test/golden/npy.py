"""Writes npy.json: files of numpy 2 in base64, with their values in C order, as `python npy.py`."""

import base64
import io
import json
from pathlib import Path

import numpy

values = numpy.array([[[0, 1, 2], [3, 100, 5]], [[6, 7, 120], [9, 10, 11]]])
files = {}


def keep(name, array):
    file = io.BytesIO()
    numpy.save(file, array)
    text = [str(value) for value in array.astype(float).flatten()]
    files[name] = {"file": base64.b64encode(file.getvalue()).decode(), "values": text}


for kind in ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8", "b1"]:
    for order in "<>" if kind[1] != "1" else "<":
        signed = -values if kind[0] in "if" else values
        array = (signed / 4 if kind[0] == "f" else signed).astype(order + kind)
        for layout in "CF":
            keep(f"{order}{kind} {layout}", numpy.asarray(array, order=layout))
special = [0, -0.0, 1, 65504, -6.1e-5, 6e-8, 6.1e-8, numpy.inf, -numpy.inf, numpy.nan]
keep("<f2 special", numpy.array(special, "<f2"))
keep("<u8 large", numpy.array([2**64 - 1, 2**53], "<u8"))
Path(__file__).with_suffix(".json").write_text(json.dumps(files, indent=0) + "\n")
