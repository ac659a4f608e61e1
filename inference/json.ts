import type { Json } from '../base/json.ts';
import type { Result } from './infer.ts';
import type { View } from './view.ts';

/** The results as one object each; a value that is not finite is null, as JSON has no other. */
export function jsonOf(results: readonly Result[], view: View, emulated: boolean): readonly Json[] {
  return results.map(({ image, tensors }) => ({
    type: 'inference',
    image,
    emulated,
    ...(view.type === 'classes'
      ? {
          classes: view.rankedOf(tensors).map(({ class: index, name, score }) => ({
            class: index,
            ...(name === null ? {} : { name }),
            ...(score === null ? {} : { score }),
          })),
        }
      : {
          outputs: tensors.map(({ shape, values }, output) => ({
            name: view.outputs[output]?.name ?? '',
            shape,
            values: [...Float64Array.from(values, Number)],
          })),
        }),
  }));
}
