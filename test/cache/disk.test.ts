import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { diskStore } from '../../cache/disk/store.ts';
import { temporaryFolder } from '../rig/project.ts';
import { storeContract } from './contract.ts';

const blobPath = (folder: string, digest: string) => join(folder, 'cas', digest.slice(0, 2), digest);

storeContract('disk', {
  open: (folder) => diskStore(folder, Date.now),
  damage(folder, { digest }, contents) {
    const path = blobPath(folder, digest);
    rmSync(path, { force: true });
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  },
});

it('treats a half-written record as a miss', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'ac', 'ff', 'f'.repeat(64));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '{"fingerprint":"fff');
  expect(await diskStore(folder, Date.now).find('f'.repeat(64))).toBeNull();
});
