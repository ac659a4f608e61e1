/** Registers of an engine, as seen by the processor. */
export interface Registers {
  readonly name: string;
  readonly address: number;
  /** Bytes. */
  readonly range: number;
}

/**
 * Why the processor of this part cannot reach each of these registers separately; null if it can. The smallest unit that
 * can be mapped is a page.
 */
export function registerProblem(engines: readonly Registers[], part: string): string | null {
  for (const { name, address, range } of engines) {
    if (address % page !== 0 || range < page || range % page !== 0)
      return `the registers of ${name}, ${range} bytes at ${hex(address)}, are not whole pages of ${page} bytes`;
    const isReached = logicOf(part).some(([from, to]) => address >= from && address + range <= to);
    if (!isReached)
      return `the registers of ${name} at ${hex(address)} are outside the addresses where the processor of ${part} reaches its logic`;
  }
  return overlap(engines);
}

/** A sentence about two registers that share addresses; null if none do. */
export function overlap(engines: readonly Registers[]): string | null {
  const byAddress = [...engines].sort((a, b) => a.address - b.address);
  for (const [index, { name, address, range }] of byAddress.entries()) {
    const next = byAddress[index + 1];
    if (next !== undefined && next.address < address + range)
      return `the registers of ${name} and ${next.name} share the address ${hex(next.address)}`;
  }
  return null;
}

const page = 4096;

/**
 * The ranges of addresses at which the processor reaches its programmable logic: M_AXI_GP0 and GP1 of a Zynq-7000
 * (UG585, "System-Level Address Map"), M_AXI_HPM0_FPD and HPM1_FPD of a Zynq UltraScale+ (UG1085, "Address Map").
 */
function logicOf(part: string): readonly (readonly [number, number])[] {
  if (part.startsWith('xc7z')) return [[0x4000_0000, 0xc000_0000]];
  return [
    [0xa000_0000, 0xc000_0000],
    [0x4_0000_0000, 0x6_0000_0000],
    [0x10_0000_0000, 0x80_0000_0000],
  ];
}

function hex(address: number): string {
  return `0x${address.toString(16)}`;
}
