import type { NodeView } from '../ops/view.ts';

/**
 * Operands of one bit that FINN+ 1.6.1 does not build: {0, 1}, which `get_template_param_values` of MVAU_hls and VVAU_hls refuses
 * and `mvu/mvu.sv` too; and weights of which some are 0 and none is above it, which FINN narrows to BIPOLAR, where there is no 0.
 */
export function oneBitOperands(node: NodeView): string | null {
  if (node.integer('binaryXnorMode') === 1) return null;
  const [weights, inputs] = [node.text('weightDataType'), node.text('inputDataType')];
  if (inputs === 'BINARY') return 'has inputs of 0 and 1, which FINN does not build';
  if (weights === 'BINARY') return 'has weights of 0 and 1, which FINN does not build';
  if (weights === 'BIPOLAR' && node.constant(1) && node.parameter(1).values.includes(0))
    return 'has weights of -1 and 0, which FINN takes for -1 and 1 and then refuses to build';
  return null;
}
