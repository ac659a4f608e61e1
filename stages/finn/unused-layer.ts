import type { Diagnostic } from '../../base/diagnostic.ts';
import { warning } from '../../base/diagnostic.ts';
import type { OnnxNode } from '../../onnx/model.ts';
import { labelOf } from '../../qonnx/operators/operator.ts';

/** The warning about a layer of the user's network that tidying drops. */
export function unusedLayer(node: OnnxNode): Diagnostic {
  return warning(
    'lower/unused-layer',
    `${labelOf(node)} leads to no output of the network, and no hardware is made for it`,
    { hint: 'if it should, make its result an output of the network when you export it' },
  );
}
