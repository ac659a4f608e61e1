import { defined } from '../../base/defined.ts';
import { elementCount } from '../../base/shape.ts';
import type { HardwareGraph, HardwareNode } from '../graph.ts';
import { tensorOf } from '../graph.ts';
import { nodeOf } from '../ops/index.ts';
import type { StreamEnd } from './streams.ts';
import { streamInputs } from './streams.ts';

/**
 * The words that a FIFO in front of a join must hold so that the accelerator does not hang, by the end of its stream at the join;
 * 0 at every other end. Until the first word of the longer branch comes out, the other one must hold everything that the fork
 * has given to both.
 */
export function joinDepths(graph: HardwareGraph): (end: StreamEnd) => number {
  const makers = new Map(
    graph.nodes.flatMap((node, index) => node.outputs.map((output) => [output, index] as const)),
  );
  const depths = new Map<string, number>();
  for (const [index, node] of graph.nodes.entries()) {
    const branches = streamInputs(graph, node);
    if (branches.length < 2) continue;
    const fork = nearestFork(branches, graph, makers);
    if (fork === null) continue;
    const needs = branches.map((branch) => lastNeeded(branch, 0, fork, graph, makers) ?? 0);
    const given = Math.max(...needs);
    for (const branch of branches)
      depths.set(keyOf(index, branch), pixelsBy(given, branch, fork, graph, makers));
  }
  return ({ node, tensor, words }) => {
    const pixels = depths.get(keyOf(node, tensor));
    return pixels === undefined ? 0 : pixels * (words / pixelsOf(graph, tensor));
  };
}

type Makers = ReadonlyMap<string, number>;

function keyOf(node: number, tensor: string): string {
  return `${node} ${tensor}`;
}

/** The last node with several outputs that every branch comes from; null if there is none. */
function nearestFork(branches: readonly string[], graph: HardwareGraph, makers: Makers): number | null {
  const [first = new Set<number>(), ...others] = branches.map((branch) => sourcesOf(branch, graph, makers));
  const shared = [...first].filter(
    (index) => (graph.nodes[index]?.outputs.length ?? 0) > 1 && others.every((other) => other.has(index)),
  );
  return shared.length === 0 ? null : Math.max(...shared);
}

function sourcesOf(tensor: string, graph: HardwareGraph, makers: Makers): Set<number> {
  const found = new Set<number>();
  const pending = [tensor];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const index = makers.get(name);
    const node = index === undefined ? undefined : graph.nodes[index];
    if (index === undefined || node === undefined || found.has(index)) continue;
    found.add(index);
    pending.push(...streamInputs(graph, node));
  }
  return found;
}

/**
 * The last pixel from the fork, in raster order, that a pixel of a tensor depends on: −1 if on none, null if the tensor does not
 * come from the fork.
 */
function lastNeeded(
  tensor: string,
  pixel: number,
  fork: number,
  graph: HardwareGraph,
  makers: Makers,
): number | null {
  const index = makers.get(tensor);
  if (index === fork || pixel < 0) return pixel;
  if (index === undefined || index < fork) return null;
  const node = defined(graph.nodes[index], 'the maker of a tensor is a node');
  const needs = streamInputs(graph, node).map((input) =>
    lastNeeded(input, lastInput(graph, node, input, pixel), fork, graph, makers),
  );
  return needs.reduce((most, need) => (need === null || (most !== null && most > need) ? most : need), null);
}

/** How many pixels come out of a branch by the time that the fork has given one; dependencies grow with the pixel. */
function pixelsBy(given: number, tensor: string, fork: number, graph: HardwareGraph, makers: Makers): number {
  let [known, tooMany] = [0, pixelsOf(graph, tensor) + 1];
  while (tooMany - known > 1) {
    const middle = Math.floor((known + tooMany) / 2);
    if ((lastNeeded(tensor, middle - 1, fork, graph, makers) ?? -1) <= given) known = middle;
    else tooMany = middle;
  }
  return known;
}

/** The last pixel of a node's input, in raster order, that a pixel of its output depends on; −1 if it depends on none. */
function lastInput(graph: HardwareGraph, node: HardwareNode, input: string, pixel: number): number {
  const { view } = nodeOf(graph, node);
  const kind = node.opType.replace(/_(hls|rtl)$/, '');
  switch (kind) {
    case 'ConvolutionInputGenerator': {
      const [[, width], [, outputWidth]] = [view.pair('IFMDim'), view.pair('OFMDim')];
      const [kernel, stride, dilation] = [
        view.pair('ConvKernelDim'),
        view.pair('Stride'),
        view.pair('Dilation'),
      ];
      const row = Math.floor(pixel / outputWidth) * stride[0] + (kernel[0] - 1) * dilation[0];
      return row * width + (pixel % outputWidth) * stride[1] + (kernel[1] - 1) * dilation[1];
    }
    case 'FMPadding': {
      const [height, width] = view.pair('ImgDim');
      const [top = 0, left = 0, , right = 0] = view.integers('Padding');
      const paddedWidth = left + width + right;
      const row = Math.floor(pixel / paddedWidth) - top;
      if (row < 0) return -1;
      const column = Math.min((pixel % paddedWidth) - left, width - 1);
      return Math.min(row * width + Math.max(column, -1), height * width - 1);
    }
    case 'UpsampleNearestNeighbour': {
      const [height, width] = [view.integer('HO'), view.integer('WO')];
      const row = Math.floor((Math.floor(pixel / width) * view.integer('HI')) / height);
      return row * view.integer('WI') + Math.floor(((pixel % width) * view.integer('WI')) / width);
    }
    default: {
      const [before, after] = [pixelsOf(graph, input), pixelsOf(graph, node.outputs[0] ?? '')];
      return before === after ? pixel : before - 1;
    }
  }
}

function pixelsOf(graph: HardwareGraph, tensor: string): number {
  return elementCount(tensorOf(graph, tensor).shape.slice(0, -1));
}
