import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Json } from '../../base/json.ts';
import type { OnnxTensor } from '../../onnx/model.ts';
import type { Host } from '../shared/host.ts';

/** What the results of the cluster are worth. */
export interface Judgement {
  /** The first images as lines of a table. */
  readonly table: readonly string[];
  /** One line: how many images are as expected, and how many are right. */
  readonly totals: string;
  /** If an image is not as expected. */
  readonly problem: Diagnostic | null;
  /** Its members of smoke.json. */
  readonly report: { readonly [name: string]: Json };
}

/** Judges the results: for each image one tensor per output. */
export type Judge = (results: readonly (readonly OnnxTensor[])[]) => Judgement;

export type Outputs = Host['part']['outputs'];

/** What a network returns for an image, in words. */
export function returned(outputs: Outputs): string {
  return outputs
    .map(({ name, shape, datatype }) => {
      const values = `values of shape [${shape.join(', ')}] (${datatype})`;
      return outputs.length === 1 ? values : `${name}: ${values}`;
    })
    .join(', ');
}
