import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Package } from '../../../../boards/package/directory.ts';
import { makePackage } from '../../../../boards/package/directory.ts';
import { packedByteLength } from '../../../../finn/packing.ts';
import { readRows } from '../rows.ts';
import type { Side } from './server.ts';

/**
 * Lays out what fake-accelerator.cpp and the server's configuration need; gives the paths for the latter. Unless told, the
 * buffer is so small that a batch of some images must go through it in pieces.
 */
export async function layOutFabric(
  folder: string,
  bufferBytes = 1 << 16,
): Promise<Readonly<Record<string, string>>> {
  const at = (...parts: readonly string[]): string => join(folder, ...parts);
  for (const each of [
    'manager',
    'firmware-folder/pipeline-board',
    'overlays',
    'buffer',
    'uio',
    'devices',
    'fclkcfg',
  ])
    await mkdir(at(each), { recursive: true });
  const files = {
    'manager/state': 'unknown\n',
    'manager/flags': '',
    'manager/firmware': '',
    'buffer/phys_addr': '0x1e000000\n',
    'buffer/size': `${bufferBytes}\n`,
    ...Object.fromEntries(['for_cpu', 'for_device'].map((name) => [`buffer/sync_${name}`, ''])),
    memory: '',
    'buffer-memory': '',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(at(name), text);
  readRows(at('rows'));
  // Files with holes stand for 4 GiB of physical memory and for the buffer.
  await truncate(at('memory'), 2 ** 32);
  await truncate(at('buffer-memory'), bufferBytes);
  return {
    fpgaManager: at('manager'),
    firmware: at('firmware-folder'),
    overlays: at('overlays'),
    memory: at('memory'),
    uio: at('uio'),
    devices: at('devices'),
    fclkcfg: at('fclkcfg'),
    buffer: at('buffer'),
    bufferDevice: at('buffer-memory'),
  };
}

export interface FabricNetwork {
  readonly input: Side;
  readonly output: Side;
  readonly foldedInput: readonly number[];
  readonly foldedOutput: readonly number[];
}

/** A package whose bitstream tells the fake logic what to be: `mode` is "works" or how it fails. Only simulated boards take it. */
export function fabricPackage(
  network: FabricNetwork,
  mode: string,
  change: {
    readonly bitstream?: Uint8Array;
    readonly accelerator?: object;
    readonly clockMHz?: number;
    readonly emulated?: boolean;
    /** Of one image in the logic. */
    readonly microseconds?: number;
  } = {},
): Package {
  const { input, output, foldedInput, foldedOutput } = network;
  const imageBytes = packedByteLength(foldedInput, input.datatype);
  const resultBytes = packedByteLength(foldedOutput, output.datatype);
  const configuration = `${imageBytes} ${resultBytes} ${change.microseconds ?? 50} ${mode}`;
  const bitstream =
    change.bitstream ??
    Buffer.concat([
      Buffer.alloc(64, 0xff),
      Buffer.of(0x66, 0x55, 0x99, 0xaa),
      Buffer.from(configuration.padEnd(64, '\0')),
    ]);
  const accelerator = change.accelerator ?? {
    format: 2,
    clock: { fclk0MHz: 100, acceleratorMHz: change.clockMHz ?? 100 },
    inputs: [{ name: 'idma0', address: 0x40000000, range: 4096, width: 64 }],
    outputs: [{ name: 'odma0', address: 0x40001000, range: 4096, width: 64 }],
  };
  return makePackage(
    {
      submodel: 'x',
      emulated: change.emulated ?? true,
      board: 'zedboard',
      part: 'xc7z020clg484-1',
      clockMHz: change.clockMHz ?? 100,
      input: { ...input, folded: foldedInput },
      output: { ...output, folded: foldedOutput },
      cycles: { perNode: { Not_0: 5000 }, max: 5000, total: 5000 },
      versions: { finn: null, vivado: null },
      bitstream: { design: null },
    },
    new Map([
      ['bitstream.bin', bitstream],
      ['accelerator.json', Buffer.from(JSON.stringify(accelerator))],
    ]),
  );
}
