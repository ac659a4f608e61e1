"""Verilator, the C++ compiler and make: whether they are there, and a program of a module `top` by them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from session import Failed, last_lines

OLDEST = (5, 48)
# What finn-rtllib is full of, and no matter here; pins that are left open, widths that differ by an unused bit.
ACCEPTED = ("fatal", "lint", "style", "STMTDLY", "TIMESCALEMOD", "SYMRSVDWORD", "REALCVT")


def check_tools():
    """Verilator's program and what it says of its version; refuses a machine that lacks it, g++ or make."""
    hint = "pipeline toolchain install rtl installs it"
    found = shutil.which("verilator_bin")
    if found is None:
        raise Failed("rtl/no-verilator", f"there is no Verilator on PATH ({os.environ['PATH']})", hint)
    said = subprocess.run([found, "--version"], capture_output=True, text=True, env=environment(found)).stdout.strip()
    # PyPI's package states the commit that it was built from instead.
    release = re.search(r"Verilator (\d+)\.(\d+)", said)
    if not said or (release is not None and tuple(map(int, release.groups())) < OLDEST):
        message = f"Verilator 5.048 or later is required, but {found} says \"{said}\""
        raise Failed("rtl/other-verilator", message, hint)
    for program in ("g++", "make"):
        if shutil.which(program) is None:
            message = f"there is no {program} on PATH ({os.environ['PATH']}), which compiles what Verilator writes"
            raise Failed("rtl/no-compiler", message, "Debian and Ubuntu: apt install g++ make")
    return found, said


def environment(program):
    """Of PyPI's package its root is the folder above the program; a system's Verilator knows its own."""
    root = Path(program).resolve().parent.parent
    return {**os.environ, **({"VERILATOR_ROOT": str(root)} if (root / "include" / "verilated.h").exists() else {})}


class Builder:
    """Builds programs; what Verilator's own files compile to is the same for all, and is compiled once."""

    def __init__(self, verilator, folder):
        self.verilator, self.runtime = verilator, folder / "runtime"
        self.environment = environment(verilator)

    def prepare(self):
        """Compiles Verilator's own files, for a module that does nothing."""
        program = self.verilated(self.runtime, "module top(input clk); endmodule\n", [], [])
        self.make(program, *RUNTIME)

    def built(self, folder, text, files, bytes_in, bytes_out):
        """The path of a program that simulates the text's module `top` as simulate.cpp does."""
        main = Path(__file__).resolve().parent / "simulate.cpp"
        program = self.verilated(folder, text, files, ["-CFLAGS", f"-DIN_BYTES={bytes_in} -DOUT_BYTES={bytes_out}", str(main)])
        for name in RUNTIME:
            shutil.copy(self.runtime / "program" / name, program)
        self.make(program)
        return program / "Vtop"

    def verilated(self, folder, text, files, more):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "top.sv").write_text(text)
        (folder / "files.f").write_text("".join(f"{file}\n" for file in (*files, folder / "top.sv")))
        program = folder / "program"
        self.run(
            *(self.verilator, "--cc", "--exe", "--Mdir", program, "--top-module", "top"),
            *("--x-assign", "fast", "--x-initial", "fast", "--noassert", "--no-timing", "--timescale", "1ns/1ps"),
            *(f"-Wno-{name}" for name in ACCEPTED),
            *("-f", folder / "files.f", *more),
        )
        return program

    def make(self, program, *targets):
        # Optimisation by the compiler takes longer than it saves; precompiled headers are of no use for one file.
        options = ("OPT_FAST=-O1", "OPT_SLOW=-O0", "OPT_GLOBAL=-O1", "VK_PCH_I_FAST=", "VK_PCH_I_SLOW=", f"PYTHON3={sys.executable}")
        self.run("make", "-s", "-C", program, "-f", "Vtop.mk", *options, *targets)

    def run(self, *argv):
        argv = [str(each) for each in argv]
        done = subprocess.run(argv, capture_output=True, text=True, errors="replace", env=self.environment)
        if done.returncode != 0:
            message = f"{Path(argv[0]).name} could not build the simulation (exit code {done.returncode})"
            raise Failed("rtl/not-built", message, detail=last_lines(done.stdout + done.stderr))


RUNTIME = ("verilated.o", "verilated_threads.o")
