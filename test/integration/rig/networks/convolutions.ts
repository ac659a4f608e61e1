import { datatype } from '../../../../finn/datatype.ts';
import type { HardwareGraph } from '../../../../finn/graph.ts';
import { jointDatatype } from '../../../../finn/ops/joint-datatype.ts';
import { elementCount } from '../../../../base/shape.ts';
import { divisors } from '../../../../finn/ops/shapes.ts';
import {
  matrixVector,
  padding,
  pixelPadding,
  pool,
  thresholding,
  vectorVector,
  windows,
} from './convolution-layers.ts';
import type { Drawing, Shape, Stream } from './drawing.ts';
import { add, between, end, input, integers, start } from './drawing.ts';
import { pick } from './foldings.ts';

/**
 * A convolutional network with random weights, specialised, with PE and SIMD of 1 and datatypes wider than they need be.
 * `size` bounds height, width and channels; FINN takes long to execute much more than 12.
 */
export function randomNetwork(random: () => number, size: number): HardwareGraph {
  const drawing = start(random);
  const height = random() < 0.25 ? 1 : between(random, 4, size);
  let stream = input(drawing, [1, height, between(random, 4, size), between(random, 1, size)]);
  const count = between(random, 2, 4);
  for (let block = 0; block < count; block += 1) {
    if (datatype(stream.datatype).bits > 8) stream = thresholding(drawing, stream);
    stream = pick(blocks, random)(drawing, stream);
  }
  return end(drawing, random() < 0.3 ? labelSelect(drawing, stream) : stream);
}

/** Windows of one very wide image, for whose buffers memories are joined. */
export function wideWindows(random: () => number): HardwareGraph {
  const drawing = start(random);
  const stream = input(drawing, [1, between(random, 5, 8), between(random, 100, 9000), 4]);
  return end(drawing, windows(drawing, windows(drawing, stream, true).stream, false).stream);
}

/** The same network before specialisation. */
export function unspecialised(graph: HardwareGraph): HardwareGraph {
  return {
    ...graph,
    nodes: graph.nodes.map((node) => ({
      ...node,
      opType: node.opType.replace(/_(hls|rtl)$/, ''),
      domain: 'finn.custom_op.fpgadataflow',
    })),
  };
}

const blocks: readonly ((drawing: Drawing, stream: Stream) => Stream)[] = [
  (drawing, stream) => matrixVector(drawing, windows(drawing, padding(drawing, stream), false).stream),
  (drawing, stream) => vectorVector(drawing, windows(drawing, padding(drawing, stream), true)),
  (drawing, stream) => pool(drawing, windows(drawing, stream, true)),
  matrixVector,
  pixelPadding,
  globalAccPool,
  upsampling,
  thresholding,
  constant,
  residual,
  concatenation,
  division,
];

function globalAccPool(drawing: Drawing, image: Stream): Stream {
  const [, height, width, channels] = image.shape;
  const [stream] = add(drawing, {
    opType: 'GlobalAccPool_hls',
    attributes: {
      NumChannels: channels,
      PE: 1,
      inputDataType: image.datatype,
      numInputVectors: [1, height, width],
    },
    inputs: [image],
    shape: [1, 1, 1, channels],
    datatype: 'INT32',
  });
  return stream!;
}

function upsampling(drawing: Drawing, image: Stream): Stream {
  const [, height, width, channels] = image.shape;
  const size = [height * between(drawing.random, 1, 3), width * between(drawing.random, 1, 3)] as const;
  const [stream] = add(drawing, {
    opType: 'UpsampleNearestNeighbour_hls',
    attributes: {
      SIMD: 1,
      HO: size[0],
      WO: size[1],
      HI: height,
      WI: width,
      NumChannels: channels,
      inputDataType: image.datatype,
    },
    inputs: [image],
    shape: [1, ...size, channels],
    datatype: image.datatype,
  });
  return stream!;
}

/** An elementwise layer with a constant of some shape that can be spread over the image. */
function constant(drawing: Drawing, image: Stream): Stream {
  const { random } = drawing;
  const [, height, width, channels] = image.shape;
  const shape = pick([[channels], [1], [1, 1, 1, channels], [1, height, width, 1], image.shape], random);
  const lowest = pick([-8, 0, 1], random);
  const [stream] = add(drawing, {
    opType: elementwise(random),
    attributes: {
      ...elementwiseShapes(image.shape, shape),
      lhs_dtype: image.datatype,
      rhs_dtype: 'INT32',
      out_dtype: 'INT32',
      rhs_style: 'const',
    },
    inputs: [image],
    parameters: [{ shape, datatype: 'INT32', values: integers(random, elementCount(shape), lowest, 7) }],
    shape: image.shape,
    datatype: 'INT32',
  });
  return stream!;
}

