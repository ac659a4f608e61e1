import type { AttributeValue, HardwareGraph, HardwareNode } from '../../../../finn/graph.ts';
import { datatype } from '../../../../finn/datatype.ts';
import { minimiseBitWidths } from '../../../../finn/minimise/bit-widths.ts';
import { nodeOf } from '../../../../finn/ops/index.ts';
import { elementCount } from '../../../../base/shape.ts';
import { padding, windows } from '../networks/convolution-layers.ts';
import type { Drawing, Stream } from '../networks/drawing.ts';
import { add, ascending, between, end, integers, start } from '../networks/drawing.ts';
import { pick } from '../networks/foldings.ts';

/** A random chain of 4 to 6 RTL layers, folded, with minimal datatypes and FIFOs of random depths. */
export function randomChain(random: () => number): HardwareGraph {
  for (;;) {
    const drawing = start(random);
    let stream = entry(drawing);
    const layers = between(random, 4, 6);
    while (drawing.nodes.length < layers) stream = pick(choices(stream), random)(drawing, stream);
    const isSmall = elementCount(stream.shape) <= 6000 && stream.shape[3] <= 300;
    if (!isSmall || !drawing.nodes.every(canBeGenerated)) continue;
    const graph = minimiseBitWidths(end(drawing, stream));
    if (graph.nodes.every(hasWideSums)) return folded(graph, random);
  }
}

/** FINN+ 1.6.1 makes the sums of small weights narrower than a product of any, which `mvu.sv` refuses when it starts. */
function hasWideSums({ opType, attributes }: HardwareNode): boolean {
  if (opType !== 'MVAU_rtl') return true;
  const [sum, weight, input] = ['accDataType', 'weightDataType', 'inputDataType'].map((name) =>
    datatype(attributes[name] as string),
  );
  return sum!.bits >= weight!.bits + input!.bits - (input!.signed ? 1 : 0);
}

/**
 * FINN+ 1.6.1 generates no parallel windows that are fewer than three each way (it takes the logarithm of 0), and in the
 * default style none that are further apart than their kernel is large. What no window covers of an axis it takes modulo what
 * they do cover, which must be more.
 */
function canBeGenerated({ opType, attributes }: HardwareNode): boolean {
  if (!opType.startsWith('Convolution')) return true;
  const pair = (name: string): readonly number[] => attributes[name] as readonly number[];
  const kernel = pair('ConvKernelDim');
  const isPixel = elementCount(kernel) === 1;
  return (
    Math.max(...pair('OFMDim')) >= 3 &&
    kernel.every((places, axis) => {
      const [extent, count] = [pair('IFMDim')[axis]!, pair('OFMDim')[axis]!];
      const covered = (places - 1) * pair('Dilation')[axis]! + 1 + (count - 1) * pair('Stride')[axis]!;
      return extent < 2 * covered;
    }) &&
    (isPixel || pair('Stride').every((stride, axis) => stride <= kernel[axis]!))
  );
}

/** Graphs side by side in one file, so that one job simulates them all; the names of their nodes get a prefix. */
export function sideBySide(graphs: readonly HardwareGraph[]): HardwareGraph {
  const renamed = graphs.map((graph, index) => withPrefix(graph, `c${index}_`));
  return {
    nodes: renamed.flatMap(({ nodes }) => nodes),
    tensors: new Map(renamed.flatMap(({ tensors }) => [...tensors])),
    parameters: new Map(renamed.flatMap(({ parameters }) => [...parameters])),
    inputs: renamed.flatMap(({ inputs }) => inputs),
    outputs: renamed.flatMap(({ outputs }) => outputs),
  };
}

/** The same with names as FINN numbers layers: those of the second chain go on where the first one ends. */
export function numbered(graph: HardwareGraph): HardwareGraph {
  const counts = new Map<string, number>();
  const nodes = graph.nodes.map((node): HardwareNode => {
    const count = counts.get(node.opType) ?? 0;
    counts.set(node.opType, count + 1);
    return { ...node, name: `${node.opType}_${count}` };
  });
  return { ...graph, nodes };
}

function withPrefix(graph: HardwareGraph, prefix: string): HardwareGraph {
  const renamed = (name: string): string => `${prefix}${name}`;
  const keys = <T>(values: ReadonlyMap<string, T>): Map<string, T> =>
    new Map([...values].map(([name, value]) => [renamed(name), value]));
  return {
    nodes: graph.nodes.map((node) => ({
      ...node,
      name: renamed(node.name),
      inputs: node.inputs.map(renamed),
      outputs: node.outputs.map(renamed),
    })),
    tensors: keys(graph.tensors),
    parameters: keys(graph.parameters),
    inputs: graph.inputs.map(renamed),
    outputs: graph.outputs.map(renamed),
  };
}

type Layer = (drawing: Drawing, stream: Stream) => Stream;

/** An image of small values, or of sums that thresholds must follow; one pixel high now and then. */
function entry({ random, tensors }: Drawing): Stream {
  const height = random() < 0.2 ? 1 : between(random, 3, 7);
  const shape = [1, height, between(random, 3, 7), pick([1, 2, 3, 4, 6, 8, 12], random)] as const;
  const types = ['BINARY', 'UINT2', 'INT3', 'UINT4', 'INT4', 'UINT8', 'INT16', 'INT19'];
  const type = pick(types, random);
  tensors.set('global_in', { shape, datatype: type, layout: null });
  return { name: 'global_in', shape, datatype: type };
}

