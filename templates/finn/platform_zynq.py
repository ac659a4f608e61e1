"""What FINN is told at run time so that it writes a project for this board, with the user's settings left open."""

from itertools import count
from math import nextafter
from pathlib import Path
from types import SimpleNamespace

from session import Failed

FIRST_BOARD = 'if {$BOARD == "ZCU104"} {'
# The runs take it over. Without it, Vivado stops to report which memory files it read after 100 of them.
ALL_MEMORIES = "    set_msg_config -id {Synth 8-3876} -limit 1000000\n"
LAUNCH = "    launch_runs -jobs $NUM_JOBS$ -to_step write_bitstream impl_1"


def register_board(part, platform):
    """Enters the board where FINN looks boards up, and its processor system in the script FINN writes for Vivado."""
    import finn.transformation.fpgadataflow.templates as templates
    import finn.util.basic as basic

    name = platform["finnName"]
    basic.pynq_part_map[name] = basic.part_map[name] = part
    basic.pynq_native_port_width[name] = platform["portWidth"]
    branch = (
        f'if {{$BOARD == "{name}"}} {{\n'
        "    set_property board_part $::env(BOARD_PART) [current_project]\n"
        f'    set ZYNQ_TYPE "{platform["family"]}"\n'
        "} else"
    )
    shell = replace_once(templates.custom_zynq_shell_template, FIRST_BOARD, branch + FIRST_BOARD)
    templates.custom_zynq_shell_template = shell


def leave_settings_open():
    """The board part, the number of jobs, board files and strategies come from the environment of Vivado, not from now."""
    import finn.transformation.fpgadataflow.templates as templates

    strategies = "".join(
        f"    if {{[info exists ::env({variable})]}} {{set_property strategy $::env({variable}) [get_runs {run}]}}\n"
        for variable, run in (("SYNTHESIS_STRATEGY", "synth_1"), ("IMPLEMENTATION_STRATEGY", "impl_1"))
    )
    shell = replace_once(templates.custom_zynq_shell_template, LAUNCH, strategies + ALL_MEMORIES + LAUNCH)
    shell = shell.replace("$NUM_JOBS$", "$::env(VIVADO_JOBS)").replace('"$BOARDFILES$"', "{*}[split $::env(BOARD_FILES) :]")
    templates.custom_zynq_shell_template = shell


def name_build_folders():
    """Folders that FINN names at random get numbers instead, the same in every run."""
    import finn.util.basic as basic
    from finn.transformation.fpgadataflow.create_stitched_ip import CreateStitchedIP

    scope = SimpleNamespace(partition="")
    apply = CreateStitchedIP.apply

    def applied(self, model):
        scope.partition = self.ip_name
        return apply(self, model)

    def numbered(prefix, dir):
        # Partitions are stitched at the same time, so that who comes first must not matter.
        if prefix.startswith("vivado_stitch_proj_"):
            prefix = f"vivado_stitch_proj_{scope.partition}_"
        for number in count():
            path = Path(dir, f"{prefix}{number}")
            try:
                path.mkdir()
            except FileExistsError:
                continue
            return str(path)

    CreateStitchedIP.apply = applied
    basic.tempfile = SimpleNamespace(mkdtemp=numbered)


def period_of(clock_mhz):
    """The period in ns from which FINN, which rounds down, gets exactly this many MHz."""
    if clock_mhz != int(clock_mhz) or clock_mhz < 1:
        message = f"FINN builds for whole numbers of MHz, not for {clock_mhz}"
        raise Failed("hardware/clock", message, f"take {max(1, round(clock_mhz))}", at=["target", "clockMHz"])
    period = 1000 / clock_mhz
    while int(1 / (period * 0.001)) < clock_mhz:
        period = nextafter(period, 0)
    return period


def replace_once(text, old, new):
    if text.count(old) != 1:
        raise Failed("finn/job-failed", f"FINN's Zynq script is not as expected: {text.count(old)} times {old}")
    return text.replace(old, new)
