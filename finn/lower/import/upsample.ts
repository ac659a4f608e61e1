import type { OnnxModel, OnnxTensor } from '../../../onnx/model.ts';
import { elementCount } from '../../../base/shape.ts';
import { runNetwork } from '../../../qonnx/execute.ts';
import { prepareNetwork } from '../../../qonnx/network.ts';
import { unsupported } from '../refuse.ts';
import type { Activation, ImportRule, ResolvedNode } from './source.ts';
import { activationAt, only, placed } from './source.ts';

/**
 * Makes every pixel of an NCHW image a block of equal ones, if that is what a Resize or Upsample does: its many attributes
 * are not read, but it is executed on the numbers of the pixels.
 */
export const upsample: ImportRule = (source) => {
  const image = activationAt(source, 0);
  const [, , height = 0, width = 0] = image.shape;
  const resized = executed(source, image);
  const [, , down = 0, along = 0] = resized.shape.map((extent, axis) => extent / (image.shape[axis] ?? 1));
  const isBlocks =
    image.shape.length === 4 &&
    resized.shape.every((extent, axis) => axis > 1 || extent === image.shape[axis]) &&
    [down, along].every((factor) => Number.isInteger(factor) && factor >= 1) &&
    repeats(resized, { height, width, down, along });
  if (!isBlocks)
    throw unsupported(
      source,
      `resizes [${image.shape.join(', ')}] to [${resized.shape.join(', ')}] other than by repeating pixels`,
      "enlarge height and width by whole numbers with mode='nearest', as torch.nn.functional.interpolate does",
    );
  return only({ op: 'Upsample', ...placed(source), factors: [down, along], channelsLast: false });
};

/** The node's result for an image whose values are their own positions. */
function executed(source: ResolvedNode, { shape }: Activation): OnnxTensor {
  const { node } = source;
  const [input = '', ...others] = node.inputs;
  const [output = ''] = node.outputs;
  const constants = others.flatMap((name, index) => {
    const operand = source.operands[index + 1];
    return operand?.kind === 'constant' ? [[name, operand.tensor] as const] : [];
  });
  const model: OnnxModel = {
    opsets: new Map([['', source.version]]),
    metadata: new Map(),
    graph: {
      name: '',
      nodes: [node],
      initializers: new Map(constants),
      inputs: [{ name: input, elementType: 'float32', shape }],
      outputs: [{ name: output, elementType: 'float32', shape: null }],
      valueInfo: new Map(),
      annotations: new Map(),
    },
  };
  const values = Float32Array.from({ length: elementCount(shape) }, (_, index) => index);
  const made = runNetwork(
    prepareNetwork(model),
    new Map([[input, { elementType: 'float32', shape, values }]]),
  );
  const result = made.get(output);
  if (result) return result;
  throw new Error(`${source.name} made no ${output}`);
}

interface Blocks {
  readonly height: number;
  readonly width: number;
  readonly down: number;
  readonly along: number;
}

function repeats({ values }: OnnxTensor, { height, width, down, along }: Blocks): boolean {
  const line = width * along;
  for (let index = 0; index < values.length; index++) {
    const row = Math.floor(Math.floor(index / line) / down);
    const column = Math.floor((index % line) / along);
    // Rows of all images and channels follow each other.
    if (Number(values[index]) !== row * width + column) return false;
  }
  return height > 0;
}
