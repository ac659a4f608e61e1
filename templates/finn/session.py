"""What every job of FINN's needs: the environment FINN expects, its steps one after the other, an outcome in any case.

Import this before anything of FINN's. FINN itself stays as it is installed; all that differs is set at run time.
"""

import json
import logging
import os
import random
import sys
import traceback
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

WORK = Path.cwd()
BUILD = WORK / "build"
OUT = WORK / "out"


class Failed(Exception):
    """A failure in the words of the outcome; `at` leads into the parameters where one of them is surely the cause."""

    def __init__(self, code, message, hint=None, detail=None, at=None):
        # As arguments, so that it survives the way out of a worker process.
        super().__init__(code, message, hint, detail, at)

    def outcome(self):
        keys = ("code", "message", "hint", "detail", "at")
        return {"ok": False} | {key: value for key, value in zip(keys, self.args) if value is not None}


WARNINGS = []


def warn(code, message):
    """Tells of something that is passed over; the outcome holds it beside success."""
    WARNINGS.append({"code": code, "message": message})
    say(f"{code}: {message}")


def main(job):
    """Runs `job(params)`, which returns versions to tell beside FINN's, and writes out/outcome.json; exits 0 or 1."""
    fix_hashes()
    OUT.mkdir(exist_ok=True)
    try:
        versions = check_version()
        prepare_environment()
        versions |= job(json.loads((WORK / "in" / "params.json").read_text())) or {}
        outcome = {"ok": True, "versions": versions, "warnings": WARNINGS}
    except Failed as failure:
        outcome = failure.outcome()
    except Exception as error:
        outcome = Failed("finn/job-failed", told(error), detail=last_lines(traceback.format_exc())).outcome()
    (OUT / "outcome.json").write_text(json.dumps(outcome, indent=2) + "\n")
    if not outcome["ok"]:
        say(f"{outcome['code']}: {outcome['message']}")
    sys.exit(0 if outcome["ok"] else 1)


def run_steps(model, steps, build):
    """What the steps, pairs of a name and a function, make of the model one after the other."""
    for index, (name, step) in enumerate(steps):
        say(f"{name} ({index + 1} of {len(steps)})")
        try:
            model = step(model, build)
        except Failed:
            raise
        except Exception as error:
            message = told(error)
            node = node_at_fault(error)
            where = f"{name}, {node}" if node is not None and node not in message else name
            raise Failed("finn/step-failed", f"{where}: {message}", detail=last_lines(traceback.format_exc())) from error
    return model


def configuration(**settings):
    """FINN's build configuration; the network goes to a Zynq board, and nothing is asked of FINN's simulators."""
    from finn.builder.build_dataflow_config import DataflowBuildConfig, ShellFlowType

    return DataflowBuildConfig(
        output_dir=str(WORK / "finn"), shell_flow_type=ShellFlowType.VIVADO_ZYNQ, verify_steps=[], **settings
    )


def written(name, value):
    """The path of a JSON file with the value, for those of FINN's settings that are files."""
    path = WORK / "finn" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value))
    return path


def say(line):
    print(line, flush=True)


def last_lines(text, count=20):
    return "\n".join(text.rstrip().splitlines()[-count:])


def fix_hashes():
    """Starts Python anew unless the order of its sets is the same in every run: FINN writes some of them to files."""
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, *sys.argv])


def check_version():
    wanted = os.environ["FINN_VERSION"]
    try:
        versions = {name: version(name) for name in ("finn-plus", "qonnx")}
    except PackageNotFoundError as error:
        raise Failed("finn/wrong-version", f"FINN+ {wanted} is wanted, but {sys.executable} has no {error.name}") from None
    if versions["finn-plus"] != wanted:
        raise Failed("finn/wrong-version", f"FINN+ {wanted} is wanted, but {sys.executable} has {versions['finn-plus']}")
    return versions


def prepare_environment():
    BUILD.mkdir(exist_ok=True)
    os.environ["FINN_BUILD_DIR"] = str(BUILD)
    # A file that is not there: FINN takes its defaults, and makes no folder in the user's home.
    os.environ["FINN_SETTINGS"] = str(BUILD / "no-settings.yaml")
    os.environ["NUM_DEFAULT_WORKERS"] = os.environ.get("PIPELINE_CORES") or str(len(os.sched_getaffinity(0)))
    # The rounding of a sum must not depend on the number of cores.
    os.environ["OMP_NUM_THREADS"] = "1"
    # FINN reads a version from this path, which need not be there.
    os.environ.setdefault("XILINX_VIVADO", f"/Vivado/{os.environ.get('VIVADO_VERSION', '2024.2')}")
    os.environ.setdefault("FINN_DEPS", str(BUILD / "no-deps"))
    # FINN names new tensors at random.
    random.seed(0)
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(levelname)s %(message)s")
    logging.captureWarnings(True)
    import finn.xsi

    # Its simulator is compiled with Vivado when one of these is first asked for, which importing the builder does.
    for name in finn.xsi._LAZY_NAMES:
        setattr(finn.xsi, name, None)
    from finn.util.settings import get_settings

    os.environ["FINN_RTLLIB"] = str(get_settings().finn_rtllib)
    os.environ["FINN_CUSTOM_HLS"] = str(get_settings().finn_custom_hls)


def told(error):
    """What an exception says, on one line."""
    words = " ".join(str(error).split())
    return words[:500] if words else type(error).__name__


def node_at_fault(error):
    """The name of the node that the innermost function was busy with, where one was."""
    found = None
    for frame, _ in traceback.walk_tb(error.__traceback__):
        local = frame.f_locals
        for node in (local.get("node"), local.get("n"), getattr(local.get("self"), "onnx_node", None)):
            if type(node).__name__ == "NodeProto" and node.name:
                found = node.name
    return found
