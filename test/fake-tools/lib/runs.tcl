# The runs of a project: synthesis of each cell, of the whole, and implementation, each with a log of its own.

namespace eval runs {
    # By id of a message: how often a run repeats it.
    variable limits
    array set limits {}
    variable messages
}

# Runs take over what the project says of messages.
proc set_msg_config {args} {
    row vivado/message-limit
    set limit [stand_in::option $args -limit]
    if {$limit ne ""} { set runs::limits([stand_in::option $args -id]) $limit }
}

proc runs::log_of {run} { return $project::directory/$project::name.runs/$run/runme.log }

# What only the log of a run tells.
proc runs::say {run line} {
    row vivado/run-logs
    set log [runs::log_of $run]
    file mkdir [file dirname $log]
    set channel [open $log a]
    puts $channel $line
    close $channel
}

# A message of a run, which stops to repeat it after some time.
proc runs::message {run severity id text} {
    variable limits
    variable messages
    row vivado/message-limit
    set limit [expr {[info exists limits($id)] ? $limits($id) : 100}]
    set count [incr messages($run,$id)]
    if {$count <= $limit} { runs::say $run "$severity: \[$id\] $text" }
    if {$count == $limit} {
        runs::say $run "INFO: \[Common 17-14\] Message '$id' appears $limit times and further instances of the messages will be disabled. Use the Tcl command set_msg_config to change the current settings."
    }
}

# Gets the licence for a step of a run; 1 if there is one.
proc runs::licence {run feature isThere} {
    row vivado/licence-error
    runs::say $run "Attempting to get a license for feature '$feature' and/or device 'STAND-IN'"
    if {$isThere} {
        runs::say $run "INFO: \[Common 17-349\] Got license for feature '$feature' and/or device 'STAND-IN'"
    } else {
        runs::say $run "ERROR: \[Common 17-345\] STAND-IN: A valid license was not found for feature '$feature' and/or device 'STAND-IN'. Please run the Vivado License Manager for assistance in determining which features and devices are licensed."
        runs::say $run "ERROR: \[Common 17-69\] STAND-IN: Command failed: This design contains one or more cells for which licence is not available"
    }
    return $isThere
}

# Memories that Verilog names by an absolute path, by the beginning of one, or by a file beside it.
proc runs::read_memories {run sources} {
    row vivado/missing-memory vivado/read-memory
    foreach source $sources {
        foreach {all path} [regexp -all -inline {"((?:\.?/)[^"\n]+)"} [stand_in::read_file $source]] {
            if {[string match ./* $path]} { set path [file dirname $source][string range $path 1 end] }
            set found [glob -nocomplain -types f $path $path*]
            if {$found eq ""} {
                runs::message $run {CRITICAL WARNING} {Synth 8-4445} "could not open \$readmem data file '$path'; please make sure the file is added to project and has read permission, ignoring \[$source:1\]"
            }
            foreach file [lsort -unique $found] {
                runs::message $run INFO {Synth 8-3876} "\$readmem data file '$file' is read successfully \[$source:1\]"
            }
        }
    }
}
