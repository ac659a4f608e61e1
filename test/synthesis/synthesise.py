"""Synthesises one layer for Xilinx' series 7 with Yosys and yosys-slang, both in PyPI's pyosys 0.70.

synthesise.py FOLDER PART: FOLDER as generate.py leaves it. PART is `layer`, or for an MVAU_rtl `core` or `memory`. Prints a line of
JSON: LUT (logic, and as memory), FF, BRAM_18K and DSP.
"""
import glob
import json
import os
import re
import sys

import pyosys
from pyosys import libyosys as yosys

from rtllib import copy_rtllib

here = os.path.dirname(os.path.abspath(__file__))

# LUTs that a distributed memory or shift register occupies (Xilinx UG474, table 2-3).
LUTS_OF = {
    "RAM32M": 4, "RAM64M": 4, "RAM32X1D": 2, "RAM64X1D": 2, "RAM128X1D": 4,
    "RAM32X1S": 1, "RAM64X1S": 1, "RAM128X1S": 2, "RAM256X1S": 4, "SRL16E": 1, "SRLC32E": 1,
}  # fmt: skip

# The configuration port that FINN leaves open.
CLOSED = ", ".join(
    f".s_axilite_{port}('0)" for port in ("AWVALID", "AWADDR", "WVALID", "WDATA", "WSTRB", "BREADY", "ARVALID", "ARADDR", "RREADY")
)


def main(folder, part):
    with open(f"{folder}/layer.json") as file:
        layer = json.load(file)
    library = library_for(folder, layer["files"])
    files, top = layer["files"], layer["top"]
    if part == "memory":
        files, top = memory_of(folder)
    wrapped = wrapper(folder, top, files)
    if wrapped is not None:
        path = f"{folder}/{part}-top.sv"
        with open(path, "w") as file:
            file.write(wrapped)
        files, top = [*files, path], "top"
    sources = [re.sub(r"^.*/finn-rtllib/", f"{library}/", path) for path in files]
    print(json.dumps(count(synthesised(folder, part, layer, top, sources))))


def library_for(folder, files):
    """The changed copy of finn-rtllib beside the layers' folders."""
    target = f"{os.path.dirname(os.path.abspath(folder))}/finn-rtllib"
    if not os.path.exists(target):
        source = next(path for path in files if "/finn-rtllib/" in path).split("/finn-rtllib/")[0] + "/finn-rtllib"
        unfinished = f"{target}.{os.getpid()}"
        copy_rtllib(source, unfinished)
        try:
            os.rename(unfinished, target)
        except OSError:
            pass  # another layer was first
    return target


def memory_of(folder):
    (path,) = glob.glob(f"{folder}/*_memstream_wrapper.v")
    library = ["memstream/hdl/memstream.sv", "memstream/hdl/memstream_axi.sv", "axi/hdl/axilite.sv"]
    return [path, *(f"/finn-rtllib/{name}" for name in library)], os.path.basename(path)[:-2]


def wrapper(folder, top, files):
    """A module around a layer that closes what FINN's design leaves open; None for a layer without such ports."""
    with open(next(path for path in files if os.path.basename(path) == f"{top}.v")) if has_file(top, files) else open(os.devnull) as file:
        text = file.read()
    if "memstream_axi #" in text:
        width = round_up(number(text, r"WIDTH = (\d+)"))
        ports = f"input clk, rst_n, r, output v, output [{width - 1}:0] d"
        inside = (
            f".ap_clk(clk), .ap_clk2x(clk), .ap_rst_n(rst_n), {CLOSED}, .s_axilite_AWPROT('0), .s_axilite_ARPROT('0), "
            ".s_axis_0_tvalid('0), .s_axis_0_tdata('0), .m_axis_0_tready(r), .m_axis_0_tvalid(v), .m_axis_0_tdata(d)"
        )
        return f"module top({ports}); {top} inner({inside}); endmodule\n"
    if "thresholding_axi #" in text:
        value = lambda name: number(text, rf"parameter\s+{name}\s*=\s*(-?\d+)")  # noqa: E731
        into, out = round_up(value("PE") * value("WI")), round_up(value("PE") * value("O_BITS"))
        ports = f"input clk, rst_n, iv, r, input [{into - 1}:0] id, output ir, v, output [{out - 1}:0] d"
        inside = (
            f".ap_clk(clk), .ap_rst_n(rst_n), {CLOSED}, .in1_V_TVALID('0), .in1_V_TDATA('0), .in0_V_TDATA(id), "
            ".in0_V_TVALID(iv), .in0_V_TREADY(ir), .out0_V_TDATA(d), .out0_V_TVALID(v), .out0_V_TREADY(r)"
        )
        path = f'#(.THRESHOLDS_PATH("{folder}/{top}_"))'
        return f"module top({ports}); {top} {path} inner({inside}); endmodule\n"
    if "fmpadding_axi #" in text:
        width = number(text, r"input\s+\[(\d+)-1:0\]\s+in0_V_TDATA")
        ports = f"input clk, rst_n, iv, r, input [{width - 1}:0] id, output ir, v, output [{width - 1}:0] d"
        inside = (
            f".ap_clk(clk), .ap_rst_n(rst_n), {CLOSED}, .in0_V_TDATA(id), .in0_V_TVALID(iv), .in0_V_TREADY(ir), "
            ".out0_V_TDATA(d), .out0_V_TVALID(v), .out0_V_TREADY(r)"
        )
        return f"module top({ports}); {top} inner({inside}); endmodule\n"
    if "fifo_gauge #" in text:
        width = number(text, r"input\s+\[(\d+):0\] in0_V_TDATA") + 1
        ports = f"input clk, rst_n, iv, r, input [{width - 1}:0] id, output ir, v, output [{width - 1}:0] d"
        inside = (
            ".ap_clk(clk), .ap_rst_n(rst_n), .count(), .maxcount(), .in0_V_TDATA(id), .in0_V_TVALID(iv), .in0_V_TREADY(ir), "
            ".out0_V_TDATA(d), .out0_V_TVALID(v), .out0_V_TREADY(r)"
        )
        return f"module top({ports}); {top} inner({inside}); endmodule\n"
    return None


