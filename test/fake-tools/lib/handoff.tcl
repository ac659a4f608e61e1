# The hardware hand-off file: what modules there are and, under the processing system, at which addresses.

namespace eval handoff {}

proc handoff::text {} {
    set plus [regexp {^xc(zu|k)} $project::part]
    regexp {^xc([a-z0-9]+?)[-]?((?:clg|sbg|ffvc|sfvc|sbva|ffvb|ffvg)\d+)-(.*)$} $project::part -> device package grade
    set modules ""
    foreach cell [lsort [get_bd_cells]] { append modules [handoff::module $cell $plus] }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\" ?>\n<!-- STAND-IN -->\n<EDKSYSTEM EDWVERSION=\"1.2\"\
        TIMESTAMP=\"[clock format [clock seconds]]\" VIVADOVERSION=\"$stand_in::version\">\n\n  <SYSTEMINFO\
        ARCH=\"[expr {$plus ? "zynquplus" : "zynq"}]\" BOARD=\"[get_property board_part [current_project]]\" DEVICE=\"$device\"\
        NAME=\"top\" PACKAGE=\"$package\" SPEEDGRADE=\"-$grade\"/>\n\n  <MODULES>\n$modules  </MODULES>\n\n</EDKSYSTEM>\n"
}

proc handoff::module {cell plus} {
    set vlnv $design::cells($cell)
    set type [lindex [split $vlnv :] 2]
    set ranges ""
    set class PERIPHERAL
    if {$cell eq "zynq_ps"} {
        set class PROCESSOR
        set bus [expr {$plus ? "M_AXI_HPM0_FPD" : "M_AXI_GP0"}]
        foreach {interface offset range} $design::segments {
            append ranges [handoff::range C_BASEADDR C_HIGHADDR $offset $range [file dirname $interface] $bus REGISTER [file tail $interface]]
        }
    }
    foreach interface [design::interfaces $vlnv] {
        if {![string match m_axi_* $interface]} continue
        append ranges [handoff::range C_DDR_BASEADDR C_DDR_HIGHADDR 0 0x20000000 zynq_ps $interface MEMORY S_AXI_HP0]
    }
    return "    <MODULE FULLNAME=\"/$cell\" HWVERSION=\"[lindex [split $vlnv :] 3]\" INSTANCE=\"$cell\" IPTYPE=\"$class\"\
        IS_ENABLE=\"1\" MODCLASS=\"$class\" MODTYPE=\"$type\" VLNV=\"$vlnv\">\n      <PARAMETERS>\n[handoff::parameters $cell]      </PARAMETERS>\n\
        <MEMORYMAP>\n$ranges      </MEMORYMAP>\n    </MODULE>\n"
}

proc handoff::range {base_name high_name offset range instance bus type slave} {
    return "        <MEMRANGE ADDRESSBLOCK=\"Reg0\" BASENAME=\"$base_name\" BASEVALUE=\"[format 0x%08X $offset]\" HIGHNAME=\"$high_name\"\
        HIGHVALUE=\"[format 0x%08X [expr {$offset + $range - 1}]]\" INSTANCE=\"$instance\" IS_DATA=\"TRUE\" IS_INSTRUCTION=\"TRUE\"\
        MASTERBUSINTERFACE=\"$bus\" MEMTYPE=\"$type\" SLAVEBUSINTERFACE=\"$slave\"/>\n"
}

proc handoff::parameters {cell} {
    set text ""
    foreach key [lsort [array names project::properties "CONFIG.*,$cell"]] {
        append text "        <PARAMETER NAME=\"[string range [lindex [split $key ,] 0] 7 end]\" VALUE=\"$project::properties($key)\"/>\n"
    }
    return $text
}
