#!/bin/sh
# Runs Vivado on a project that hardware.py has written (in/hardware), and puts what it makes into out/raw.
# Needs VIVADO_VERSION and the board part in in/platform/board-part; takes SYNTHESIS_STRATEGY, IMPLEMENTATION_STRATEGY,
# BOARD_FILES and VIVADO_JOBS. Exits 0 if Vivado did. What it refuses beforehand is told in out/outcome.json.
set -u
. templates/vivado/vivado.sh

mkdir -p "$work/project" "$raw/runs"
BOARD_PART=$(cat in/platform/board-part)
cp -R in/hardware hardware
chmod -R u+w hardware
here=$(printf '%s' "$work/hardware" | sed 's/[\\&|]/\\&/g')
find hardware -type f -exec grep -l '@HARDWARE@' {} + | while IFS= read -r file; do
    sed "s|@HARDWARE@|$here|g" "$file" >"$work/placed" && mv "$work/placed" "$file"
done
VIVADO_JOBS=${VIVADO_JOBS:-${PIPELINE_CORES:-$(nproc)}}
export BOARD_PART VIVADO_JOBS

cd "$work/project" || exit 1
run_vivado "$work/hardware/ip_config.tcl"
code=$?

collect() { # file name
    if [ -f "$1" ]; then cp "$1" "$raw/$2"; fi
}
# Of a log of more than 16 MB only the lines that decide something, and its end.
collect_log() { # file name
    if [ ! -f "$1" ]; then
        return
    elif [ "$(wc -c <"$1")" -le 16777216 ]; then
        cp "$1" "$raw/$2"
    else
        {
            grep -aE '^(ERROR|FATAL|CRITICAL WARNING)|readmem|\[Common 17-14\]|[Ll]icense|memory|bad_alloc|No space left|[Qq]uota exceeded|Killed' "$1" |
                head -c 8388608
            tail -c 262144 "$1"
        } >"$raw/$2"
    fi
}
runs=finn_zynq_link.runs
collect $runs/impl_1/top_wrapper.bit top_wrapper.bit
for generated in srcs gen; do
    collect "finn_zynq_link.$generated/sources_1/bd/top/hw_handoff/top.hwh" top.hwh
done
collect synth_report.xml synth_report.xml
# The bitstream is of the second where a strategy optimises after routing.
collect $runs/impl_1/top_wrapper_timing_summary_routed.rpt timing.rpt
collect $runs/impl_1/top_wrapper_timing_summary_postroute_physopted.rpt timing.rpt
collect_log vivado.log vivado.log
# Synthesis runs out of context, a program per IP: what it says is in these logs only.
for log in "$runs"/*/runme.log; do
    run=${log%/runme.log}
    collect_log "$log" "runs/${run##*/}.log"
done
df -Pk . | sed -n '2s/^\([^ ]*  *\)\{3\}\([0-9]*\) .*/\2/p' >"$raw/free-kilobytes.txt"
echo "$code" >"$raw/exit-code.txt"
[ "$code" -eq 0 ]
