import { greatestCommonDivisor } from '../bits.ts';
import { pythonLog2 } from '../python-log2.ts';

/**
 * LUTs of a converter between streams of these widths in bits: FINN+ 1.6.1 `StreamingDataWidthConverter.lut_estimation`,
 * with shift registers sized by the least common multiple if neither width divides the other.
 */
export function widthConverterLuts(input: number, output: number): number {
  const between = (input / greatestCommonDivisor(input, output)) * output;
  const widened = input === between ? 0 : Math.abs(Math.ceil(pythonLog2(input / between))) + between;
  const narrowed = between === output ? 0 : Math.abs(Math.ceil(pythonLog2(between / output))) + output;
  return widened + narrowed;
}
