import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findVendorTools } from '../../toolchain/vivado.ts';
import { temporaryFolder, writeIn } from '../rig/project.ts';

const { signal } = new AbortController();

function pathWith(programs: { readonly [name: string]: string }): string {
  const folder = temporaryFolder();
  for (const [name, script] of Object.entries(programs)) {
    writeIn(folder, name, `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

it.each(['vivado v2024.2 (64-bit)', 'Vivado v2024.2 (64-bit)'])(
  'reads the version out of %j',
  async (line) => {
    const PATH = pathWith({ vivado: `echo '${line}'; echo 'SW Build 5239630'`, vitis_hls: 'exit 1' });
    expect(await findVendorTools({ PATH }, signal)).toEqual({
      vivado: { path: join(PATH, 'vivado'), version: '2024.2' },
      hls: { path: join(PATH, 'vitis_hls') },
    });
  },
);

it('reports that a Vivado does not show its version', async () => {
  const PATH = pathWith({ vivado: 'echo no licence; exit 1', 'vitis-run': 'exit 1' });
  expect(await findVendorTools({ PATH }, signal)).toEqual({
    vivado: { path: join(PATH, 'vivado'), version: null },
    hls: { path: join(PATH, 'vitis-run') },
  });
});

it('finds nothing in empty folders, and ignores files that are not executable', async () => {
  const PATH = pathWith({});
  writeIn(PATH, 'vivado', 'echo');
  expect(await findVendorTools({ PATH }, signal)).toEqual({ vivado: null, hls: null });
  expect(await findVendorTools({}, signal)).toEqual({ vivado: null, hls: null });
});
