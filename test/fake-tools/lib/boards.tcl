# Parts and board definitions that this Vivado has: what it is asked before a build, and what a project is refused without.

namespace eval boards {
    # A full installation of the families that this program builds for.
    variable parts {xc7z020clg484-1 xc7z020clg400-1 xczu7ev-ffvc1156-2-e xck26-sfvc784-2LV-c}
    # The Board Store as it is for every version from 2022.2 to 2024.2, installed beside Vivado.
    variable store {
        avnet.com:zedboard:part0:1.4 digilentinc.com:zedboard:part0:1.0 tul.com.tw:pynq-z2:part0:1.0
        xilinx.com:kv260_som:part0:1.2 xilinx.com:kv260_som:part0:1.3 xilinx.com:kv260_som:part0:1.4
        xilinx.com:zcu102:part0:3.4 xilinx.com:zcu104:part0:1.1
    }
}

proc get_parts {args} {
    row vivado/get-parts
    set pattern [lindex [lsearch -all -inline -not -exact $args -quiet] 0]
    stand_in::act probe $pattern
    return [lsearch -all -inline -glob [boards::listed parts] [expr {$pattern eq "" ? "*" : $pattern}]]
}

proc get_board_parts {args} {
    row vivado/get-board-parts vivado/own-boards
    return [lsort -unique [concat [boards::listed store] [boards::in_folders]]]
}

# The file of this name beside the program, one entry a line, or else what a full installation has.
proc boards::listed {name} {
    variable parts
    variable store
    set file $stand_in::directory/$name
    return [expr {[file exists $file] ? [split [string trim [stand_in::read_file $file]] \n] : [set $name]}]
}

# The boards whose files are in the user's Board Store, or in a folder that a parameter or the project names.
proc boards::in_folders {} {
    row vivado/board-store-home vivado/board-repo-paths
    set folders [get_param board.repoPaths]
    if {$project::name ne ""} { lappend folders {*}[get_property BOARD_PART_REPO_PATHS [current_project]] }
    lappend folders $::env(HOME)/.Xilinx/Vivado/$stand_in::version/xhub/board_store
    set found {}
    foreach folder $folders {
        foreach file [stand_in::files_under $folder board.xml] {
            set text [stand_in::read_file $file]
            regexp {<board\s[^>]*vendor="([^"]*)"} $text -> vendor
            regexp {<board\s[^>]*[^_]name="([^"]*)"} $text -> name
            regexp {<file_version>([^<]*)<} $text -> version
            lappend found $vendor:$name:part0:$version
        }
    }
    return $found
}

proc boards::check {board} {
    row vivado/board-part-error
    if {$board ni [get_board_parts]} {
        stand_in::fail {Board 49-71} "The board_part definition was not found for $board. The project's board_part property was not set"
    }
}

proc boards::check_part {part} {
    if {$part ni [boards::listed parts]} { stand_in::fail {Coretcl 2-106} "Specified part could not be found." }
}