def has_file(top, files):
    return any(os.path.basename(path) == f"{top}.v" for path in files)


def number(text, pattern):
    return int(re.search(pattern, text).group(1))


def round_up(bits):
    return (bits + 7) // 8 * 8


def synthesised(folder, part, layer, top, sources):
    design = yosys.Design()
    cells = f"{folder}/{part}-cells.sv"
    with open(cells, "w") as file:
        file.write(black_boxes("DSP48E1", "LUT6_2"))
    options = "--single-unit --ignore-assertions --ignore-timing --allow-use-before-declare -Wno-unconnected-output-port"
    # The output queue of thresholds is a shift register, not a memory; its memories are marked as such.
    if layer["top"].startswith("Thresholding"):
        options += " --no-implicit-memories"
    hidden = "--translate-off-format synthesis,translate_off,translate_on"
    yosys.run_pass(f"tee -q -o {folder}/{part}-read.log read_slang --top {top} {options} {hidden} {cells} {' '.join(sources)}", design)
    for command in ("proc", "flatten", f"techmap -map {here}/shift-registers.v t:$bmux"):
        yosys.run_pass(f"tee -q -a {folder}/{part}-read.log {command}", design)
    yosys.run_pass(f"tee -q -o {folder}/{part}-synth.log synth_xilinx -family xc7 -flatten -noiopad -noclkbuf -top {top}", design)
    yosys.run_pass(f"tee -q -o {folder}/{part}-stat.json stat -json -tech xilinx", design)
    with open(f"{folder}/{part}-stat.json") as file:
        return json.load(file)["design"]["num_cells_by_type"]


def black_boxes(*names):
    """The cells that finn-rtllib names outright, with the ports and parameters that Yosys knows of them."""
    with open(f"{os.path.dirname(pyosys.__file__)}/share/xilinx/cells_sim.v") as file:
        text = file.read()
    boxes = []
    for name in names:
        module = re.search(rf"^module {name} *\(.*?^endmodule", text, re.DOTALL | re.MULTILINE).group()
        header, body = re.match(r"(module.*?\);)(.*)", module, re.DOTALL).groups()
        parameters = re.findall(r"^ *parameter .*;", body, re.MULTILINE)
        boxes.append("\n".join(["(* blackbox *)", header, *parameters, "endmodule"]))
    return "\n".join(boxes)


def count(cells):
    named = {name.lstrip("\\"): amount for name, amount in cells.items()}
    logic = sum(amount for name, amount in named.items() if re.fullmatch(r"LUT[1-6](_2)?", name))
    memory = sum(amount * LUTS_OF[name] for name, amount in named.items() if name in LUTS_OF)
    return {
        "LUT": logic + memory,
        "memory": memory,
        "FF": sum(amount for name, amount in named.items() if name.startswith("FD")),
        "BRAM_18K": named.get("RAMB18E1", 0) + 2 * named.get("RAMB36E1", 0),
        "DSP": named.get("DSP48E1", 0),
    }


main(*sys.argv[1:])
