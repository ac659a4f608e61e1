import { Refusal } from '../../onnx/refusal.ts';
import type { HardwareNode } from '../graph.ts';
import { labelSelect, labelSelectHls } from './labelselect.ts';
import { mvauHls } from './mvau_hls.ts';
import { mvauRtl } from './mvau_rtl.ts';
import { mvau } from './mvau.ts';
import type { GraphView, Op } from './op.ts';
import { reshape, reshapeRtl } from './reshape.ts';
import { thresholdingHls } from './thresholding_hls.ts';
import { thresholdingRtl } from './thresholding_rtl.ts';
import { thresholding } from './thresholding.ts';
import { viewNode, type NodeView } from './view.ts';

/** Every op we know: layers before specialisation under their plain names, then the HLS and RTL implementations. */
export const ops: { readonly [opType: string]: Op } = {
  LabelSelect: labelSelect,
  MVAU: mvau,
  Reshape: reshape,
  Thresholding: thresholding,
  LabelSelect_hls: labelSelectHls,
  MVAU_hls: mvauHls,
  MVAU_rtl: mvauRtl,
  Reshape_rtl: reshapeRtl,
  Thresholding_hls: thresholdingHls,
  Thresholding_rtl: thresholdingRtl,
};

/** The op of a node; refuses op types we do not know. */
export function opOf(node: HardwareNode): Op {
  const op = Object.hasOwn(ops, node.opType) ? ops[node.opType] : undefined;
  if (op === undefined) {
    throw new Refusal(
      'finn/unknown-op',
      `${node.name} is a ${node.opType}, which is not known here`,
      `known are ${Object.keys(ops).sort().join(', ')}`,
    );
  }
  return op;
}

/** A node together with its op, ready to ask. */
export function nodeOf(graph: GraphView, node: HardwareNode): { readonly op: Op; readonly view: NodeView } {
  const op = opOf(node);
  return { op, view: viewNode(graph, node, op.attributes) };
}
