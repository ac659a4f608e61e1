import { integers, rewriting } from './rewrite.ts';

/** The model with a Reshape in place of each Squeeze and Unsqueeze, and with constant shapes. */
export const withPlainReshapes = rewriting((node, { shapeOf, constantOf, isActivation }) => {
  const [input = '', shape = ''] = node.inputs;
  const [output = ''] = node.outputs;
  const after = shapeOf(output);
  if (after === null || !isActivation(input)) return null;
  switch (node.domain === '' ? node.opType : '') {
    case 'Reshape':
      if (constantOf(shape)) return null;
      break;
    case 'Squeeze':
    case 'Unsqueeze':
      break;
    default:
      return null;
  }
  const stated = `${output}:shape`;
  return {
    nodes: [{ ...node, opType: 'Reshape', inputs: [input, stated], attributes: new Map() }],
    constants: new Map([[stated, integers(stating(after))]]),
  };
});

/** A matrix of one row is stated as people flatten, which both front ends recognise. */
function stating(shape: readonly number[]): readonly number[] {
  return shape.length === 2 && shape[0] === 1 ? [1, -1] : shape;
}
