import type { HardwareGraph, HardwareNode } from '../graph.ts';
import { elementCount } from '../../base/shape.ts';
import { nodeOf } from './index.ts';

/** A layer that reads windows in other groups of channels than those in which they arrive. */
export interface MisorderedWindows {
  readonly producer: string;
  readonly simd: number;
  readonly consumer: string;
  readonly pe: number;
}

/**
 * The depthwise layers whose hardware confuses channels and kernel places because their PE is not the SIMD of the windows
 * before them. FINN+ 1.6.1 `SetFolding` makes them equal; but FINN accepts any folding file, and executes without groups.
 */
export function misorderedWindows(graph: HardwareGraph): readonly MisorderedWindows[] {
  return graph.nodes.flatMap((consumer): readonly MisorderedWindows[] => {
    const producer = graph.nodes.find(({ outputs }) => outputs.includes(consumer.inputs[0] ?? ''));
    if (producer === undefined || !readsByChannel(consumer) || !cutsByChannel(graph, producer)) return [];
    const simd = nodeOf(graph, producer).view.integer('SIMD');
    const pe = nodeOf(graph, consumer).view.integer('PE');
    return simd === pe ? [] : [{ producer: producer.name, simd, consumer: consumer.name, pe }];
  });
}

function readsByChannel({ opType }: HardwareNode): boolean {
  return opType.startsWith('VVAU') || opType.startsWith('Pool');
}

function cutsByChannel(graph: HardwareGraph, node: HardwareNode): boolean {
  if (!node.opType.startsWith('ConvolutionInputGenerator')) return false;
  const { view } = nodeOf(graph, node);
  // A window of one place has no order.
  return view.integer('depthwise') === 1 && elementCount(view.pair('ConvKernelDim')) > 1;
}