/** The same image several times. */
function fork(drawing: Drawing, image: Stream, count: number): readonly Stream[] {
  const [, height, width, channels] = image.shape;
  return add(drawing, {
    opType: 'DuplicateStreams_hls',
    attributes: {
      NumChannels: channels,
      PE: 1,
      NumOutputStreams: count,
      inputDataType: image.datatype,
      numInputVectors: [1, height, width],
    },
    inputs: [image],
    outputs: Array.from({ length: count }, () => image.shape),
    shape: image.shape,
    datatype: image.datatype,
  });
}

/** Branches whose channels follow each other again; all but one with layers of their own. */
function concatenation(drawing: Drawing, image: Stream): Stream {
  const [first, ...others] = fork(drawing, image, between(drawing.random, 2, 3));
  // In the order of FINN: by the distance from the fork.
  const products = others.map((branch) => matrixVector(drawing, branch));
  return joined(drawing, [first!, ...products.map((branch) => thresholding(drawing, branch))]);
}

/** Channels that part, of which some are quantised, and that follow each other again in another order. */
function division(drawing: Drawing, image: Stream): Stream {
  const [batch, height, width, channels] = image.shape;
  if (channels < 2) return thresholding(drawing, image);
  const step = pick(
    divisors(channels).filter((size) => channels / size > 1),
    drawing.random,
  );
  const first = step * between(drawing.random, 1, channels / step - 1);
  const rest = channels - first;
  const sizes = rest > step ? [first, step, rest - step] : [first, rest];
  const parts = add(drawing, {
    opType: 'StreamingSplit_hls',
    attributes: {
      SIMD: 1,
      ChannelsPerStream: sizes,
      inputDataType: image.datatype,
      numInputVectors: [batch, height, width],
      outFIFODepths: sizes.map(() => 2),
    },
    inputs: [image],
    outputs: sizes.map((size): Shape => [batch, height, width, size]),
    shape: image.shape,
    datatype: image.datatype,
  });
  const [last, ...others] = parts.toReversed();
  return joined(drawing, [thresholding(drawing, last!), ...others]);
}

function joined(drawing: Drawing, branches: readonly Stream[]): Stream {
  const channels = branches.map(({ shape }) => shape[3]);
  const [, height, width] = branches[0]!.shape;
  const [stream] = add(drawing, {
    opType: 'StreamingConcat_hls',
    attributes: {
      SIMD: 1,
      ChannelsPerStream: channels,
      inputDataTypes: branches.map((branch) => branch.datatype),
      numInputVectors: [1, height, width],
      inFIFODepths: branches.map(() => 2),
    },
    inputs: branches,
    shape: [1, height, width, channels.reduce((sum, each) => sum + each, 0)],
    datatype: jointDatatype(branches.map((branch) => branch.datatype)),
  });
  return stream!;
}

/** Branches, quantises one branch, and joins them again. */
function residual(drawing: Drawing, image: Stream): Stream {
  const [left, right] = fork(drawing, image, 2);
  const other = thresholding(drawing, right!);
  const [stream] = add(drawing, {
    opType: elementwise(drawing.random),
    attributes: {
      ...elementwiseShapes(image.shape, image.shape),
      lhs_dtype: image.datatype,
      rhs_dtype: other.datatype,
      out_dtype: 'INT32',
      inFIFODepths: [2, 2],
    },
    inputs: [left!, other],
    shape: image.shape,
    datatype: 'INT32',
  });
  return stream!;
}

function elementwise(random: () => number): string {
  return `Elementwise${pick(['Add', 'Sub', 'Mul', 'Max'], random)}_hls`;
}

function elementwiseShapes(left: Shape, right: readonly number[]) {
  return { lhs_shape: left, rhs_shape: right, out_shape: left };
}

function labelSelect(drawing: Drawing, image: Stream): Stream {
  const [, height, width, channels] = image.shape;
  const count = between(drawing.random, 1, channels);
  const [stream] = add(drawing, {
    opType: 'LabelSelect_hls',
    attributes: {
      Labels: channels,
      PE: 1,
      K: count,
      inputDataType: image.datatype,
      outputDataType: 'UINT8',
      numInputVectors: [1, height, width],
    },
    inputs: [image],
    shape: [1, height, width, count],
    datatype: 'UINT8',
  });
  return stream!;
}
