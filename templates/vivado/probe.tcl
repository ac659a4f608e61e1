# Writes to probe.txt which of the parts in PROBED_PARTS this Vivado has, and all its board parts, those in BOARD_FILES included.
if {$::env(BOARD_FILES) ne ""} {
    set_param board.repoPaths [concat [get_param board.repoPaths] [split $::env(BOARD_FILES) :]]
}
set answer [open probe.txt w]
foreach part $::env(PROBED_PARTS) {
    if {[llength [get_parts -quiet $part]] > 0} { puts $answer "part $part" }
}
foreach board [get_board_parts -quiet] { puts $answer "board $board" }
puts $answer "done"
close $answer
