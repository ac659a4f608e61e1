import { elementCount } from '../../base/shape.ts';
import type { OnnxNode } from '../../onnx/model.ts';
import { integerOf, integersOf, withAttribute } from './attributes.ts';
import { shapeMade } from './evaluate.ts';
import { constantReshape } from './reshapes.ts';
import type { Rewrite } from './rewrite.ts';
import { joined, rewriting } from './rewrite.ts';
import type { View } from './view.ts';

/**
 * The model with averages over whole images as GlobalAveragePool, and without `ceil_mode` where no window reaches beyond the
 * image. An average whose lowest bits a Trunc cuts off remains, because both become one layer.
 */
export const withPlainPools = rewriting((node, view) => {
  const shape = view.shapeOf(node.inputs[0] ?? '');
  if (shape === null || view.shapeOf(node.outputs[0] ?? '') === null) return null;
  switch (node.domain === '' ? node.opType : '') {
    case 'ReduceMean':
      return isOverImage(node, shape, view) ? globalAverage(node, view) : null;
    case 'AveragePool':
      return isOfWholeImage(node, shape) && !isTruncated(node, view)
        ? globalAverage(node, view)
        : withoutCeiling(node, view);
    case 'MaxPool':
      return withoutCeiling(node, view);
    default:
      return null;
  }
});

function globalAverage(node: OnnxNode, view: View): Rewrite {
  const [input = ''] = node.inputs;
  const [output = ''] = node.outputs;
  const pool = (made: string): OnnxNode => ({
    ...node,
    opType: 'GlobalAveragePool',
    inputs: [input],
    outputs: [made],
    attributes: new Map(),
  });
  const [before, after] = [view.shapeOf(input) ?? [], view.shapeOf(output) ?? []];
  if (before.length === after.length) return { nodes: [pool(output)] };
  const pooled = `${output}:pooled`;
  return joined([{ nodes: [pool(pooled)] }, constantReshape({ ...node, inputs: [pooled] }, after)]);
}

/** Since version 18, the axes are an input. */
function isOverImage(node: OnnxNode, { length: rank }: readonly number[], view: View): boolean {
  const stated =
    view.versionOf(node) < 18
      ? integersOf(node, 'axes')
      : [...(view.constantOf(node.inputs[1] ?? '')?.values ?? [])].map(Number);
  const axes = new Set(stated?.map((axis) => (axis < 0 ? axis + rank : axis)));
  return rank > 2 && axes.size === rank - 2 && !axes.has(0) && !axes.has(1);
}

function isOfWholeImage(node: OnnxNode, [, , ...image]: readonly number[]): boolean {
  const isPadded = [...(integersOf(node, 'pads') ?? [])].some((size) => size !== 0);
  const isSpread = [...(integersOf(node, 'dilations') ?? [])].some((size) => size !== 1);
  return integersOf(node, 'kernel_shape')?.join() === image.join() && !isPadded && !isSpread;
}

/** Whether a Trunc follows, with or without arithmetic by constants in between. */
function isTruncated({ outputs: [output = ''] }: OnnxNode, view: View): boolean {
  return view.readersOf(output).some((reader) => {
    switch (reader.opType) {
      case 'Trunc':
        return true;
      case 'Mul':
      case 'Div':
        return isTruncated(reader, view);
      default:
        return false;
    }
  });
}

/** With as many windows as without `ceil_mode`, all of them are the same. */
function withoutCeiling(node: OnnxNode, view: View): Rewrite | null {
  if (integerOf(node, 'ceil_mode', 0) === 0) return null;
  const floored = withAttribute(node, 'ceil_mode', { type: 'int', value: 0 });
  const [fewest, windows] = [shapeMade(floored, view), view.shapeOf(node.outputs[0] ?? '')];
  return elementCount(fewest ?? []) === elementCount(windows ?? []) ? { nodes: [floored] } : null;
}
