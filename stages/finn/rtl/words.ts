import { defined } from '../../../base/defined.ts';
import { elementCount, lastExtent } from '../../../base/shape.ts';
import { prepare, run } from '../../../finn/execute/run.ts';
import type { Executor } from '../../../finn/execute/run.ts';
import type { HardwareGraph, HardwareNode } from '../../../finn/graph.ts';
import { tensorOf } from '../../../finn/graph.ts';
import { nodeOf } from '../../../finn/ops/index.ts';
import { pack, unpack } from '../../../finn/packing.ts';
import type { IntegerTensor } from '../../../finn/tensor.ts';
import { valueAt } from '../../../finn/tensor.ts';

/**
 * The words that must leave a graph with one input and one output when these words of several images enter it, by our
 * executor: the bytes of each word after the other, in the layout of a stream.
 */
export function expectedWords(graph: HardwareGraph, input: Uint8Array, images: number): Uint8Array {
  const executor = asStreamed(prepare(graph));
  const [first, last] = [graph.nodes[0], graph.nodes.at(-1)].map((node) =>
    nodeOf(graph, defined(node, 'a segment has nodes')),
  );
  const [reader, writer] = [defined(first, 'two were asked for'), defined(last, 'two were asked for')];
  const [from, to] = [tensorOf(graph, executor.input), tensorOf(graph, executor.output)];
  const size = input.length / images;
  const words = Array.from({ length: images }, (_, image) => {
    const bytes = input.subarray(image * size, (image + 1) * size);
    const streamed = unpack(bytes, reader.op.foldedInputShape(reader.view, 0), from.datatype);
    const output = run(executor, { shape: from.shape, data: streamed.data });
    return pack({ shape: writer.op.foldedOutputShape(writer.view, 0), data: output.data }, to.datatype);
  });
  return Buffer.concat(words);
}

/** The bits of a stream word that carry values; what pads them to bytes is not defined. */
export function wordBits(graph: HardwareGraph): number {
  const { op, view } = nodeOf(graph, defined(graph.nodes.at(-1), 'a segment has nodes'));
  return op.outputStreamWidth(view);
}

/** The executor with depthwise windows in the order in which hardware streams them, which the next layer then reads. */
function asStreamed(executor: Executor): Executor {
  const { graph, steps } = executor;
  return {
    ...executor,
    steps: steps.map((step) => ({
      ...step,
      execute: (first, ...more) => streamedBy(graph, step.node, step.execute(first, ...more)),
    })),
  };
}

/** A window (places, channels) leaves depthwise hardware as (channels / SIMD, places, SIMD). */
function streamedBy(graph: HardwareGraph, node: HardwareNode, value: IntegerTensor): IntegerTensor {
  if (!node.opType.startsWith('ConvolutionInputGenerator')) return value;
  const { view } = nodeOf(graph, node);
  if (view.integer('depthwise') === 0) return value;
  const [places, simd] = [elementCount(view.pair('ConvKernelDim')), view.integer('SIMD')];
  const channels = view.integer('IFMChannels');
  const data = new Int32Array(value.data.length);
  const window = lastExtent(value.shape);
  for (let start = 0; start < data.length; start += window)
    for (let place = 0; place < places; place += 1)
      for (let channel = 0; channel < channels; channel += 1) {
        const group = Math.floor(channel / simd);
        const target = (group * places + place) * simd + (channel % simd);
        data[start + target] = valueAt(value.data, start + place * channels + channel);
      }
  return { shape: value.shape, data };
}