function choices({ datatype: name, shape }: Stream): readonly Layer[] {
  const { bits } = datatype(name);
  if (bits > 8) return [thresholding];
  const [, height, width, channels] = shape;
  const isSmall = height * width <= 100 && channels <= 40;
  return [
    ...(isSmall ? [frame, cut, cut] : []),
    ...(bits >= 2 ? [matrixVector, matrixVector] : []),
    ...(channels <= 40 ? [reshape] : []),
    thresholding,
  ];
}

function frame(drawing: Drawing, stream: Stream): Stream {
  const before = drawing.nodes.length;
  const padded = padding(drawing, stream);
  return drawing.nodes.length > before ? padded : stream;
}

function cut(drawing: Drawing, stream: Stream): Stream {
  return windows(drawing, stream, drawing.random() < 0.5).stream;
}

function matrixVector(drawing: Drawing, stream: Stream): Stream {
  const { random } = drawing;
  const [, height, width, rows] = stream.shape;
  const columns = pick([1, 2, 4, 6, 8, 16], random);
  const bits = between(random, 2, 8);
  const lowest = -(2 ** (bits - 1)) + (random() < 0.5 ? 1 : 0);
  const [sums] = add(drawing, {
    opType: 'MVAU_rtl',
    attributes: {
      PE: 1,
      SIMD: 1,
      MW: rows,
      MH: columns,
      numInputVectors: [1, height, width],
      inputDataType: stream.datatype,
      weightDataType: 'INT8',
      accDataType: 'INT32',
      outputDataType: 'INT32',
      noActivation: 1,
      ActVal: 0,
    },
    inputs: [stream],
    parameters: [
      {
        shape: [rows, columns],
        datatype: 'INT8',
        // FINN gives weights of which none is negative an unsigned datatype, and those of −1 and 1 alone one of one bit, which its
        // RTL does not have.
        values: [-2, ...integers(random, rows * columns, lowest, 2 ** (bits - 1) - 1).slice(1)],
      },
    ],
    shape: [1, height, width, columns],
    datatype: 'INT32',
  });
  return sums!;
}

function thresholding(drawing: Drawing, stream: Stream): Stream {
  const { random } = drawing;
  const [, height, width, channels] = stream.shape;
  const bits = pick([1, 2, 3, 4], random);
  const steps = 2 ** bits - 1;
  const signed = bits > 1 && random() < 0.5;
  const type = bits === 1 ? 'BINARY' : `${signed ? 'INT' : 'UINT'}${bits}`;
  const rows = random() < 0.2 ? 1 : channels;
  const [levels] = add(drawing, {
    opType: 'Thresholding_rtl',
    attributes: {
      NumChannels: channels,
      PE: 1,
      numSteps: steps,
      inputDataType: stream.datatype,
      weightDataType: 'INT32',
      outputDataType: type,
      numInputVectors: [1, height, width],
      ActVal: signed ? -(2 ** (bits - 1)) : 0,
    },
    inputs: [stream],
    parameters: [
      {
        shape: [rows, steps],
        datatype: 'INT32',
        values: ascending(random, rows, steps, datatype(stream.datatype).signed ? -60 : 0),
      },
    ],
    shape: stream.shape,
    datatype: type,
  });
  return levels!;
}

/** The same values as vectors of one pixel's height. */
function reshape(drawing: Drawing, stream: Stream): Stream {
  const [, height, width, channels] = stream.shape;
  const shape = [1, 1, height * width, channels] as const;
  const [reshaped] = add(drawing, {
    opType: 'Reshape_rtl',
    attributes: { inp_shape: stream.shape, out_shape: shape, dtype: stream.datatype, PE: 1 },
    inputs: [stream],
    shape,
    datatype: stream.datatype,
  });
  return reshaped!;
}

const depths = [2, 2, 2, 3, 4, 5, 6, 8, 16, 31, 32, 33, 34, 40, 64, 65, 129, 257, 258, 300, 513, 700];

/** Every PE and SIMD that is legal, extremes more often, and FIFOs of any depth up to 700. */
function folded(graph: HardwareGraph, random: () => number): HardwareGraph {
  const settled = (values: readonly number[]): number =>
    random() < 0.3 ? pick([values[0]!, values.at(-1)!], random) : pick(values, random);
  const nodes = graph.nodes.map((node): HardwareNode => {
    let { attributes } = node;
    for (const name of ['SIMD', 'PE', 'parallel_window']) {
      const { op, view } = nodeOf(graph, { ...node, attributes });
      const legal = op.legalValues(view)[name];
      if (legal !== undefined) attributes = { ...attributes, [name]: settled(legal) };
    }
    const memory: { readonly [name: string]: AttributeValue } = node.opType.startsWith('Convolution')
      ? { ram_style: pick(['auto', 'distributed', 'block'], random) }
      : {};
    return {
      ...node,
      attributes: {
        ...attributes,
        ...memory,
        inFIFODepths: [pick(depths, random)],
        outFIFODepths: [pick(depths, random)],
      },
    };
  });
  return { ...graph, nodes };
}
