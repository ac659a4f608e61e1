import { readFile } from 'node:fs/promises';
import type { Check, CheckContext } from '../../core/contracts/check.ts';
import type { NamedArray } from '../shared/array-checks.ts';
import { imagesCheck, namedArray, shapeText, unlessUnseen } from '../shared/array-checks.ts';
import type { SmokeParams } from './params.ts';

/** The arrays that a `smoke` compares, as far as they are known to belong together before the network is: their lengths. */
export function arrayChecks(context: CheckContext): readonly Check[] {
  const params = context.stage.params as SmokeParams;
  const against = (
    parameter: 'expected' | 'labels',
    look: (array: NamedArray, images: number) => unknown,
  ) => {
    if (params[parameter] === undefined) return [];
    const check: Check = {
      what: `${parameter} of ${context.stage.written}`,
      scope: 'project',
      look: () =>
        unlessUnseen(async () => {
          const array = await namedArray(context, parameter);
          const images = await imageCount(context);
          if (array !== null && images !== null) await look(array, images);
          return array === null || images === null ? null : shapeText(array);
        }),
    };
    return [check];
  };
  return [
    imagesCheck(context),
    ...against('expected', async (array, images) => {
      const { refuseFewer } = await import('./classes-file.ts');
      refuseFewer(array, 'results', images);
    }),
    ...against('labels', async ({ path, ...array }, images) => {
      const { readNpy } = await import('../../finn/npy.ts');
      const { classesIn } = await import('./classes.ts');
      const { values } = readNpy(await readFile(path), array.source);
      classesIn({ ...array, values }, images, params.classes ?? []);
    }),
  ];
}

/** How many images are used; null if their file has other problems. */
async function imageCount(context: CheckContext): Promise<number | null> {
  const images = await imagesCheck(context).look();
  const array = images?.ok === true ? await namedArray(context, 'inputs') : null;
  const { count } = context.stage.params as SmokeParams;
  const [available] = array?.shape ?? [];
  return available === undefined ? null : Math.min(count ?? available, available);
}
