import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shownPath } from '../../base/shown-path.ts';
import type { WorkJob } from '../../core/contracts/types.ts';
import type { ArraySource, NumericArray } from '../../finn/npy.ts';
import { readNpy } from '../../finn/npy.ts';

/** An array with the place it comes from. */
export interface SourcedArray extends NumericArray {
  readonly source: ArraySource;
}

/** The array in `in/PARAMETER/FILE`, the .npy file that a parameter names; null if the user gave none. */
export async function readArrayFile(
  { inDir, fileNames }: Pick<WorkJob, 'inDir' | 'fileNames'>,
  parameter: string,
  file: string,
): Promise<SourcedArray | null> {
  const path = join(inDir, parameter, file);
  if (!existsSync(path)) return null;
  const source = { name: `${parameter} (${shownPath(fileNames[parameter] ?? file)})`, at: [parameter] };
  return { ...readNpy(await readFile(path), source), source };
}
