import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { WorkJob } from '../../core/contracts/types.ts';
import { withDistinctNames } from '../../onnx/distinct-names.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import { readModel } from '../../onnx/read.ts';

/**
 * The user's network in `in/model/model.onnx`; the values that it keeps in another file are read from `in/data/model.data`, if
 * the user's name of that is the one that the network states. Names that several nodes have are left out, since a layer is compared
 * with a quantiser by its name.
 */
export async function readNetwork({
  inDir,
  fileNames,
}: Pick<WorkJob, 'inDir' | 'fileNames'>): Promise<OnnxModel> {
  const data = join(inDir, 'data', 'model.data');
  const beside = (name: string): Uint8Array | null =>
    existsSync(data) && basename(fileNames['data'] ?? '') === name ? readFileSync(data) : null;
  return withDistinctNames(readModel(await readFile(join(inDir, 'model', 'model.onnx')), beside));
}
