import type { OnnxNode } from '../../onnx/model.ts';
import { rewriting } from './rewrite.ts';
import type { View } from './view.ts';

/** The model without operators that do nothing at inference, and without conversions between kinds of floats. */
export const withoutIdentities = rewriting((node, view) =>
  doesNothing(node, view) ? { same: node.inputs[0] ?? '' } : null,
);

function doesNothing(node: OnnxNode, view: View): boolean {
  const [input = '', , training = ''] = node.inputs;
  switch (node.domain === '' ? node.opType : '') {
    case 'Identity':
      return true;
    case 'Dropout':
      return node.outputs.length === 1 && (training === '' || isFalse(training, view));
    case 'Cast':
      return [input, ...node.outputs].every((name) => isFloat(name, view));
    default:
      return false;
  }
}

function isFalse(name: string, view: View): boolean {
  return Number(view.constantOf(name)?.values[0] ?? 1) === 0;
}

function isFloat(name: string, view: View): boolean {
  return view.shapeOf(name) !== null && view.typeOf(name).startsWith('float');
}
