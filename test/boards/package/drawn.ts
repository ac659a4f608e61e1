import type { DmaEngine } from '../../../boards/package/accelerator.ts';
import { encodeAccelerator } from '../../../boards/package/accelerator.ts';
import type { PackageDescription } from '../../../boards/package/format.ts';

/** A description of a package for a Zedboard that Vivado made. */
export const realAbout: Omit<PackageDescription, 'format' | 'files'> = {
  submodel: 'a'.repeat(64),
  emulated: false,
  board: 'zedboard',
  part: 'xc7z020clg484-1',
  clockMHz: 100,
  input: { shape: [1, 784], datatype: 'INT2', folded: [1, 49, 16] },
  output: { shape: [1, 64], datatype: 'UINT4', folded: [1, 4, 16] },
  cycles: { perNode: { MVAU_hls_0: 196, Thresholding_rtl_0: 4 }, max: 196, total: 200 },
  versions: { finn: '1.6.1', vivado: 'vivado v2024.2 (64-bit)' },
  bitstream: { design: 'top_wrapper;UserID=0XFFFFFFFF;Version=2024.2' },
};

export const idma0: DmaEngine = { name: 'idma0', address: 0x40000000, range: 4096, width: 64 };
export const odma0: DmaEngine = { name: 'odma0', address: 0x40001000, range: 4096, width: 32 };

/** What a clock wizard makes of 100 MHz when it is asked for 133. */
export const clock = { fclk0MHz: 100, acceleratorMHz: 133.33333 };

/** Padding and a sync word, as the kernel requires them. */
export const rawBytes = Buffer.from('ffffffffffffffff665599aa00000020', 'hex');

/** The payload of a package for a real board, optionally with changes; null omits a file. */
export function realPayload(
  change: { readonly [path: string]: Uint8Array | null } = {},
): ReadonlyMap<string, Uint8Array> {
  const files: { readonly [path: string]: Uint8Array | null } = {
    'bitstream.bin': rawBytes,
    'accelerator.json': encodeAccelerator({ clock, inputs: [idma0], outputs: [odma0] }),
    ...change,
  };
  return new Map(Object.entries(files).flatMap(([path, bytes]) => (bytes === null ? [] : [[path, bytes]])));
}
