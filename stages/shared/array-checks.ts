import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { attemptLater } from '../../base/refusal.ts';
import type { Result } from '../../base/result.ts';
import { success } from '../../base/result.ts';
import { shownPath } from '../../base/shown-path.ts';
import type { Check, CheckContext } from '../../core/contracts/check.ts';
import type { ArraySource } from '../../finn/npy.ts';
import { networkInput } from './network-input.ts';

/** A .npy file that a parameter names, as far as it is known before the network. */
export interface NamedArray {
  readonly source: ArraySource;
  readonly shape: readonly number[];
  /** Absolute path of the file. */
  readonly path: string;
}

/** The images that the parameter `inputs` names: a .npy file that holds some, of the shape that the network takes. */
export function imagesCheck(context: CheckContext): Check {
  return {
    what: `images of ${context.stage.written}`,
    scope: 'project',
    look: () =>
      unlessUnseen(async () => {
        const { countImages, refuseNoImages } = await import('./images.ts');
        const images = await namedArray(context, 'inputs');
        if (images === null) return null;
        const shape = await networkInput(context);
        if (shape === null) refuseNoImages(images);
        else countImages(images, { shape });
        return shapeText(images);
      }),
  };
}

/** Runs work that may refuse; null if it returns null, because what it looks at cannot be seen. */
export async function unlessUnseen(work: () => Promise<string | null>): Promise<Result<string> | null> {
  const found = await attemptLater(work);
  if (!found.ok) return found;
  return found.value === null ? null : success(found.value);
}

export function shapeText({ shape }: Pick<NamedArray, 'shape'>): string {
  return `[${shape.join(', ')}]`;
}

/** The array that a parameter names, of whose file only the header is read; null if there is no such file. */
export async function namedArray(
  { stage: { params }, world }: Pick<CheckContext, 'stage' | 'world'>,
  parameter: string,
): Promise<NamedArray | null> {
  const written = params[parameter];
  if (typeof written !== 'string') return null;
  const path = resolve(world.project, written);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return null;
  const { readShape } = await import('../../finn/npy-file.ts');
  const source = { name: `${parameter} (${shownPath(written)})`, at: [parameter] };
  return { source, path, shape: await readShape(path, source) };
}
