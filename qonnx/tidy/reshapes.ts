import type { OnnxNode } from '../../onnx/model.ts';
import { shapeMade } from './evaluate.ts';
import type { Replacement } from './rewrite.ts';
import { integers, rewriting } from './rewrite.ts';
import type { View } from './view.ts';

/**
 * The model with a Reshape in place of each Squeeze and Unsqueeze, with constant shapes, [1, -1] for a matrix of one row, without those in front of a Reshape
 * or Flatten, and without those that keep the shape.
 */
export const withPlainReshapes = rewriting((node, view) => {
  const [input = ''] = node.inputs;
  const [output = ''] = node.outputs;
  const after = view.shapeOf(output);
  if (node.domain !== '' || after === null || !view.isActivation(input)) return null;
  const from = beforeReshapes(input, view);
  switch (node.opType) {
    case 'Reshape':
    case 'Squeeze':
    case 'Unsqueeze':
      if (view.shapeOf(from)?.join() === after.join()) return { same: from };
      return node.opType === 'Reshape' && from === input && isStated(node, after, view)
        ? null
        : constantReshape({ ...node, inputs: [from] }, after);
    case 'Flatten': {
      const flat = { ...node, inputs: [from] };
      return from !== input && shapeMade(flat, view)?.join() === after.join() ? { nodes: [flat] } : null;
    }
    default:
      return null;
  }
});

/** Whether a Reshape has a constant shape, for a matrix of one row as people flatten. */
function isStated(node: OnnxNode, after: readonly number[], view: View): boolean {
  const stated = view.constantOf(node.inputs[1] ?? '');
  return stated !== null && !(isRow(after) && Number(stated.values[1]) > 0);
}

function isRow(shape: readonly number[]): boolean {
  return shape.length === 2 && shape[0] === 1;
}

/** The tensor whose values a chain of Reshapes passes on. */
function beforeReshapes(name: string, view: View): string {
  const producer = view.producerOf(name);
  const isReshape = ['Reshape', 'Squeeze', 'Unsqueeze'].includes(producer?.opType ?? '');
  const [input = ''] = producer?.inputs ?? [];
  return isReshape && view.isActivation(input) ? beforeReshapes(input, view) : name;
}

/** The Reshape, under the name of a node, of its first input to its first output, which is of this shape. */
export function constantReshape(node: OnnxNode, shape: readonly number[]): Replacement {
  const [input = ''] = node.inputs;
  const [output = ''] = node.outputs;
  const stated = `${output}:shape`;
  return {
    nodes: [
      {
        ...node,
        opType: 'Reshape',
        domain: '',
        inputs: [input, stated],
        outputs: [output],
        attributes: new Map(),
      },
    ],
    // A matrix of one row is stated as people flatten, which both front ends recognise.
    constants: new Map([[stated, integers(isRow(shape) ? [1, -1] : shape)]]),
  };
}
