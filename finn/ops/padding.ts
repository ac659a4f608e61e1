import { Refusal } from '../../base/refusal.ts';
import type { Datatype } from '../datatype.ts';
import { allows, datatype } from '../datatype.ts';
import { elementCount } from '../../base/shape.ts';
import { commonAttributes, fromModel, integer } from './attributes.ts';
import type { NodeChange, Op } from './op.ts';
import { noResources, noUnit } from './op.ts';
import { divisors, fold } from './shapes.ts';
import type { NodeView } from './view.ts';

/** How kinds of padding layers differ; sizes are height and width. */
export interface Padding {
  /** The attribute that says where zeros go. */
  readonly attribute: string;
  readonly contradiction: NonNullable<Op['contradiction']>;
  readonly outputSize: (node: NodeView) => readonly [number, number];
  /** Copies an image, channels last, into a target of zeros whose rows have `width` pixels. */
  readonly place: (node: NodeView, width: number) => (image: Int32Array, padded: Int32Array) => void;
}

/** A layer that adds zeros to an image of `ImgDim` and `NumChannels` (FINN+ 1.6.1 `FMPadding` and `FMPadding_Pixel`). */
export function paddingOp({ attribute, contradiction, outputSize, place }: Padding): Op {
  const inputShape = (node: NodeView) => imageShape(node, node.pair('ImgDim'));
  const outputShape = (node: NodeView) => imageShape(node, outputSize(node));
  return {
    attributes: {
      ImgDim: fromModel('integers'),
      [attribute]: fromModel('integers'),
      NumChannels: fromModel('integer'),
      SIMD: integer(1),
      inputDataType: fromModel('datatype'),
      numInputVectors: fromModel('integer', 1, [1]),
      ...commonAttributes,
    },
    contradiction,
    inputShape,
    outputShape,
    foldedInputShape: (node) => fold(inputShape(node), node.integer('SIMD')),
    inputStreams: () => 1,
    foldedOutputShape: (node) => fold(outputShape(node), node.integer('SIMD')),
    inputStreamWidth: streamWidth,
    outputStreamWidth: streamWidth,
    legalValues: (node) => ({ SIMD: divisors(node.integer('NumChannels')) }),
    autoFolding: { rule: 'raise', attribute: 'SIMD', divisorOf: (node) => node.integer('NumChannels') },
    // A cycle for each stream word of the output.
    cycles: (node) =>
      (elementCount(outputShape(node)) / node.integer('SIMD')) * node.integer('numInputVectors'),
    unit: noUnit,
    resources: () => noResources,
    synthesis: null,
    counts: () => ({}),
    inferDatatypes: inferDatatype,
    prepare: (node) => {
      paddedDatatype(node, node.text('inputDataType'));
      const shape = outputShape(node);
      const [, width] = outputSize(node);
      const copy = place(node, width);
      return ({ data }) => {
        const padded = new Int32Array(elementCount(shape));
        copy(data, padded);
        return { shape, data: padded };
      };
    },
  };
}

function imageShape(node: NodeView, size: readonly [number, number]): readonly number[] {
  return [1, ...size, node.integer('NumChannels')];
}

function streamWidth(node: NodeView): number {
  return node.integer('SIMD') * paddedDatatype(node, node.text('inputDataType')).bits;
}

/** Passes on the input's datatype; refuses one that cannot hold the added zeros. */
function inferDatatype(node: NodeView): NodeChange {
  const { name } = paddedDatatype(node, node.input(0).datatype);
  return { attributes: { inputDataType: name }, datatypes: { [node.output()]: name } };
}

function paddedDatatype(node: NodeView, name: string): Datatype {
  const type = datatype(name);
  if (allows(type, 0)) return type;
  throw new Refusal(
    'finn/padding',
    `${node.node.name} pads with zeros, which ${name} cannot hold`,
    'quantise the padded tensor to two bits or more, or do not pad it',
  );
}
