import type { OnnxNode } from '../../onnx/model.ts';
import type { View } from './view.ts';

/** Whether a node on constants stays in the network, since it says in which datatype it has them. */
export function isKept(node: OnnxNode, view: View): boolean {
  switch (node.opType) {
    case 'BipolarQuant':
    case 'FloatQuant':
    case 'IntQuant':
    case 'Quant':
    case 'QuantizeLinear':
      return true;
    case 'DequantizeLinear':
      // That of a bias, whose sums are of 32 bits, is a constant like any other.
      return !view.typeOf(node.inputs[0] ?? '').endsWith('32');
    case 'Clip':
      return node.outputs.some((name) =>
        view.readersOf(name).some(({ opType }) => opType === 'DequantizeLinear'),
      );
    default:
      return false;
  }
}
