"""What Verilator 5.048 and Yosys 0.70 with slang do not accept of FINN+ 1.6.1's finn-rtllib, and equal texts that they do."""

LEAVES = """		// Compute the count of decendents for all nodes in the reduction trees.
		typedef int unsigned  leaf_load_t[2*N-1];
		function leaf_load_t init_leaf_loads();
			automatic leaf_load_t  res;
			for(int unsigned  i = 2*N-1; i-- > N-1;)  res[i] = 1;
			for(int unsigned  i =   N-1; i-- >   0;)  res[i] = res[2*i+1] + res[2*i+2];
			return  res;
		endfunction : init_leaf_loads
"""
LEVELS = "	localparam int unsigned  L = $clog2(N);  // Number of levels with reductions\n"
ADDRESS = "uwire [$clog2(SETS)+$clog2(CF)+stage-1:0]  addr = "
SLICE = "p.ptr[$clog2(SETS)+$clog2(CF)+M-1:SN+1];\n"
SHIFT = "p.ptr >> (SN+1);\n"

# Verilator evaluates neither a function of a generate block nor a structure that is not packed for a parameter.
VERILATOR = (
    ("mvu/add_multi.sv", LEAVES, ""),
    ("mvu/add_multi.sv", LEVELS, LEAVES + LEVELS),
    ("fifo/hdl/fifo.sv", "typedef struct {\n\t\tint unsigned  lo;", "typedef struct packed {\n\t\tint unsigned  lo;"),
    (
        "fifo/hdl/fifo.sv",
        "automatic abits_t  abits = '{ lo: $clog2(DEPTH_REQ), hi: 0 };\n",
        "automatic abits_t  abits;\n\t\tabits.lo = $clog2(DEPTH_REQ);\n\t\tabits.hi = 0;\n",
    ),
)

# slang wants one kind of assignment to a variable, and no part select that may run backwards.
YOSYS = (
    *VERILATOR,
    ("mvu/mvu.sv", "#100ns;\n\t\t\tDirty <= 0;", "#100ns;\n\t\t\tDirty = 0;"),
    *(
        (
            "thresholding/hdl/thresholding.sv",
            f"{ADDRESS}{SLICE}{indent}{reader}(posedge clk)",
            f"{ADDRESS}{SHIFT}{indent}{reader}(posedge clk)",
        )
        for indent, reader in (("\t\t\t\t\t\t", "always @"), ("\t\t\t\t\t", "always_ff @"))
    ),
)
