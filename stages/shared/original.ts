import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeJson } from './files.ts';

/** Writes the user's network as it is, with the quantiser whose integers each layer makes. */
export async function writeOriginal(
  directory: string,
  model: string,
  quantisers: ReadonlyMap<string, string>,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  await copyFile(model, join(directory, 'model.onnx'));
  await writeJson(directory, 'quantisers.json', { format: 1, layers: Object.fromEntries(quantisers) });
}

/** By layer the quantiser whose integers it makes, as `writeOriginal` wrote them. */
export async function readQuantisers(directory: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(directory, 'quantisers.json'), 'utf8');
  const { layers } = JSON.parse(text) as { readonly layers: { readonly [layer: string]: string } };
  return new Map(Object.entries(layers));
}
