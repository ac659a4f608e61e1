import { open } from 'node:fs/promises';
import type { ArraySource } from './npy.ts';
import { headerLength, readLayout } from './npy.ts';

/** The shape of the array in a .npy file, of which only the header is read; refuses as `readNpy` does. */
export async function readShape(path: string, source: ArraySource): Promise<readonly number[]> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const beginning = async (length: number): Promise<Uint8Array> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(length, size)), { position: 0 });
      return buffer.subarray(0, bytesRead);
    };
    return readLayout(await beginning(headerLength(await beginning(12))), size, source).shape;
  } finally {
    await file.close();
  }
}
