"""A Vivado project script with all that synthesis reads, in a folder that can be moved and is the same in every run.

`@HARDWARE@` stands for wherever the folder will be.
"""

import os
import re
from pathlib import Path

from session import BUILD, OUT, WORK

PLACEHOLDER = b"@HARDWARE@"
HARDWARE = OUT / "hardware"
LIBRARY = "finn-rtllib"
SCRIPT = "ip_config.tcl"
# What the programs leave beside their results; the archives repeat the files beside them.
LEFT_OUT = {".log", ".jou", ".zip", ".bak", ".str", ".pb"}
SOURCES = {".v", ".sv", ".vh", ".svh", ".vhd"}
DATES = (
    (re.compile(rb"(<xilinx:coreCreationDateTime>)[^<]*"), rb"\g<1>1980-01-01T00:00:00Z"),
    # HLS counts revisions by date.
    (re.compile(rb"(<xilinx:coreRevision>)\d{9,10}(?=<)"), rb"\g<1>1"),
    (re.compile(rb"^(//(?:Date|Host)\s*:).*$", re.M), rb"\1"),
)


def collect(script):
    """Copies the script and every repository it names to out/hardware, and every file that their sources name."""
    roots = {BUILD: HARDWARE, Path(os.environ["FINN_RTLLIB"]): HARDWARE / LIBRARY}
    library = f"{os.environ['FINN_RTLLIB']}/".encode()
    text = script.read_bytes().replace(b"$::env(FINN_RTLLIB)/", library)
    waiting = [path for path in named_paths(text, roots) if path.is_dir()]
    copied = {}
    while waiting:
        path = waiting.pop()
        if path in copied or path.suffix in LEFT_OUT:
            continue
        copied[path] = True
        if path.is_dir():
            waiting += [inner for inner in path.iterdir() if inner.name != ".Xil"]
            continue
        contents = path.read_bytes()
        if path.suffix in SOURCES:
            waiting += [file for named in named_paths(contents, roots) for file in files_of(named)]
        place(path, movable(contents, roots), roots)
    HARDWARE.mkdir(exist_ok=True)
    (HARDWARE / SCRIPT).write_bytes(movable(text, roots))


def named_paths(contents, roots):
    """The paths below the roots that a text names."""
    pattern = b"|".join(re.escape(str(root).encode()) for root in roots)
    found = re.findall(rb"(?:" + pattern + rb")/[^\s\"'{}\[\];,()<>]+", contents)
    return [Path(os.fsdecode(path)) for path in dict.fromkeys(found)]


def files_of(path):
    """Memories are initialised from one file, or from several with a common beginning."""
    if path.exists():
        return [path] if path.is_file() else []
    return [file for file in path.parent.glob(f"{path.name}*") if file.is_file()]


def movable(contents, roots):
    if b"\0" in contents:
        return contents
    for root, target in roots.items():
        place = PLACEHOLDER + str(target).removeprefix(str(HARDWARE)).encode()
        contents = re.sub(re.escape(str(root).encode()) + rb"(?![\w.-])", place, contents)
    contents = contents.replace(str(WORK).encode(), PLACEHOLDER)
    for pattern, constant in DATES:
        contents = pattern.sub(constant, contents)
    return contents


def place(path, contents, roots):
    root = next(root for root in roots if path.is_relative_to(root))
    target = roots[root] / path.relative_to(root)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(contents)
