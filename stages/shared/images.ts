import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostOps } from '../../finn/host/host-part.ts';
import { readNpy } from '../../finn/npy.ts';
import type { IntegerTensor } from '../../finn/tensor.ts';
import { elementCount } from '../../base/shape.ts';
import { Refusal } from '../../base/refusal.ts';

/** `in/host/host.json`; refuses other formats. */
export async function readHostPart(inDir: string): Promise<HostOps> {
  const host = JSON.parse(await readFile(join(inDir, 'host', 'host.json'), 'utf8')) as { format: unknown };
  if (host.format === 1) return host as HostOps;
  throw new Refusal(
    'host/unknown-format',
    `host.json has format ${JSON.stringify(host.format)}; this version reads format 1`,
    'run preprocess again with this version',
  );
}

/** The first `count` images (null: all) of `in/inputs/images.npy`, each in the shape that the host part requires. */
export async function readImages(
  inDir: string,
  { input }: HostOps,
  count: number | null,
): Promise<readonly IntegerTensor[]> {
  const all = readNpy(await readFile(join(inDir, 'inputs', 'images.npy')));
  const size = elementCount(input.shape);
  const available = all.shape[0] ?? 0;
  if (available === 0 || all.data.length !== available * size)
    throw new Refusal(
      'images/wrong-shape',
      `the network takes images of shape [${input.shape.join(', ')}], but images.npy holds [${all.shape.join(', ')}]`,
    );

  return Array.from({ length: Math.min(count ?? available, available) }, (_, image) => ({
    shape: input.shape,
    data: all.data.subarray(image * size, (image + 1) * size),
  }));
}
