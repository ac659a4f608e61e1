"""A copy of finn-rtllib with changes to its texts, which FINN generates from instead of its own. The installed one stays."""

import os
import shutil
from pathlib import Path

from session import Failed

# The output queue of mvu_vvu_axi.sv has a place for each result that the pipeline can hold, but its lock takes effect two
# cycles late: with SIMD = MW, where every cycle may bring a result, it overflows and words are lost.
DEEP_QUEUE = (
    "mvu/mvu_vvu_axi.sv",
    "localparam int unsigned  MAX_IN_FLIGHT = CORE_PIPELINE_DEPTH;",
    "localparam int unsigned  MAX_IN_FLIGHT = CORE_PIPELINE_DEPTH + 2;",
)
QUEUES = {"deep": [DEEP_QUEUE], "finn": []}


def use_changed(target, changes):
    """Has FINN take its RTL from a copy in `target` with the changes (file, old text, new text) made to it."""
    from finn.util.settings import get_settings

    settings = get_settings()
    shutil.copytree(settings.finn_rtllib, target)
    for change in changes:
        replace(target, *change)
    settings.finn_rtllib = os.environ["FINN_RTLLIB"] = str(target)


def replace(library, file, old, new):
    """Refuses a file in which the old text is not exactly once: it is not what FINN+ 1.6.1 has."""
    path = Path(library, file)
    text = path.read_text() if path.is_file() else ""
    if text.count(old) != 1:
        message = f"{file} of finn-rtllib is not that of FINN+ 1.6.1: it has {text.count(old)} times \"{' '.join(old.split())[:80]}\""
        raise Failed("rtl/unknown-source", message, "pipeline toolchain install finn makes an environment with FINN+ 1.6.1")
    path.write_text(text.replace(old, new))
