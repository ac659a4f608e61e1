# Reports in Vivado's form; the figures depend on names only.

namespace eval reports {
    variable columns {
        {Total LUTs} 60 2500 {Logic LUTs} 50 2400 LUTRAMs 0 60 SRLs 0 60 FFs 60 3000 RAMB36 0 2 RAMB18 0 3 URAM 0 0
        {DSP Blocks} 0 3
    }
}

# Utilisation by hierarchy, as XML: a table with a row per instance, the figures of a cell include those of its parts.
proc reports::utilization {} {
    variable columns
    set rows {}
    set total [lrepeat [expr {[llength $columns] / 3}] 0]
    foreach cell [lsort [get_bd_cells]] {
        set inner {}
        set sum [reports::figures $cell]
        foreach {kind name path} [implement::parts $design::cells($cell)] {
            set figures [reports::figures $path]
            set sum [reports::add $sum $figures]
            lappend inner [list "      [file tail $path]" [lindex [split $name :] 2] $figures]
        }
        lappend rows [list "    $cell" top_${cell}_0 $sum] {*}$inner
        set total [reports::add $total $sum]
    }
    set head [list Instance Module {*}[lmap {column low high} $columns { set column }]]
    set text "<?xml version=\"1.0\"?>\n<!-- STAND-IN -->\n<RptDoc>\n<section title=\"Utilization by Hierarchy\">\n<table>\n<tablerow>[reports::cells tableheader $head]</tablerow>\n"
    foreach row [list [list top_wrapper (top) $total] [list "  top_i" top $total] {*}$rows] {
        lassign $row instance module figures
        append text "<tablerow>[reports::cells tablecell [list $instance $module {*}$figures]]</tablerow>\n"
    }
    return "$text</table>\n</section>\n</RptDoc>\n"
}

proc reports::cells {tag contents} {
    return [join [lmap content $contents { string cat "<$tag contents=\"" $content "\"/>" }] ""]
}

proc reports::figures {name} {
    variable columns
    return [lmap {column low high} $columns { stand_in::figure $name$column $low $high }]
}

proc reports::add {left right} { return [lmap one $left other $right { expr {$one + $other} }] }

# The summary of the routed design's timing and its worst path, by the slack in ns.
proc reports::timing {slack} {
    row vivado/timing-report
    set failing [expr {$slack < 0 ? 40 : 0}]
    set verdict [expr {$slack < 0 ? "Timing constraints are not met." : "All user specified timing constraints are met."}]
    set rule [string repeat - 96]
    return "STAND-IN. Tool Version : Vivado v.$stand_in::version\n$rule\n| Design Timing Summary\n| ---------------------\n$rule\n
    WNS(ns)      TNS(ns)  TNS Failing Endpoints  TNS Total Endpoints      WHS(ns)      THS(ns)  THS Failing Endpoints  THS Total Endpoints     WPWS(ns)     TPWS(ns)  TPWS Failing Endpoints  TPWS Total Endpoints
    -------      -------  ---------------------  -------------------      -------      -------  ---------------------  -------------------     --------     --------  ----------------------  --------------------
[format {     %6.3f      %7.3f  %21d  %19d        0.021        0.000                      0                10000        3.750        0.000                       0                  4000} $slack [expr {$failing * $slack}] $failing 10000]\n\n\n$verdict\n

Max Delay Paths
$rule
Slack ([expr {$slack < 0 ? "VIOLATED" : "MET"}]) :            ${slack}ns  (required time - arrival time)
  Source:                 top_i/idma0/inst/STAND-IN_reg\[0\]/C
                            (rising edge-triggered cell FDRE clocked by clk)
  Destination:            top_i/StreamingDataflowPartition_1/inst/STAND-IN_reg\[7\]/D
                            (rising edge-triggered cell FDRE clocked by clk)
  Path Group:             clk
  Path Type:              Setup (Max at Slow Process Corner)
  Requirement:            10.000ns
  Data Path Delay:        9.597ns  (logic 0.580ns (6.044%)  route 9.017ns (93.956%))
  Logic Levels:           1  (LUT5=1)
"
}
