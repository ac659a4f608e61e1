#!/bin/sh
# Runs Vivado on a project that hardware.py has written (in/hardware), and puts what it makes into out/raw.
# Needs VIVADO_VERSION; takes SYNTHESIS_STRATEGY, IMPLEMENTATION_STRATEGY, BOARD_FILES and VIVADO_JOBS.
# Exits 0 if Vivado did. What it refuses beforehand is told in out/outcome.json.
set -u

work=$(pwd -P)
raw=$work/out/raw
mkdir -p "$raw" "$work/project"

quoted() {
    printf '%s' "$1" | tr '\n\t' '  ' | sed 's/[\\"]/\\&/g'
}

refuse() { # code message hint
    printf '{"ok": false, "code": "%s", "message": "%s", "hint": "%s"}\n' "$1" "$(quoted "$2")" "$(quoted "$3")" \
        >"$work/out/outcome.json"
    echo "$1: $2"
    exit 1
}

vivado=$(command -v vivado) ||
    refuse vivado/not-found "there is no vivado $VIVADO_VERSION on PATH ($PATH)" \
        'put its bin folder on PATH, as its settings64.sh does'
line=$(vivado -version | sed -n '/[^[:space:]]/{p;q;}')
found=$(printf '%s\n' "$line" | sed -n 's/.*[[:space:]]v\(20[0-9][0-9]\.[0-9.]*[0-9]\).*/\1/p')
[ "$found" = "$VIVADO_VERSION" ] ||
    refuse vivado/wrong-version "Vivado $VIVADO_VERSION is wanted, but $vivado is ${found:-one that says \"$line\"}" \
        'put the right one on PATH, or ask for this one'
printf '%s\n' "$line" >"$raw/versions.txt"

cp -R in/hardware hardware
chmod -R u+w hardware
here=$(printf '%s' "$work/hardware" | sed 's/[\\&|]/\\&/g')
find hardware -type f -exec grep -l '@HARDWARE@' {} + | while IFS= read -r file; do
    sed "s|@HARDWARE@|$here|g" "$file" >"$work/placed" && mv "$work/placed" "$file"
done

if [ -z "${BOARD_FILES:-}" ]; then
    BOARD_FILES=$work/no-board-files
    mkdir -p "$BOARD_FILES"
fi
VIVADO_JOBS=${VIVADO_JOBS:-$(nproc)}
export BOARD_FILES VIVADO_JOBS

# In the background, so that a signal for the shell alone ends Vivado too.
cd "$work/project" || exit 1
vivado -mode batch -source "$work/hardware/ip_config.tcl" &
process=$!
trap 'kill -TERM "$process" 2>/dev/null; wait "$process"; exit 143' TERM INT HUP
wait "$process"
code=$?

collect() { # file name
    if [ -f "$1" ]; then cp "$1" "$raw/$2"; fi
}
collect finn_zynq_link.runs/impl_1/top_wrapper.bit top_wrapper.bit
for generated in srcs gen; do
    collect "finn_zynq_link.$generated/sources_1/bd/top/hw_handoff/top.hwh" top.hwh
done
collect synth_report.xml synth_report.xml
collect finn_zynq_link.runs/impl_1/top_wrapper_timing_summary_routed.rpt timing.rpt
collect vivado.log vivado.log
echo "$code" >"$raw/exit-code.txt"
[ "$code" -eq 0 ]
