# High-level synthesis of one function: what it is asked to do is checked, what it makes is empty but for its names.

namespace eval hls {
    variable project "" top "" part "" period 10 sources {} solution ""
}

proc open_project {args} { set hls::project [lindex $args end]; file mkdir $hls::project }
proc set_top {name} { set hls::top $name }
proc open_solution {args} { set hls::solution [lindex $args 0] }
proc set_part {part} {
    if {![regexp {^xc} $part]} { stand_in::fail {HLS 200-1023} "the part '$part' is not installed" }
    set hls::part $part
}
proc create_clock {args} { set hls::period [stand_in::option $args -period] }

proc add_files {file args} {
    if {![file isfile $file]} { stand_in::fail {HLS 200-70} "cannot find file $file" }
    lappend hls::sources $file
}

proc csynth_design {} {
    foreach needed {project top solution part} {
        if {[set hls::$needed] eq ""} { stand_in::fail {HLS 200-101} "csynth_design before there is a $needed" }
    }
    set text [join [lmap file $hls::sources { stand_in::read_file $file }] \n]
    if {![regexp "\\m$hls::top\\s*\\(" $text]} { stand_in::fail {HLS 207-812} "no function '$hls::top' in the sources" }
    set how [stand_in::act hls $hls::top]
    set root [hls::root]
    stand_in::write_file $root/syn/verilog/$hls::top.v [hls::verilog]
    if {$how ne "no-report"} { stand_in::write_file $root/syn/report/${hls::top}_csynth.xml [hls::report] }
    stand_in::say "INFO: \[HLS 200-111\] STAND-IN: synthesised $hls::top for $hls::part at $hls::period ns"
}

proc export_design {args} {
    set ip [hls::root]/impl/ip
    set top $hls::top
    stand_in::write_file $ip/component.xml \
        [stand_in::component_xml xilinx.com hls $top "<xilinx:coreRevision>[clock format [clock seconds] -format %y%m%d%H%M]</xilinx:coreRevision>\n"]
    stand_in::write_file $ip/hdl/verilog/$top.v [hls::verilog]
    stand_in::write_file $ip/hdl/verilog/${top}_rom.dat "STAND-IN\n"
    stand_in::write_file $ip/vivado.log "STAND-IN [clock seconds]\n"
    stand_in::write_file $ip/xilinx_com_hls_${top}_1_0.zip "STAND-IN [clock seconds]"
    stand_in::say "INFO: \[HLS 200-802\] STAND-IN: packaged $top"
}

proc hls::root {} { return $hls::project/$hls::solution }

proc hls::verilog {} {
    set top $hls::top
    return "// STAND-IN for $top\nmodule $top (input ap_clk, input ap_rst_n);\nreg \[7:0\] rom \[0:0\];\n\
        initial \$readmemh(\"./${top}_rom.dat\", rom);\nendmodule\n"
}

proc hls::report {} {
    set top $hls::top
    set rows ""
    foreach {resource low high available} {BRAM_18K 0 8 280 DSP 0 4 220 FF 100 3000 106400 LUT 100 4000 53200 URAM 0 0 0} {
        append used "<$resource>[stand_in::figure $top$resource $low $high]</$resource>\n"
        append there "<$resource>$available</$resource>\n"
    }
    return "<!-- STAND-IN -->\n<profile>\n<ReportVersion><Version>$stand_in::version</Version></ReportVersion>\n\
        <UserAssignments><Part>$hls::part</Part><TopModelName>$top</TopModelName>\
        <TargetClockPeriod>$hls::period</TargetClockPeriod></UserAssignments>\n<AreaEstimates>\n\
        <Resources>\n$used</Resources>\n<AvailableResources>\n$there</AvailableResources>\n</AreaEstimates>\n</profile>\n"
}
