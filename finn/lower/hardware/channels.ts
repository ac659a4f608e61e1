import type { FloatNode } from '../float-graph.ts';
import { unsupported } from '../refuse.ts';
import type { GraphView } from '../graph-view.ts';
import type { Rule } from '../rewrite.ts';
import type { Route } from '../route.ts';
import { betweenTransposes } from '../streamline/transposes.ts';
import { thresholdsInside } from './unit.ts';

/**
 * Layers work with channels last: pooling and standalone thresholds that do not are put between transposes (FINN+ 1.6.1
 * `InferPool` and `InferThresholdingLayer`).
 */
export const channelsToEnd =
  (route: Route): Rule =>
  (node, graph) => {
    switch (node.op) {
      case 'MaxPool':
      case 'QuantAvgPool2d':
        if (node.channelsLast) return null;
        return { insert: betweenTransposes(node, { ...node, channelsLast: true }) };
      case 'MultiThreshold':
        if (isInsideProduct(node, graph, route)) return null;
        return startsWithChannels(node, graph)
          ? { insert: betweenTransposes(node, { ...node, layout: 'NHWC' }) }
          : null;
      default:
        return null;
    }
  };

function isInsideProduct(node: FloatNode, graph: GraphView, route: Route): boolean {
  const producer = graph.producerOf(node.inputs[0]);
  if (!producer || !['MatMul', 'XnorPopcountMatMul', 'DepthwiseMatMul'].includes(producer.op)) return false;
  return thresholdsInside(producer, graph, route) === node;
}

/** FINN decides by the layouts on both sides of the thresholds, and refuses thresholds whose two layouts differ. */
function startsWithChannels(node: FloatNode, graph: GraphView): boolean {
  const layout = (tensor: string): string => graph.layoutOf(tensor)?.join('') ?? '';
  const [before, after] = [layout(node.inputs[0]), layout(node.output)];
  if ([before, after].sort().join() === 'NCHW,NHWC')
    throw unsupported(
      node,
      `has the layout ${before} before it and ${after} after it`,
      'annotate the actual layout of the input (tensor_layout)',
    );
  return before === 'NCHW' && after === 'NCHW';
}
