# What all stand-ins share: who called them, what they are to get wrong, what they say and where it is logged.
#
# Beside the program as it was called (a link to it, usually) may stand
#   version  the version to claim, instead of 2024.2
#   faults   lines `WHICH [REGEX] HOW`: see fault_of
#   parts    the parts that are installed, one a line, instead of all
#   store    the board parts of the Board Store that are installed, one a line, instead of all
#   calls    gets a line per call, `TOOL KIND TARGET`, if it is there
#   rows     gets the rows of docs/facts.md that were followed, if it is there
#   unknown-commands  gets the name of every command that changed nothing because it is not stood in for, if it is there

namespace eval stand_in {
    variable tool directory version log_file
    variable hows {exit silent no-report late hang crash no-licence licences-in-use slow gen killed over-utilised}
    # Errors of the vendor's commands have been told already when they arrive at the top.
    variable told ""
}

proc stand_in::start {name invoked log_name} {
    variable tool $name
    variable directory [file dirname [file normalize $invoked]]
    variable version 2024.2
    variable log_file $log_name
    if {[file exists $directory/version]} { set version [string trim [read_file $directory/version]] }
}

proc stand_in::answer_version {} {
    variable tool
    variable version
    puts "$tool v$version (64-bit) STAND-IN"
    note_call version $version
    ::stand_in::tcl_exit 0
}

proc stand_in::usage {text} {
    puts stderr "STAND-IN: this is all it knows: $text"
    ::stand_in::tcl_exit 97
}

