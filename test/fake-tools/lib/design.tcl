# Block designs: cells, what they are made of, what is connected, and who has which address.

namespace eval design {
    variable name ""
    # VLNV or module of each cell, by path.
    variable cells
    array set cells {}
    # Pins and interfaces that were made or led outside.
    variable made {} outside {}
    # Address ranges: slave interface, offset, range.
    variable segments {}
}

proc create_bd_design {name} {
    set design::name $name
    set bd $project::directory/$project::name.srcs/sources_1/bd/$name/$name.bd
    set kind [expr {$project::name eq "finn_zynq_link" ? "implement" : "stitch"}]
    set design::kind $kind
    if {$kind eq "stitch"} { set design::how [stand_in::act stitch $name] }
    stand_in::write_file $bd "{\"STAND-IN\": \"$name\"}\n"
    lappend project::designs $bd
    return $name
}
proc current_bd_design {args} { return $design::name }

proc create_bd_cell {args} {
    set name [string trimleft [lindex $args end] /]
    set vlnv [stand_in::option $args -vlnv]
    set module [stand_in::option $args -reference]
    if {[info exists design::cells($name)]} { stand_in::fail {BD 5-106} "there is a cell $name already" }
    if {$vlnv ne "" && [project::find_ip $vlnv] eq ""} { stand_in::fail {BD 5-390} "IP definition not found for VLNV: $vlnv" }
    if {$module ne "" && ![design::has_module $module]} { stand_in::fail {BD 41-1712} "The reference '$module' is no module of the sources" }
    set design::cells($name) [expr {$vlnv ne "" ? $vlnv : $module}]
    return $name
}

proc design::has_module {module} {
    foreach file $project::files {
        if {[regexp "\\mmodule\\s+$module\\M" [stand_in::read_file $file]]} { return 1 }
    }
    return 0
}

proc create_bd_pin {args} { lappend design::made [string trimleft [lindex $args end] /] }
proc create_bd_intf_pin {args} { lappend design::made [string trimleft [lindex $args end] /] }

proc get_bd_cells {args} {
    if {$args eq ""} { return [array names design::cells] }
    set found [lsearch -all -inline -glob [array names design::cells] [string trimleft [lindex $args end] /]]
    if {$found eq ""} { stand_in::say "WARNING: \[BD 5-235\] STAND-IN: No cells matched '[lindex $args end]'" }
    return $found
}

proc get_bd_pins {args} { return [design::pin [lindex $args end]] }

proc get_bd_intf_pins {args} {
    if {"-of_objects" in $args} { return "" }
    # Behind a port stands the pin that was led outside.
    if {"-of" in $args} { return [design::behind [stand_in::option $args -of]] }
    return [design::pin [lindex $args end]]
}

proc get_bd_intf_nets {args} { return [stand_in::option $args -of [lindex $args end]] }

# The path of a pin whose cell there is, and that the cell's component has if it tells of its interfaces.
proc design::pin {path} {
    variable cells
    variable made
    set path [string trimleft $path /]
    set cell [join [lrange [split $path /] 0 end-1] /]
    if {$path in $made} { return $path }
    if {[info exists cells($cell)]} {
        set known [design::interfaces $cells($cell)]
        set pin [file tail $path]
        if {$known eq "" || $pin in $known || ![regexp {^(s|m)_ax} $pin]} { return $path }
    }
    stand_in::say "WARNING: \[BD 5-235\] STAND-IN: No pins matched '$path'"
    return ""
}

# The bus interfaces that a component in a repository tells of.
proc design::interfaces {vlnv} {
    set directory [project::find_ip $vlnv]
    if {$directory in {"" built-in}} { return "" }
    set text [stand_in::read_file $directory/component.xml]
    return [lmap {all name} [regexp -all -inline {<spirit:busInterface><spirit:name>([^<]*)<} $text] { set name }]
}

proc connect_bd_net {args} { design::connect connect_bd_net $args }
proc connect_bd_intf_net {args} { design::connect connect_bd_intf_net $args }
proc design::connect {command arguments} {
    set ends [lsearch -all -inline -not -regexp $arguments {^(-boundary_type|upper|lower|-quiet)$}]
    if {"" in $ends} { stand_in::fail {Common 17-55} "$command expects at least one object" }
}

proc make_bd_pins_external {pin} { design::lead_outside $pin }
proc make_bd_intf_pins_external {pin} { design::lead_outside $pin }
proc design::lead_outside {pin} {
    variable outside
    if {$pin eq ""} { stand_in::fail {Common 17-55} "make_bd_pins_external expects at least one object" }
    set number 0
    while {[dict exists $outside [file tail $pin]_$number]} { incr number }
    dict set outside [file tail $pin]_$number $pin
}

proc design::rename_port {port name} {
    variable outside
    if {![dict exists $outside $port]} return
    dict set outside $name [dict get $outside $port]
    dict unset outside $port
}
proc design::behind {port} {
    variable outside
    return [expr {[dict exists $outside $port] ? [list $port [dict get $outside $port]] : ""}]
}

proc get_bd_ports {name} { return [design::port $name] }
proc get_bd_intf_ports {args} {
    if {"-filter" in $args} { return [lsearch -all -inline -regexp [dict keys $design::outside] {^s_axi(lite)?_}] }
    return [design::port [lindex $args end]]
}
proc design::port {name} {
    variable outside
    set name [string trimleft $name /]
    if {![dict exists $outside $name]} {
        stand_in::say "WARNING: \[BD 5-235\] STAND-IN: No ports matched '$name'"
        return ""
    }
    return $name
}

# FINN's DMA engines have registers up to 0x1f, which HLS gives six address bits.
proc design::address_width {pin} { return [expr {[string match *s_axi_control* $pin] ? 6 : 12}] }

proc get_bd_addr_segs {args} { return [lindex $args end] }
proc assign_bd_address {args} {
    set offset [stand_in::option $args -offset]
    if {$offset eq ""} return
    lappend design::segments [file dirname [lindex $args 0]] $offset [stand_in::option $args -range]
}
