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
    set class {IPTYPE="PERIPHERAL" IS_ENABLE="1" MODCLASS="PERIPHERAL"}
    set blocks ""
    if {$cell eq "zynq_ps"} {
        set class {IPTYPE="PERIPHERAL" IS_ENABLE="1" IS_PL="FALSE"}
        set bus [expr {$plus ? "M_AXI_HPM0_FPD" : "M_AXI_GP0"}]
        foreach {interface offset range} $design::segments {
            append ranges [handoff::range Reg0 $offset $range [file dirname $interface] $bus REGISTER [file tail $interface]]
        }
    }
    set ports ""
    set parameters [handoff::parameters $cell]
    foreach interface [design::interfaces $vlnv] {
        append ports [handoff::port $cell $interface $plus]
        if {[string match m_axi_* $interface]} {
            lassign [expr {$plus ? {HP0_DDR_LOW S_AXI_HP0_FPD} : {HP0_DDR_LOWOCM S_AXI_HP0}}] block slave
            append ranges [handoff::range $block 0 0x20000000 zynq_ps $interface MEMORY $slave]
        }
        foreach {segment offset range} $design::segments {
            if {$segment ne "$cell/$interface"} continue
            append blocks "        <ADDRESSBLOCK ACCESS=\"\" INTERFACE=\"$interface\" NAME=\"Reg0\" RANGE=\"$range\" USAGE=\"register\"/>\n"
            append parameters [handoff::parameter C_BASEADDR [format 0x%08X $offset]]\
                [handoff::parameter C_HIGHADDR [format 0x%08X [expr {$offset + $range - 1}]]]
        }
    }
    set inside ""
    foreach {name rows} [list ADDRESSBLOCKS $blocks PARAMETERS $parameters BUSINTERFACES $ports MEMORYMAP $ranges] {
        append inside [expr {$rows eq "" ? "      <$name/>\n" : "      <$name>\n$rows      </$name>\n"}]
    }
    return "    <MODULE COREREVISION=\"1\" FULLNAME=\"/$cell\" HWVERSION=\"[lindex [split $vlnv :] 3]\" INSTANCE=\"$cell\"\
        $class MODTYPE=\"$type\" VLNV=\"$vlnv\">\n      <DOCUMENTS/>\n$inside    </MODULE>\n"
}

# One bus interface with the widths that the real tool tells; a memory port is as wide as the processor's.
proc handoff::port {cell interface plus} {
    switch -glob -- $interface {
        s_axi_* { set facts [list SLAVE 32 AXI4LITE [design::address_width $interface]] }
        m_axi_* { set facts [list MASTER [expr {$plus ? 128 : 64}] AXI4 64] }
        default { return "" }
    }
    lassign $facts role width protocol address
    set parameters ""
    foreach {name value} [list DATA_WIDTH $width PROTOCOL $protocol ADDR_WIDTH $address] {
        append parameters "  [handoff::parameter $name $value]"
    }
    return "        <BUSINTERFACE BUSNAME=\"${cell}_$interface\" DATAWIDTH=\"$width\" NAME=\"$interface\" TYPE=\"$role\"\
        VLNV=\"xilinx.com:interface:aximm:1.0\">\n$parameters        </BUSINTERFACE>\n"
}

proc handoff::range {block offset range instance bus type slave} {
    return "        <MEMRANGE ADDRESSBLOCK=\"$block\" BASENAME=\"C_BASEADDR\" BASEVALUE=\"[format 0x%08X $offset]\" HIGHNAME=\"C_HIGHADDR\"\
        HIGHVALUE=\"[format 0x%08X [expr {$offset + $range - 1}]]\" INSTANCE=\"$instance\" IS_DATA=\"TRUE\" IS_INSTRUCTION=\"TRUE\"\
        MASTERBUSINTERFACE=\"$bus\" MEMTYPE=\"$type\" SLAVEBUSINTERFACE=\"$slave\"/>\n"
}

proc handoff::parameters {cell} {
    set text [handoff::parameter Component_Name top_${cell}_0]
    foreach key [lsort [array names project::properties "CONFIG.*,$cell"]] {
        set name [string range [lindex [split $key ,] 0] 7 end]
        append text [handoff::parameter $name $project::properties($key)]
        # The clock that a wizard makes is the one that it is asked for.
        if {$name eq "CLKOUT1_REQUESTED_OUT_FREQ"} {
            row shell/clock-in-handoff
            append text [handoff::parameter CLKOUT1_OUT_FREQ [format %.5f $project::properties($key)]]
        }
    }
    return $text
}

proc handoff::parameter {name value} { return "        <PARAMETER NAME=\"$name\" VALUE=\"$value\"/>\n" }
