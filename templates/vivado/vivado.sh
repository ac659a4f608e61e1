# What the scripts here share; they source it from the work directory, with VIVADO_VERSION set. Takes BOARD_FILES.
# Finds Vivado, refuses another version, and places the user's initialisation script where Vivado looks for it.

work=$(pwd -P)
raw=$work/out/raw
mkdir -p "$raw"

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
    refuse vivado/not-found "there is no vivado $VIVADO_VERSION in the $(printf '%s\n' "$PATH" | tr ':' '\n' | grep -c .) folders of PATH" \
        'put its bin folder on PATH, as its settings64.sh does'
line=$(vivado -version | sed -n '/[^[:space:]]/{p;q;}')
[ -n "$line" ] ||
    refuse vivado/no-answer "$vivado does not start: $(vivado -version 2>&1 | tail -n 1)" \
        'make vivado -version work in a shell first'
found=$(printf '%s\n' "$line" | sed -n 's/.*[[:space:]]v\(20[0-9][0-9]\.[0-9.]*[0-9]\).*/\1/p')
[ "$found" = "$VIVADO_VERSION" ] ||
    refuse vivado/wrong-version "Vivado $VIVADO_VERSION is wanted, but $vivado is ${found:-one that says \"$line\"}" \
        'put the right one on PATH, or ask for this one'
printf '%s\n' "$line" >"$raw/versions.txt"

if [ -f in/init/Vivado_init.tcl ]; then
    mkdir -p "$HOME/.Xilinx/Vivado/$VIVADO_VERSION"
    cp in/init/Vivado_init.tcl "$HOME/.Xilinx/Vivado/$VIVADO_VERSION/"
fi
BOARD_FILES=${BOARD_FILES:-}
export BOARD_FILES

# In the background, so that a signal for the shell alone ends Vivado too. Returns its exit code.
run_vivado() { # script
    vivado -mode batch -source "$1" &
    process=$!
    trap 'kill -TERM "$process" 2>/dev/null; wait "$process"; exit 143' TERM INT HUP
    wait "$process"
}
