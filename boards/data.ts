import { nameHint } from '../base/suggest.ts';
import { Refusal } from '../base/refusal.ts';

/** What a board's programmable logic offers, in the units of FINN's estimates (`BRAM_18K`: halves of a 36 kbit block). */
export interface BoardResources {
  readonly LUT: number;
  readonly BRAM_18K: number;
  readonly DSP: number;
  readonly URAM: number;
  /** Flip-flops; FINN estimates none. */
  readonly FF: number;
}

export interface BoardType {
  readonly name: string;
  /** Part name with package and speed grade, as Vivado requires it. */
  readonly part: string;
  /**
   * Vivado's names of the board definition, which presets the processor system: by different publishers, the preferred one
   * first. Which of them a Vivado has depends on the board files beside it.
   */
  readonly boardParts: readonly [string, ...string[]];
  /** The name FINN+ 1.6.1 registers the board under; it does not know the Zedboard until that is registered. */
  readonly finnName: string;
  readonly resources: BoardResources;
  /** Bits per transfer of the accelerator's memory ports. */
  readonly portWidth: number;
  /** What the PLLs of the processor multiply, in MHz; null for a processor that the board's server does not support. */
  readonly crystalMegahertz: number | null;
  /** The fabric clocks that a clock manager of the FPGA can make; the logic may well be too slow for the highest. */
  readonly clockMHz: ClockRange;
  /** Duration of one reconfiguration, from the request to its confirmation; used by the time model only. */
  readonly reconfiguration: Reconfiguration;
}

/** In MHz, both included. */
export interface ClockRange {
  readonly least: number;
  readonly most: number;
}

/** A duration in seconds, and the board type on which it was measured. */
export interface Reconfiguration {
  readonly seconds: number;
  readonly measuredOn: string;
}

/** Published for the Zedboard; for no other board type is there a figure. */
const zedboards: Reconfiguration = { seconds: 0.2298, measuredOn: 'zedboard' };

const zynq7020: BoardResources = { LUT: 53_200, BRAM_18K: 280, DSP: 220, URAM: 0, FF: 106_400 };

/** Of a Zynq 7000 with speed grade -1. What the larger boards can make is supposed to be within it. */
const clockManager: ClockRange = { least: 4.69, most: 800 };

/** Every board type this version knows; docs/facts.md says where each figure comes from. */
export const boardTypes: readonly BoardType[] = [
  {
    name: 'zedboard',
    part: 'xc7z020clg484-1',
    boardParts: [
      'avnet.com:zedboard:part0:1.4',
      'avnet-tria:zedboard:part0:1.5',
      'digilentinc.com:zedboard:part0:1.1',
      'digilentinc.com:zedboard:part0:1.0',
    ],
    finnName: 'ZedBoard',
    resources: zynq7020,
    portWidth: 64,
    crystalMegahertz: 100 / 3,
    clockMHz: clockManager,
    reconfiguration: zedboards,
  },
  {
    name: 'pynq-z1',
    part: 'xc7z020clg400-1',
    boardParts: ['www.digilentinc.com:pynq-z1:part0:1.0'],
    finnName: 'Pynq-Z1',
    resources: zynq7020,
    portWidth: 64,
    crystalMegahertz: 50,
    clockMHz: clockManager,
    reconfiguration: zedboards,
  },
  {
    name: 'pynq-z2',
    part: 'xc7z020clg400-1',
    boardParts: ['tul.com.tw:pynq-z2:part0:1.0'],
    finnName: 'Pynq-Z2',
    resources: zynq7020,
    portWidth: 64,
    crystalMegahertz: 50,
    clockMHz: clockManager,
    reconfiguration: zedboards,
  },
  {
    name: 'zcu104',
    part: 'xczu7ev-ffvc1156-2-e',
    boardParts: ['xilinx.com:zcu104:part0:1.1'],
    finnName: 'ZCU104',
    resources: { LUT: 230_000, BRAM_18K: 610, DSP: 1728, URAM: 92, FF: 460_000 },
    portWidth: 128,
    crystalMegahertz: null,
    clockMHz: clockManager,
    reconfiguration: zedboards,
  },
  {
    name: 'kv260',
    part: 'xck26-sfvc784-2LV-c',
    boardParts: ['xilinx.com:kv260_som:part0:1.3'],
    finnName: 'KV260_SOM',
    resources: { LUT: 117_120, BRAM_18K: 288, DSP: 1248, URAM: 64, FF: 234_240 },
    portWidth: 128,
    crystalMegahertz: null,
    clockMHz: clockManager,
    reconfiguration: zedboards,
  },
];

/**
 * What a build for a board type needs besides its part. For FINN: its name there, port width in bits, family of the chip.
 * For Vivado: the names of its board definition.
 */
export function platformOf({ part, finnName, boardParts, portWidth }: BoardType) {
  const family = part.startsWith('xc7z') ? 'zynq_7000' : 'zynq_us+';
  return { finn: { finnName, portWidth, family }, boardParts };
}

export type Platform = ReturnType<typeof platformOf>;

/** The board type of this name; refuses an unknown one with the nearest name and the list. */
export function boardType(name: string): BoardType {
  const found = boardTypes.find((type) => type.name === name);
  if (found !== undefined) return found;
  throw new Refusal(
    'board/unknown-type',
    `there is no board type "${name}"`,
    nameHint(
      name,
      boardTypes.map((type) => type.name),
    ),
  );
}
