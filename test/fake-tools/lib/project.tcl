# A project: its properties, files and the catalog of IP.

namespace eval project {
    variable name "" directory "" part "" top_of
    # By "property,object".
    variable properties
    array set properties {}
    variable files {} designs {}
    # VLNV of each IP in the repositories, and the directory of its component.xml.
    variable catalog
    array set catalog {}
    variable own_ip {xilinx.com:ip: xilinx.com:inline_hdl:}
    # By name.
    variable parameters
    array set parameters {}
    variable strategies {
        {Vivado Synthesis Defaults} Flow_AreaOptimized_high Flow_AreaOptimized_medium Flow_AreaMultThresholdDSP
        Flow_AlternateRoutability Flow_PerfOptimized_high Flow_PerfThresholdCarry Flow_RuntimeOptimized
        {Vivado Implementation Defaults} Performance_Explore Performance_ExplorePostRoutePhysOpt
        Performance_ExtraTimingOpt Performance_NetDelay_high Performance_NetDelay_low Performance_RefinePlacement
        Performance_Retiming Area_Explore Area_ExploreSequential Area_ExploreWithRemap Power_DefaultOpt
        Congestion_SpreadLogic_high Congestion_SpreadLogic_medium Congestion_SpreadLogic_low Flow_Quick
        Flow_RunPhysOpt Flow_RunPostRoutePhysOpt Flow_RuntimeOptimized
    }
}

proc create_project {name directory args} {
    set part [stand_in::option $args -part]
    boards::check_part $part
    set project::name $name
    set project::directory [file normalize $directory]
    set project::part $part
    stand_in::write_file $project::directory/$name.xpr "<Project>STAND-IN</Project>\n"
    return $name
}

proc current_project {} {
    if {$project::name eq ""} { stand_in::fail {Common 17-53} "no open project" }
    return $project::name
}
proc current_fileset {} { return sources_1 }
proc get_filesets {name} { return $name }
proc get_runs {name} { return $name }
proc close_project {} { set project::name "" }
proc get_param {name} { return [expr {[info exists project::parameters($name)] ? $project::parameters($name) : ""}] }
proc set_param {name value} { set project::parameters($name) $value }
proc version {args} { return $stand_in::version }

proc set_property {args} {
    set pairs [stand_in::option $args -dict]
    set objects [lindex $args end]
    if {"-value" in $args} {
        set pairs [list [stand_in::option $args -name] [stand_in::option $args -value]]
        set objects [stand_in::option $args -objects]
    } elseif {$pairs eq ""} {
        set pairs [lrange $args end-2 end-1]
    }
    if {$objects eq ""} { stand_in::fail {Common 17-55} "set_property [lindex $pairs 0] expects at least one object" }
    foreach {property value} $pairs {
        foreach object $objects { project::set_one $property $value $object }
    }
}

proc project::set_one {property value object} {
    variable properties
    variable strategies
    switch -- $property {
        board_part { boards::check $value }
        strategy {
            if {$value ni $strategies} { stand_in::fail {Project 1-158} "there is no strategy '$value' for $object" }
            stand_in::say "INFO: STAND-IN: strategy $value for $object"
        }
        name { design::rename_port $object $value }
    }
    set properties($property,$object) $value
}

proc get_property {args} {
    lassign [lsearch -all -inline -not -exact $args -quiet] property object
    if {[info exists project::properties($property,$object)]} { return $project::properties($property,$object) }
    switch -- $property {
        DIRECTORY { return $project::directory }
        VLNV - NAME { return $object }
        CONFIG.ADDR_WIDTH { return [design::address_width $object] }
    }
    return ""
}

proc add_files {args} {
    set files [lrange $args end end]
    foreach file $files {
        if {![file exists $file]} {
            # The wrapper of a design that was made elsewhere is warned of only.
            if {[string match *_wrapper.v $file]} { stand_in::say "WARNING: \[filemgmt 56-12\] STAND-IN: no file $file"; continue }
            stand_in::fail {Vivado 12-172} "File or Directory '$file' does not exist"
        }
        if {$file ni $project::files} { lappend project::files $file }
    }
}

proc get_files {args} {
    if {"-filter" in $args} { return $project::files }
    set pattern [lindex $args end]
    set found [lsearch -all -inline -glob [concat $project::designs $project::files] *$pattern]
    if {$found eq ""} { stand_in::say "WARNING: \[Vivado 12-818\] STAND-IN: No files matched '$pattern'" }
    return $found
}

proc update_ip_catalog {args} {
    array unset project::catalog
    foreach repository [get_property ip_repo_paths [current_project]] {
        if {![file isdirectory $repository]} { stand_in::fail {IP_Flow 19-2207} "Repository '$repository' does not exist" }
        foreach component [stand_in::files_under $repository component.xml] {
            set text [stand_in::read_file $component]
            set vlnv {}
            foreach field {vendor library name version} {
                regexp "<spirit:$field>(\[^<\]*)<" $text -> value
                lappend vlnv $value
            }
            set project::catalog([join $vlnv :]) [file dirname $component]
        }
    }
}

# Whether there is such an IP, its directory if it is in a repository.
proc project::find_ip {vlnv} {
    variable catalog
    variable own_ip
    foreach prefix $own_ip { if {[string match $prefix* $vlnv]} { return built-in } }
    return [expr {[info exists catalog($vlnv)] ? $catalog($vlnv) : ""}]
}

proc get_ipdefs {args} {
    set filter [stand_in::option $args -filter]
    if {[regexp {NAME == (\w+)} $filter -> name]} { return xilinx.com:ip:$name:6.0 }
    foreach word $args { if {[string match xilinx.com:* $word]} { return [string map {* 1.0} $word] } }
    return ""
}

proc stand_in::files_under {directory name} {
    set found [glob -nocomplain -directory $directory -types f $name]
    foreach inner [glob -nocomplain -directory $directory -types d *] { lappend found {*}[files_under $inner $name] }
    return $found
}
