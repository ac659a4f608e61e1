# A block design becomes an IP of its own: the wrapper, and the component that FINN packages it as.

proc make_wrapper {args} {
    set bd [stand_in::option $args -files]
    if {$bd eq ""} { stand_in::fail {Common 17-55} "make_wrapper -files expects at least one object" }
    set name [file rootname [file tail $bd]]
    set directory [file dirname $bd]
    if {$design::kind eq "implement" || $design::how eq "gen"} {
        set directory [string map [list /$project::name.srcs/ /$project::name.gen/] $directory]
    }
    set wrapper $directory/hdl/${name}_wrapper.v
    stand_in::write_file $wrapper "// STAND-IN\n//Date        : [clock format [clock seconds]]\n//Host        : [info hostname] running\nmodule ${name}_wrapper (input ap_clk, input ap_rst_n);\n$name ${name}_i();\nendmodule\n"
    if {"-import" in $args} { lappend project::files $wrapper }
    return $wrapper
}

namespace eval ipx {}
# What these return is only handed on to other commands of the packager.
foreach command {
    current_core find_open_core get_bus_parameters get_bus_interfaces get_address_spaces get_file_groups add_file_group
    add_file add_address_block add_memory_map
} {
    proc ipx::$command {args} [list return ipx_$command]
}

proc ipx::package_project {args} {
    set root [stand_in::option $args -root_dir]
    set name [stand_in::option $args -module]
    foreach file $project::files { stand_in::write_file $root/src/[file tail $file] [stand_in::read_file $file] }
    stand_in::write_file $root/src/$name.v [design::netlist $name]
    row vivado/stitched-copies
    foreach cell [get_bd_cells] {
        foreach file [glob -nocomplain [project::find_ip $design::cells($cell)]/hdl/verilog/*.dat] {
            stand_in::write_file $root/src/${name}_${cell}_0/hdl/verilog/[file tail $file] [stand_in::read_file $file]
        }
    }
    set body ""
    foreach port [lsort [dict keys $design::outside]] {
        append body "<spirit:busInterface><spirit:name>$port</spirit:name></spirit:busInterface>\n"
    }
    stand_in::write_file $root/component.xml \
        [stand_in::component_xml [stand_in::option $args -vendor] [stand_in::option $args -library] $name $body]
    stand_in::say "INFO: \[IP_Flow 19-234\] STAND-IN: packaged $name"
}

# The cells of the design, one a line: `IP VLNV PATH` or `MODULE NAME PATH`.
proc design::netlist {name} {
    variable cells
    set text "// STAND-IN for $name\nmodule $name (input ap_clk, input ap_rst_n);\n"
    foreach path [lsort [array names cells]] {
        if {$cells($path) eq ""} continue
        set kind [expr {[string match *:* $cells($path)] ? "IP" : "MODULE"}]
        append text "// $kind $cells($path) $path\n"
    }
    return "${text}endmodule\n"
}
