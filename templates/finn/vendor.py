"""The vendor's programs: whether the right ones are there, and what went wrong where one of them failed.

FINN says that a program failed, and where its files are; the reason stands in a log there.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from session import WORK, Failed, last_lines, say

# Exit codes of a program that signal 9 ended, which the kernel sends if memory runs out: by a shell, and by itself.
KILLED = (128 + 9, -9)
MEMORY_HINT = "run fewer actions at once (-j 1), or use a machine with more memory; everything made before is kept"
# What a log says of a failure that is not the design's: the pattern, the code, what is told and the remedy. One that makes
# others fail comes before them.
CAUSES = (
    (
        re.compile(r'\bKilled\s+"\$RDI_PROG"|std::bad_alloc|cannot allocate memory|out of memory', re.I),
        "vivado/out-of-memory",
        "memory ran out",
        MEMORY_HINT,
    ),
    (
        re.compile(r"no space left on device|disk quota exceeded", re.I),
        "vivado/disk-full",
        "the disk is full",
        "free space on the disk of .pipeline/ (pipeline gc deletes old results), and run again",
    ),
    (
        # What FlexNet says if all seats of a feature are taken; without it a licence is missing for good.
        re.compile(r"licensed number of users already reached", re.I),
        "vivado/licences-in-use",
        "all licences are in use",
        "say how many seats you have (resources: {vivado: 2}), so that no more actions than that ask for one",
    ),
    (
        # Of licences that it can do without, a program only warns that it got none.
        re.compile(
            r"^(?!INFO|WARNING|CRITICAL WARNING).*(license was not found|failed to get (a |the )?license"
            r"|could not (find|get|checkout) (a )?license|license checkout failed)",
            re.I,
        ),
        "vivado/no-licence",
        "there is no licence for it",
        "name the licence server in XILINXD_LICENSE_FILE, or check that the licence covers this device",
    ),
    (
        re.compile(r"\[BD 5-390\]"),
        "vivado/missing-ip",
        "the IP of a layer, or one of Vivado's own, is missing",
        "if it is of a layer, its HLS packaged none: see the log of that layer in the kept work directory",
    ),
)


def check_tools(wanted):
    """The line with which Vivado states its version; refuses programs that are missing or of another version."""
    year, minor = (int(number) for number in wanted.split(".")[:2])
    for tool in ("vivado", "vitis-run" if (year, minor) > (2024, 2) else "vitis_hls"):
        if shutil.which(tool) is None:
            folders = [folder for folder in os.environ["PATH"].split(os.pathsep) if folder]
            message = f"there is no {tool} {wanted} in the {len(folders)} folders of PATH"
            raise Failed("vivado/not-found", message, "put its bin folder on PATH, as its settings64.sh does")
    told = subprocess.run(["vivado", "-version"], capture_output=True, text=True, errors="replace")
    line = next((line for line in told.stdout.splitlines() if line.strip()), "")
    found = re.search(r"\bv(20\d\d\.[\d.]*\d)", line)
    if found is None or found[1] != wanted:
        what = found[1] if found else f'one that says "{line}"'
        message = f"Vivado {wanted} is wanted, but {shutil.which('vivado')} is {what}"
        raise Failed("vivado/wrong-version", message, "put the right one on PATH, or ask for this one")
    return line


def place_init(version):
    """Puts the user's initialisation script where Vivado looks for it."""
    script = WORK / "in" / "init" / "Vivado_init.tcl"
    if script.exists():
        target = Path(os.environ["HOME"], ".Xilinx", "Vivado", version)
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(script, target)


def check_hlslib():
    folder = os.environ.get("FINN_DEPS")
    if folder is None or not Path(folder, "finn-hlslib").is_dir():
        where = "FINN_DEPS is not set" if folder is None else f"{folder} (FINN_DEPS) has none"
        hint = "pipeline toolchain install finn fetches it; or name the folder that holds it: tools: {finn: {deps: PATH}}"
        raise Failed("finn/no-hlslib", f"FINN's HLS library finn-hlslib is needed, but {where}", hint)


def watch_tools():
    """Makes FINN fail with the reason where HLS or stitching failed, instead of with the name of a folder."""
    import finn.transformation.fpgadataflow.create_stitched_ip as stitching
    import finn.util.hls as hls

    launch = hls.launch_process_helper

    def synthesise(command, **options):
        directory = Path(command[1]).parent
        layer = next(directory.glob("hls_syn_*.tcl")).stem.removeprefix("hls_syn_")
        project = directory / f"project_{layer}" / "sol1"
        what = f"HLS of {layer}"
        say(what)
        try:
            output = "\n".join(launch(command, **options))
        except subprocess.CalledProcessError as error:
            text = f"{error.output}\n{error.stderr}\n{logs_of(directory)}"
            if error.returncode in KILLED:
                raise Failed("vivado/out-of-memory", f"{what} was killed", MEMORY_HINT, last_lines(text)) from None
            raise failure("hls/failed", f"{what} failed{ended(error.returncode)}", text) from None
        # Two of them in one moment can be after the same port; FINN then starts this one again.
        port_taken = "Address already in use" in read(project / ".autopilot" / "xcd.log")
        if not (project / "impl" / "ip").is_dir() and not port_taken:
            raise failure("hls/no-output", f"{what} ended well, but made no IP", f"{output}\n{logs_of(directory)}")
        return output, ""

    def stitch(command, **options):
        directory = Path(command[1]).parent
        script = read(directory / "make_project.tcl")
        name = re.search(r'^create_bd_design "([^"]+)"', script, re.M)[1]
        say(f"stitching {name}")
        answer = launch(command, **options)
        log = read(directory / "vivado.log")
        wrapper = list(directory.glob(f"*/sources_1/bd/{name}/hdl/{name}_wrapper.v"))
        if not wrapper or not (directory / "ip" / "component.xml").exists() or error_lines(log):
            raise failure("stitch/failed", f"stitching {name} failed", "\n".join((*answer, log)))
        return answer

    hls.launch_process_helper = synthesise
    stitching.launch_process_helper = stitch


def failure(code, message, text):
    """A failure by the cause that a log names, or with its lines that tell of errors, or its last ones where none does."""
    for pattern, cause, told, hint in CAUSES:
        line = next((line.strip() for line in text.splitlines() if pattern.search(line)), None)
        if line is not None:
            return Failed(cause, f"{message}: {told}", hint, line)
    detail = "\n".join(error_lines(text)[:20]) or last_lines(text)
    return Failed(code, message, detail=detail or None)


def error_lines(text):
    """Each once, in their order."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.startswith("ERROR")))


def ended(code):
    # A shell adds 128 to the number of the signal that ended its program.
    return f" (signal {code - 128})" if code > 128 else f" (exit code {code})"


def logs_of(directory):
    return "\n".join(read(path) for path in sorted(directory.glob("*.log")))


def read(path):
    return path.read_text(errors="replace") if path.exists() else ""
