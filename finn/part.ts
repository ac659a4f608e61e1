/** Whether an FPGA part belongs to a Versal family, whose DSPs multiply three lanes at once (FINN+ 1.6.1 `is_versal`). */
export function isVersal(part: string): boolean {
  return /^(xcv[cepm]|xqv[cm]|xqrvc|xcv80)/.test(part);
}
