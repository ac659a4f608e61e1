import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readShape } from '../../finn/npy-file.ts';
import { readNpy } from '../../finn/npy.ts';
import { npy } from '../rig/npy.ts';
import { temporaryFolder } from '../rig/project.ts';

const source = { name: 'inputs (a.npy)', at: ['inputs'] };

test.each([
  ['an array', npy('<i4', [2, 3], new Int32Array(6)), '[2,3]'],
  ['a single value', npy('|u1', [], new Uint8Array(1)), '[]'],
  ['an empty file', new Uint8Array(), 'npy/corrupt'],
  ['a short file', Uint8Array.of(0x93), 'npy/corrupt'],
  ['a text', new TextEncoder().encode('not an array, but longer than its header'), 'npy/corrupt'],
  ['a header cut short', npy('|u1', [1], Uint8Array.of(1)).subarray(0, 40), 'npy/corrupt'],
  ['data cut short', npy('<i4', [3], Int32Array.of(1, 2)), 'npy/wrong-size'],
  ['strings', npy('<U3', [1], new Uint8Array(12)), 'npy/unsupported-type'],
])('the shape of %s is that of the whole file, or refused as that', async (_, bytes, shape) => {
  const path = join(temporaryFolder(), 'a.npy');
  writeFileSync(path, bytes);
  const codeOf = (error: unknown): string => (error as { readonly code: string }).code;
  const ofFile = await readShape(path, source).then((found) => JSON.stringify(found), codeOf);
  expect(ofFile).toBe(shape);
  const ofBytes = await Promise.resolve()
    .then(() => readNpy(bytes, source).shape)
    .then((found) => JSON.stringify(found), codeOf);
  expect(ofFile).toBe(ofBytes);
});
