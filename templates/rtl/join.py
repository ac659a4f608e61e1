"""One module `top` of the modules of a segment: their AXI streams are connected by the activations that they carry."""

import re

# One word a cycle, copied to outputs of two words each: what HLS makes of DuplicateStreams, apart from its latency.
FORK = """module fork_stream #(parameter W = 8, parameter N = 2)(
	input  clk, rst_n, input [W-1:0] idat, input ivld, output irdy,
	output [N*W-1:0] odat, output [N-1:0] ovld, input [N-1:0] ordy
);
	for(genvar i = 0; i < N; i++) begin : genOut
		reg [W-1:0] Slot[2]; reg [1:0] Count = 0;
		wire push = ivld && irdy; wire pop = ovld[i] && ordy[i];
		assign ovld[i] = Count != 0; assign odat[i*W +: W] = Slot[0];
		always @(posedge clk) begin
			if(!rst_n) Count <= 0;
			else begin
				Count <= Count + push - pop;
				if(pop) Slot[0] <= Slot[1];
				if(push) Slot[Count - pop] <= idat;
			end
		end
	end
	wire [N-1:0] full;
	for(genvar i = 0; i < N; i++) assign full[i] = genOut[i].Count == 2;
	assign irdy = full == 0;
endmodule
"""


def top_of(modules, library):
    """The text of `top`, the files that it needs, and the widths of its input and output in bytes."""
    source, sink = ends(modules)
    width = {}
    for each in modules:
        for name, bits in (*zip(each.inputs, each.input_widths), *zip(each.outputs, each.output_widths)):
            width[name] = padded(bits)
    number = {name: index for index, name in enumerate(width)}
    wires = [f"wire [{width[name] - 1}:0] d{index}; wire v{index}, r{index};" for name, index in number.items()]
    body, files = [], []
    for index, each in enumerate(modules):
        lines, needed = instance(each, index, number, width, library)
        body += lines
        files += needed
    first, last = number[source], number[sink]
    text = "\n".join((
        FORK if any(each.op == "DuplicateStreams_hls" for each in modules) else "",
        f"module top(input clk, input rst_n, input [{width[source] - 1}:0] in_data, input in_valid, output in_ready,",
        f"	output [{width[sink] - 1}:0] out_data, output out_valid, input out_ready);",
        *wires,
        f"assign d{first} = in_data; assign v{first} = in_valid; assign in_ready = r{first};",
        f"assign out_data = d{last}; assign out_valid = v{last}; assign r{last} = out_ready;",
        *body,
        "endmodule\n",
    ))  # fmt: skip
    return text, once_each(files), width[source] // 8, width[sink] // 8


def ends(modules):
    made = {name for each in modules for name in each.outputs}
    read = {name for each in modules for name in each.inputs}
    [source], [sink] = read - made, made - read
    return source, sink


def padded(bits):
    return (bits + 7) // 8 * 8


def once_each(files):
    """Packages first; a node may bring a copy of a file of the library, whose modules must be declared once."""
    by_name = {file.name: file for file in reversed(files)}
    return sorted(by_name.values(), key=lambda file: (not file.name.endswith("_pkg.sv"), file.name))


def instance(module, index, number, width, library):
    if module.op == "DuplicateStreams_hls":
        return fork(module, index, number, width), []
    if module.op == "ElementwiseAdd_hls":
        return add(module, index, number), [library / file for file in ELTWISE]
    pins = {}
    for position, name in enumerate(module.inputs):
        pins |= stream(f"in{position}_V", number[name])
    for position, name in enumerate(module.outputs):
        pins |= stream(f"out{position}_V", number[name])
    lines = []
    if module.weight_width is not None:
        weights = f"w{index}"
        bits = padded(module.weight_width)
        lines.append(f"wire [{bits - 1}:0] {weights}d; wire {weights}v, {weights}r;")
        memory = {f"m_axis_0_t{part}": f"{weights}{part[0]}" for part in ("data", "valid", "ready")}
        wrapper = module.folder / f"{module.name}_memstream_wrapper.v"
        lines.append(instantiated(wrapper.stem, f"m{index}", memory, wrapper.read_text()))
        pins |= {f"in1_V_T{part.upper()}": f"{weights}{part[0]}" for part in ("data", "valid", "ready")}
    file = next(file for file in module.files if declares(file, module.top))
    parameters = f' #(.THRESHOLDS_PATH("{module.folder}/{module.name}_"))' if module.op == "Thresholding_rtl" else ""
    lines.append(instantiated(module.top, f"n{index}", pins, file.read_text(), parameters))
    return lines, module.files


def declares(file, top):
    return re.search(rf"^module\s+{top}\b", file.read_text(), re.M) is not None


def stream(port, number):
    return {f"{port}_TDATA": f"d{number}", f"{port}_TVALID": f"v{number}", f"{port}_TREADY": f"r{number}"}


def instantiated(module, name, pins, source, parameters=""):
    """An instance whose other inputs, such as those of an unused AXI-Lite port, are 0."""
    declared = re.findall(r"^\s*input\s+(?:wire\s+|logic\s+)?(?:\[[^\]]*(?:\[[^\]]*\][^\]]*)*\]\s*)?(\w+)", source, re.M)
    others = {port: GLOBAL.get(port, "'0") for port in declared if port not in pins}
    connections = ", ".join(f".{port}({net})" for port, net in (others | pins).items())
    return f"{module}{parameters} {name} ({connections});"


GLOBAL = {"ap_clk": "clk", "ap_clk2x": "clk", "ap_rst_n": "rst_n"}


def fork(module, index, number, width):
    outputs = [number[name] for name in module.outputs]
    [source] = [number[name] for name in module.inputs]
    bits, count = width[module.inputs[0]], len(outputs)
    return [
        f"wire [{bits * count - 1}:0] f{index}d; wire [{count - 1}:0] f{index}v, f{index}r;",
        f"fork_stream #(.W({bits}), .N({count})) n{index} (.clk, .rst_n, .idat(d{source}), .ivld(v{source}), "
        f".irdy(r{source}), .odat(f{index}d), .ovld(f{index}v), .ordy(f{index}r));",
        *(
            f"assign d{to} = f{index}d[{position * bits} +: {bits}]; assign v{to} = f{index}v[{position}]; "
            f"assign f{index}r[{position}] = r{to};"
            for position, to in enumerate(outputs)
        ),
    ]


def add(module, index, number):
    (left, right), [to] = [number[name] for name in module.inputs], [number[name] for name in module.outputs]
    bits, made = module.input_widths[0] // module.pe, module.output_widths[0] // module.pe
    used = module.input_widths[0]
    return [
        f"wire [{module.pe * (bits + 1) - 1}:0] s{index};",
        f'eltwise #(.OP("ADD"), .PE({module.pe}), .A_FLOAT(0), .B_FLOAT(0), .A_WIDTH({bits}), .B_WIDTH({bits})) n{index} '
        f"(.clk, .rst(!rst_n), .adat(d{left}[{used - 1}:0]), .avld(v{left}), .ardy(r{left}), .bdat(d{right}[{used - 1}:0]), "
        f".bvld(v{right}), .brdy(r{right}), .odat(s{index}), .ovld(v{to}), .ordy(r{to}));",
        *(f"assign d{to}[{lane * made} +: {made}] = s{index}[{lane * (bits + 1)} +: {bits + 1}];" for lane in range(module.pe)),
    ]


ELTWISE = ("eltwise/eltwise.sv", "eltwise/binopi.sv", "eltwise/binopf.sv", "eltwise/int_to_fp32.sv", "fifo/hdl/fifo.sv")
