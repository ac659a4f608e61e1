import type { OnnxNode } from '../../onnx/model.ts';
import type { View } from './view.ts';

/** How an operator on sequences, tensors of shape [batch, channels, length], is one on images of one column. */
export type SequenceKind =
  /** A window moves along the length. */
  | 'window'
  /** All of the length becomes one element. */
  | 'global'
  /** Each element by itself, with constants that are stretched. */
  | 'elementwise'
  /** Each element by itself, with constants per channel. */
  | 'channelwise'
  /** One after the other along an axis, joined or parted. */
  | 'along';

/**
 * The nodes on sequences that are windows or global pools, or are connected to some by nodes of known kinds: the kind of each
 * by its first output.
 */
export function sequenceNodes(nodes: readonly OnnxNode[], view: View): ReadonlyMap<string, SequenceKind> {
  const found = new Map<string, SequenceKind>();
  const waiting = nodes.filter((node) => ['window', 'global'].includes(kindOf(node, view) ?? ''));
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    const kind = kindOf(node, view);
    const [output = ''] = node.outputs;
    if (kind === null || found.has(output)) continue;
    found.set(output, kind);
    for (const name of [...node.inputs.filter(view.isActivation), ...node.outputs]) {
      const producer = view.producerOf(name);
      waiting.push(...view.readersOf(name), ...(producer ? [producer] : []));
    }
  }
  return found;
}

/** Null for an operator of no kind, and for tensors other than sequences. */
function kindOf(node: OnnxNode, view: View): SequenceKind | null {
  const kind = kinds.get(node.opType);
  const isSequence = (name: string): boolean => view.shapeOf(name)?.length === 3;
  const activations = node.inputs.filter(view.isActivation);
  return kind && activations.length > 0 && [...activations, ...node.outputs].every(isSequence) ? kind : null;
}

const operatorsOf: { readonly [kind in SequenceKind]: readonly string[] } = {
  window: ['AveragePool', 'Conv', 'ConvTranspose', 'MaxPool'],
  global: ['GlobalAveragePool', 'GlobalMaxPool'],
  elementwise: [
    ...['Abs', 'Add', 'BipolarQuant', 'Cast', 'Ceil', 'Clip', 'Div', 'Elu', 'Erf', 'Exp', 'Floor', 'Gelu'],
    ...[
      'HardSigmoid',
      'HardSwish',
      'IntQuant',
      'LeakyRelu',
      'Log',
      'Max',
      'Min',
      'Mish',
      'Mul',
      'Neg',
      'PRelu',
    ],
    ...['Pow', 'Quant', 'Reciprocal', 'Relu', 'Round', 'Selu', 'Sigmoid', 'Sign', 'Softplus', 'Softsign'],
    ...['Sqrt', 'Sub', 'Sum', 'Tanh', 'Trunc'],
  ],
  channelwise: ['BatchNormalization', 'InstanceNormalization', 'MultiThreshold'],
  along: ['Concat', 'Split'],
};

const kinds: ReadonlyMap<string, SequenceKind> = new Map(
  (Object.keys(operatorsOf) as SequenceKind[]).flatMap((kind) =>
    operatorsOf[kind].map((operator) => [operator, kind] as const),
  ),
);
