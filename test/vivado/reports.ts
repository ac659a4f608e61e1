/** The heart of a routed timing summary, with this worst setup slack in ns. */
export function timingReport(setup: number): string {
  return `Copyright 1986-2024 Xilinx, Inc. All Rights Reserved.
-----------------------------------------------------------------------------
| Tool Version : Vivado v.2024.2 (lin64)
| Date         : Sun Nov 22 18:30:00 2026
| Host         : builder running 64-bit Debian
| Command      : report_timing_summary -file top_wrapper_timing_summary_routed.rpt
| Design       : top_wrapper
-----------------------------------------------------------------------------

    WNS(ns)      TNS(ns)  TNS Failing Endpoints  TNS Total Endpoints      WHS(ns)      THS(ns)  THS Failing Endpoints  THS Total Endpoints     WPWS(ns)     TPWS(ns)  TPWS Failing Endpoints  TPWS Total Endpoints
    -------      -------  ---------------------  -------------------      -------      -------  ---------------------  -------------------     --------     --------  ----------------------  --------------------
     ${setup.toFixed(3)}        0.000                      0                10000        0.021        0.000                      0                10000        3.750        0.000                       0                 4000
`;
}

/** A hierarchical utilization report in XML with the whole design in its first row. */
export const utilizationReport = `<?xml version="1.0"?>
<RptDoc><section title="Utilization by Hierarchy"><table>
<tablerow><tableheader contents="Instance"/><tableheader contents="Module"/><tableheader contents="Total LUTs"/><tableheader contents="Logic LUTs"/><tableheader contents="FFs"/><tableheader contents="RAMB36"/><tableheader contents="RAMB18"/><tableheader contents="DSP Blocks"/></tablerow>
<tablerow><tablecell contents="top_wrapper"/><tablecell contents="(top)"/><tablecell contents="8200"/><tablecell contents="7000"/><tablecell contents="9100"/><tablecell contents="11"/><tablecell contents="3"/><tablecell contents="4"/></tablerow>
<tablerow><tablecell contents="  top_i"/><tablecell contents="top"/><tablecell contents="8100"/><tablecell contents="6900"/><tablecell contents="9000"/><tablecell contents="11"/><tablecell contents="3"/><tablecell contents="4"/></tablerow>
</table></section></RptDoc>
`;
