import sax from 'sax';
import { Refusal } from '../base/refusal.ts';
import { attributeText, firstLine } from './xml.ts';

/** The resources of the part that a routed design uses; `BRAM_18K` counts halves of a 36 kbit block. */
export interface Utilization {
  readonly LUT: number;
  readonly FF: number;
  readonly BRAM_18K: number;
  readonly URAM: number;
  readonly DSP: number;
}

/** Reads the total of a hierarchical utilization report in XML; refuses a report without its row `(top)`. */
export function readUtilization(xml: string): Utilization {
  const rows = tableRows(xml);
  const header = rows.find((row) => row.includes('Instance'));
  const top = rows.find((row) => row.includes('(top)'));
  if (header === undefined || top === undefined)
    throw new Refusal('vivado/bad-report', 'the utilization report has no row for the whole design');
  const amount = (column: string): number => {
    const at = header.indexOf(column);
    return at < 0 ? 0 : Number(top[at]);
  };
  return {
    LUT: amount('Total LUTs'),
    FF: amount('FFs'),
    BRAM_18K: 2 * amount('RAMB36') + amount('RAMB18'),
    URAM: amount('URAM'),
    DSP: amount('DSP Blocks') + amount('DSP48 Blocks'),
  };
}

/** The contents of the cells, row by row, of all tables. */
function tableRows(xml: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  const parser = sax.parser(true);
  parser.onopentag = ({ name, attributes }) => {
    if (name === 'tablerow') rows.push([]);
    if (name === 'tableheader' || name === 'tablecell')
      rows.at(-1)?.push(attributeText(attributes, 'contents').trim());
  };
  parser.onerror = (error) => {
    throw new Refusal('vivado/bad-report', `the utilization report is not XML: ${firstLine(error.message)}`);
  };
  parser.write(xml).close();
  return rows;
}