# Runs a script as the vendor's shells do in batch mode: the first error ends it, with exit code 1.
proc stand_in::run {script} {
    variable tool
    variable version
    variable log_file
    variable told
    if {$tool eq "vivado"} {
        row vivado/real-run
    } else {
        row hls/real-run
    }
    close [open $log_file w]
    say "****** $tool v$version (64-bit) STAND-IN"
    read_init
    say "source $script"
    if {![file isfile $script]} { say "ERROR: \[Common 17-161\] STAND-IN: cannot find '$script'"; tcl_exit 1 }
    if {[catch {uplevel #0 [list source $script]} message]} {
        if {$message ne $told} { say $message }
        foreach line [lrange [split $::errorInfo \n] 1 12] { say $line }
        tcl_exit 1
    }
    tcl_exit 0
}

# The initialisation scripts in the home folder, that of the version first.
proc stand_in::read_init {} {
    variable tool
    variable version
    if {$tool ne "vivado"} return
    row vivado/init-script
    foreach folder [list $::env(HOME)/.Xilinx/Vivado/$version $::env(HOME)/.Xilinx/Vivado] {
        if {[file isfile $folder/Vivado_init.tcl]} { uplevel #0 [list source $folder/Vivado_init.tcl] }
    }
}

# Prints a line and logs it.
proc stand_in::say {line} {
    variable log_file
    puts $line
    flush stdout
    set channel [open $log_file a]
    puts $channel $line
    close $channel
}

# Ends the vendor's command that calls it with an error line.
proc stand_in::fail {id message} {
    variable told
    set told "ERROR: \[$id\] STAND-IN: $message"
    say $told
    return -code error $told
}

proc stand_in::note_call {kind target} {
    variable tool
    append_line calls "$tool $kind $target"
}

# Names the rows of docs/facts.md that a behaviour follows.
proc row {args} { foreach id $args { stand_in::append_line rows $id } }

proc stand_in::append_line {name line} {
    variable directory
    if {![file exists $directory/$name]} return
    set channel [open $directory/$name a]
    puts $channel $line
    close $channel
}

# Notes the call and does what the faults ask for; returns `no-report`, `late`, `gen`, `killed`, `over-utilised` or nothing for the caller to mind.
proc stand_in::act {kind target} {
    note_call $kind $target
    lassign [fault_of $kind $target] how argument
    switch -- $how {
        exit { fail {Common 17-39} "$kind of $target fails because it is asked to" }
        no-licence {
            # The licence of synthesis is missed in the log of its run.
            if {$kind eq "implement"} { return $how }
            fail {Common 17-345} "A valid license was not found for feature 'Synthesis' and/or device 'STAND-IN'.\
                Please run the Vivado License Manager for assistance in determining which features and devices are licensed."
        }
        licences-in-use {
            row vivado/licences-in-use
            say "WARNING: \[Common 17-348\] STAND-IN: Failed to get the license for feature 'Synthesis' and/or device 'STAND-IN'. Explanation: Licensed number of users already reached."
            fail {Common 17-345} "A valid license was not found for feature 'Synthesis' and/or device 'STAND-IN'."
        }
        silent { tcl_exit 0 }
        hang { after 3600000 }
        killed {
            # Of the whole, a run is killed.
            if {$kind eq "implement"} { return $how }
            exec kill -KILL [pid]
            after 10000
        }
        crash { exec kill -SEGV [pid]; after 10000 }
        slow { after [expr {int($argument * 1000)}] }
    }
    return $how
}

# The first line that fits: `WHICH [REGEX] HOW`, WHICH probe, hls, stitch or implement, REGEX on the target's name.
proc stand_in::fault_of {kind target} {
    variable directory
    variable hows
    if {![file exists $directory/faults]} { return {} }
    foreach line [split [read_file $directory/faults] \n] {
        set words [regexp -all -inline {\S+} $line]
        if {[lindex $words 0] ne $kind} continue
        set rest [lrange $words 1 end]
        if {[lindex $rest 0] ni $hows} {
            if {![regexp -- [lindex $rest 0] $target]} continue
            set rest [lrange $rest 1 end]
        }
        if {[lindex $rest 0] ni $hows} { puts stderr "STAND-IN: what is '$line'?"; tcl_exit 97 }
        return $rest
    }
    return {}
}

proc stand_in::read_file {path} {
    set channel [open $path r]
    set text [read $channel]
    close $channel
    return $text
}

proc stand_in::write_file {path contents} {
    file mkdir [file dirname $path]
    set channel [open $path w]
    fconfigure $channel -translation binary
    puts -nonewline $channel $contents
    close $channel
}

# A number from `low` to `high` that depends on the name only.
proc stand_in::figure {name low high} {
    return [expr {$low + [zlib crc32 $name] % ($high - $low + 1)}]
}

# The value after a flag among arguments, or the default.
proc stand_in::option {arguments flag {default ""}} {
    set at [lsearch -exact $arguments $flag]
    return [expr {$at < 0 ? $default : [lindex $arguments $at+1]}]
}

proc stand_in::component_xml {vendor library name body} {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- STAND-IN -->\n<spirit:component\
        xmlns:spirit=\"http://www.spiritconsortium.org/XMLSchema/SPIRIT/1685-2009\" xmlns:xilinx=\"http://www.xilinx.com\">\n\
        <spirit:vendor>$vendor</spirit:vendor>\n<spirit:library>$library</spirit:library>\n<spirit:name>$name</spirit:name>\n\
        <spirit:version>1.0</spirit:version>\n$body<xilinx:coreCreationDateTime>[clock format [clock seconds] -format\
        {%Y-%m-%dT%H:%M:%SZ} -gmt 1]</xilinx:coreCreationDateTime>\n</spirit:component>\n"
}

rename exit stand_in::tcl_exit
proc exit {{code 0}} { stand_in::tcl_exit $code }

# The vendor's shells know many more commands than scripts of FINN need here; those change nothing.
proc unknown {name args} {
    # Parts of Tcl's own library are loaded when they are first called.
    if {[auto_load $name [uplevel 1 { namespace current }]]} { return [uplevel 1 [list $name {*}$args]] }
    stand_in::append_line unknown-commands "$stand_in::tool $name"
    return ""
}
