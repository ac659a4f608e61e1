import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OnnxModel } from '../../onnx/model.ts';
import { modelPieces } from '../../onnx/write.ts';
import { writeInto, writeJson } from './files.ts';

/** Writes the user's network as it is, with the quantiser whose integers each layer makes. */
export async function writeOriginal(
  directory: string,
  model: OnnxModel,
  quantisers: ReadonlyMap<string, string>,
): Promise<void> {
  await writeInto(directory, 'model.onnx', modelPieces(model));
  await writeJson(directory, 'quantisers.json', { format: 1, layers: Object.fromEntries(quantisers) });
}

/** By layer the quantiser whose integers it makes, as `writeOriginal` wrote them. */
export async function readQuantisers(directory: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(directory, 'quantisers.json'), 'utf8');
  const { layers } = JSON.parse(text) as { readonly layers: { readonly [layer: string]: string } };
  return new Map(Object.entries(layers));
}
