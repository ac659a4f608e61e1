#!/bin/sh
# Asks Vivado which of the given parts it has, and which board parts; its answer is in out/raw/probe.txt, see probe.tcl.
# Needs VIVADO_VERSION; takes BOARD_FILES. Exits 0 if Vivado did. What it refuses beforehand is told in out/outcome.json.
set -u
. templates/vivado/vivado.sh

PROBED_PARTS=$*
export PROBED_PARTS
mkdir -p "$work/probe"
cd "$work/probe" || exit 1
run_vivado "$work/templates/vivado/probe.tcl"
code=$?
for name in probe.txt vivado.log; do
    if [ -f "$name" ]; then cp "$name" "$raw/$name"; fi
done
echo "$code" >"$raw/exit-code.txt"
[ "$code" -eq 0 ]
