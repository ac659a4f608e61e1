"""Copies finn-rtllib of FINN+ 1.6.1 with the changes that yosys-slang requires; neither changes what is built."""
import re
import shutil

# By file: a pattern, its replacement, and how often it occurs.
CHANGES = {
    # The lane watchdog clears its flag with a nonblocking assignment after a delay, which slang does not take in `initial`.
    "mvu/mvu.sv": [(r"Dirty <= 0;", "Dirty = 0;", 1)],
    # Compiler directives stand inside a module, where the standard does not allow them.
    "fifo/hdl/fifo.sv": [(r"`default_nettype (none|wire)", "", 2), (r"\(\* RAM_STYLE =", "(* ram_style =", 3)],
    "dwc/hdl/vpc.sv": [(r"`default_nettype (none|wire)", "", 2)],
    # A constant function in a generate block may not be called in a constant expression.
    "mvu/add_multi.sv": [
        (
            r"(?s)(\tlocalparam int unsigned  L = \$clog2\(N\);.*?)(\t\ttypedef int unsigned  leaf_load_t.*?endfunction : init_leaf_loads\n)",
            r"\2\1",
            1,
        )
    ],
    # Yosys reads the style of a memory in lower case only; Vivado does not care.
    "memstream/hdl/memstream.sv": [(r"\(\* RAM_STYLE =", "(* ram_style =", 1)],
    # The part selects run backwards in the first stage.
    "thresholding/hdl/thresholding.sv": [
        (r"= p\.ptr\[\$clog2\(SETS\)\+\$clog2\(CF\)\+M-1:SN\+1\];", "= p.ptr >> (SN+1);", 2),
        (r"p\.ptr\[M-1:SN\+1\] <", "(p.ptr[M-1:0] >> (SN+1)) <", 1),
        (r"RAM_STYLE = RAM_STYLE \*\)", "ram_style = RAM_STYLE *)", 2),
    ],
}


def copy_rtllib(source, target):
    """Writes the changed copy; fails if the library is not the one that the changes were made for."""
    shutil.copytree(source, target, dirs_exist_ok=True)
    for name, changes in CHANGES.items():
        with open(f"{target}/{name}") as file:
            text = file.read()
        for pattern, replacement, times in changes:
            text, found = re.subn(pattern, replacement, text)
            if found != times:
                raise SystemExit(f"{name}: {pattern} occurs {found} times, not {times}")
        with open(f"{target}/{name}", "w") as file:
            file.write(text)
