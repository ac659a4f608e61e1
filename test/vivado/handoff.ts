/** One engine of a handoff: the place of its registers and the parameters of its ports; null omits one. */
export interface DrawnEngine {
  readonly name: string;
  readonly base?: string | null;
  readonly high?: string;
  readonly width?: string | null;
}

const engines: readonly DrawnEngine[] = [
  { name: 'idma0', base: '0x40000000', high: '0x40000FFF' },
  { name: 'odma0', base: '0x40001000', high: '0x40001FFF' },
];

/** A `.hwh` in the structure in which Vivado 2022.2 writes that of FINN's Zynq shell. */
export function handoff(
  drawn: readonly DrawnEngine[] = engines,
  {
    processor = 'processing_system7',
    more = '',
    fclk0 = '100',
    clock = '100.00000',
  }: { processor?: string; more?: string; fclk0?: string | null; clock?: string | null } = {},
): string {
  const modules = drawn.map(
    ({
      name,
      width = '64',
    }) => `    <MODULE COREREVISION="2" FULLNAME="/${name}" HWVERSION="1.0" INSTANCE="${name}" IPTYPE="PERIPHERAL" IS_ENABLE="1" MODCLASS="PERIPHERAL" MODTYPE="StreamingDataflowPartition_0" VLNV="xilinx_finn:finn:StreamingDataflowPartition_0:1.0">
      <PARAMETERS>
        <PARAMETER NAME="Component_Name" VALUE="top_${name}_0"/>
      </PARAMETERS>
      <BUSINTERFACES>
        <BUSINTERFACE BUSNAME="axi_interconnect_0_M00_AXI" DATAWIDTH="32" NAME="s_axi_control_0" TYPE="SLAVE" VLNV="xilinx.com:interface:aximm:1.0">
          <PARAMETER NAME="DATA_WIDTH" VALUE="32"/>
          <PARAMETER NAME="ADDR_WIDTH" VALUE="6"/>
        </BUSINTERFACE>
        <BUSINTERFACE BUSNAME="${name}_m_axi_gmem0" NAME="m_axi_gmem0" TYPE="MASTER" VLNV="xilinx.com:interface:aximm:1.0">
${width === null ? '' : `          <PARAMETER NAME="DATA_WIDTH" VALUE="${width}"/>\n`}        </BUSINTERFACE>
      </BUSINTERFACES>
      <MEMORYMAP>
        <MEMRANGE ADDRESSBLOCK="HP0_DDR_LOWOCM" BASENAME="C_BASEADDR" BASEVALUE="0x00000000" HIGHNAME="C_HIGHADDR" HIGHVALUE="0x1FFFFFFF" INSTANCE="zynq_ps" MASTERBUSINTERFACE="m_axi_gmem0" MEMTYPE="MEMORY" SLAVEBUSINTERFACE="S_AXI_HP0"/>
      </MEMORYMAP>
    </MODULE>
`,
  );
  const map = drawn.map(({ name, base = '0x40000000', high = '0x40000FFF' }) =>
    base === null ? '' : registers(name, base, high),
  );
  return `<?xml version="1.0" encoding="UTF-8" standalone="no" ?>
<EDKSYSTEM EDWVERSION="1.2" TIMESTAMP="Sun Nov 22 18:30:00 2026" VIVADOVERSION="2022.2">
  <EXTERNALINTERFACES>
    <BUSINTERFACE BUSNAME="zynq_ps_DDR" DATAWIDTH="8" NAME="DDR" TYPE="INITIATOR">
      <PARAMETER NAME="DATA_WIDTH" VALUE="8"/>
    </BUSINTERFACE>
  </EXTERNALINTERFACES>
  <MODULES>
${modules.join('')}${clock === null ? '' : clockWizard(clock)}    <MODULE FULLNAME="/zynq_ps" HWVERSION="5.5" INSTANCE="zynq_ps" IPTYPE="PERIPHERAL" IS_PL="FALSE" MODTYPE="${processor}" VLNV="xilinx.com:ip:${processor}:5.5">
      <PARAMETERS>
${fclk0 === null ? '' : `        <PARAMETER NAME="${processor === 'processing_system7' ? 'PCW_FPGA0_PERIPHERAL_FREQMHZ' : 'PSU__CRL_APB__PL0_REF_CTRL__FREQMHZ'}" VALUE="${fclk0}"/>\n`}      </PARAMETERS>
      <MEMORYMAP>
${map.join('')}${more}      </MEMORYMAP>
    </MODULE>
  </MODULES>
</EDKSYSTEM>
`;
}

/** Makes the accelerator's clock in the shell of FINN+ 1.6.1. */
function clockWizard(clock: string): string {
  return `    <MODULE FULLNAME="/clk_wiz_0" HWVERSION="6.0" INSTANCE="clk_wiz_0" IPTYPE="PERIPHERAL" MODCLASS="PERIPHERAL" MODTYPE="clk_wiz" VLNV="xilinx.com:ip:clk_wiz:6.0">
      <PARAMETERS>
        <PARAMETER NAME="CLKOUT1_OUT_FREQ" VALUE="${clock}"/>
      </PARAMETERS>
    </MODULE>
`;
}

/** A range of registers in the memory map of the processor. */
export function registers(name: string, base: string, high: string): string {
  return `        <MEMRANGE ADDRESSBLOCK="Reg0" BASENAME="C_BASEADDR" BASEVALUE="${base}" HIGHNAME="C_HIGHADDR" HIGHVALUE="${high}" INSTANCE="${name}" MASTERBUSINTERFACE="M_AXI_GP0" MEMTYPE="REGISTER" SLAVEBUSINTERFACE="s_axi_control_0"/>\n`;
}
