# Synthesis, placement and routing of the whole: checks what the real tool would stumble over, and writes the bitstream.

namespace eval implement { variable done {} how "" failed 0 }

proc apply_bd_automation {args} {
    set config [stand_in::option $args -config]
    if {[string match {*apply_board_preset "1"*} $config] && [get_property board_part [current_project]] eq ""} {
        stand_in::fail {BD 5-145} "no board preset without a board_part"
    }
}

proc validate_bd_design {args} {
    if {$design::kind ne "implement"} return
    foreach cell [lsort [array names design::cells]] {
        foreach interface [design::interfaces $design::cells($cell)] {
            if {[string match s_axi_* $interface] && "$cell/$interface" ni $design::segments} {
                stand_in::fail {BD 41-1356} "Slave segment </$cell/$interface/Reg> is not assigned into an address space"
            }
        }
    }
}

proc launch_runs {args} {
    set jobs [stand_in::option $args -jobs 1]
    if {![string is integer -strict $jobs] || $jobs < 1} { stand_in::fail {Common 17-161} "Invalid option value '$jobs' specified for '-jobs'" }
    if {[get_property top sources_1] ne "top_wrapper"} { stand_in::fail {Project 1-19} "there is no top" }
    set implement::how [stand_in::act implement $design::name]
    set implement::failed [implement::run_all $implement::how]
    if {$implement::failed} return
    set run $project::directory/$project::name.runs/impl_1
    set handoff $project::directory/$project::name.gen/sources_1/bd/$design::name/hw_handoff
    stand_in::write_file $handoff/$design::name.hwh [handoff::text]
    stand_in::write_file $run/top_wrapper.bit [implement::bitstream]
    if {$implement::how ne "no-report"} { implement::write_timing $run }
    lappend implement::done impl_1
    stand_in::say "INFO: STAND-IN: write_bitstream done with $jobs jobs"
}

# Synthesis of each cell and implementation; 1 if one of them fails.
proc implement::run_all {how} {
    row vivado/run-logs
    foreach cell [lsort [get_bd_cells]] {
        set run top_${cell}_0_synth_1
        if {![runs::licence $run Synthesis [expr {$how ne "no-licence"}]]} { return 1 }
        runs::read_memories $run [implement::sources_of $design::cells($cell)]
        if {$how eq "killed"} {
            row vivado/killed-run
            runs::say $run "/STAND-IN/bin/rdiArgs.sh: line 312:  4711 Killed                  \"\$RDI_PROG\" \"\$@\""
            return 1
        }
    }
    if {![runs::licence impl_1 Implementation 1]} { return 1 }
    if {$how eq "over-utilised"} {
        row vivado/over-utilised
        foreach {what needed available} {{RAMB18 and RAMB36/FIFO} 356 280 {Slice LUTs} 62628 53200} {
            set line "ERROR: \[DRC UTLZ-1\] STAND-IN: Resource utilization: $what over-utilized in Top Level Design (This design requires more $what cells than are available in the target device. This design requires $needed of such cell types but only $available compatible sites are available in the target device.)"
            runs::say impl_1 $line
            stand_in::say $line
        }
        return 1
    }
    return 0
}

# A strategy that optimises after routing leaves two reports; the bitstream is of the second.
proc implement::write_timing {run} {
    row vivado/post-route-report
    variable how
    set strategy [get_property strategy impl_1]
    if {$strategy in {Performance_ExplorePostRoutePhysOpt Flow_RunPostRoutePhysOpt}} {
        stand_in::write_file $run/top_wrapper_timing_summary_routed.rpt [reports::timing -0.052]
        stand_in::write_file $run/top_wrapper_timing_summary_postroute_physopted.rpt [reports::timing [expr {$how eq "late" ? -0.012 : 0.019}]]
    } else {
        stand_in::write_file $run/top_wrapper_timing_summary_routed.rpt [reports::timing [expr {$how eq "late" ? -0.412 : 0.318}]]
    }
}

proc wait_on_run {args} {}

proc open_run {run args} {
    row vivado/failed-run
    if {$run ni $implement::done} { stand_in::fail {Common 17-69} "Command failed: Run '$run' failed. Unable to open" }
}

proc report_utilization {args} {
    if {$implement::how eq "no-report"} return
    stand_in::write_file [stand_in::option $args -file] [reports::utilization]
}

# The Verilog of an IP and of the IPs that it is made of.
proc implement::sources_of {vlnv} {
    set directory [project::find_ip $vlnv]
    if {$directory in {"" built-in}} { return {} }
    set sources [glob -nocomplain $directory/src/*.v $directory/src/*.sv $directory/hdl/verilog/*.v]
    if {$sources eq ""} { stand_in::fail {IP_Flow 19-3461} "the IP $vlnv has no sources" }
    foreach {kind name path} [implement::parts $vlnv] {
        if {$kind ne "IP"} continue
        if {[project::find_ip $name] eq ""} { stand_in::fail {BD 5-390} "IP definition not found for VLNV: $name" }
        lappend sources {*}[implement::sources_of $name]
    }
    return $sources
}

# Kind, name and path of every cell of a packaged design.
proc implement::parts {vlnv} {
    set directory [project::find_ip $vlnv]
    set netlist $directory/src/[lindex [split $vlnv :] 2].v
    if {$directory in {"" built-in} || ![file exists $netlist]} { return {} }
    set found {}
    foreach {all kind name path} [regexp -all -inline {// (IP|MODULE) (\S+) (\S+)} [stand_in::read_file $netlist]] {
        lappend found $kind $name $path
    }
    return $found
}

# Zynq-7000: without family and speed grade, as 7z020clg484; later families in full.
proc implement::stated_part {} {
    if {![string match xc7* $project::part]} { return $project::part }
    return [regsub {^xc} [regsub -- {-.*} $project::part ""] ""]
}

proc implement::bitstream {} {
    set now [clock seconds]
    set fields [list \
        a "top_wrapper;UserID=0XFFFFFFFF;Version=$stand_in::version;STAND-IN=1" \
        b [implement::stated_part] \
        c [clock format $now -format %Y/%m/%d] d [clock format $now -format %H:%M:%S]]
    set bits [binary format H* 00090ff00ff00ff00ff0000001]
    foreach {key text} $fields { append bits [binary format aSa*c $key [expr {[string length $text] + 1}] $text 0] }
    set data [binary format H* [string repeat ff 32]000000bb11220044ffffffffffffffffaa99556620000000]
    append data "STAND-IN: NOT A BITSTREAM for [lsort [array names design::cells]]"
    append data [string repeat \0 [expr {-[string length $data] & 3}]]
    return $bits[binary format aI e [string length $data]]$data
}
