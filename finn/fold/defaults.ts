import type { AttributeValue, HardwareNode } from '../graph.ts';
import { opOf } from '../ops/index.ts';

/**
 * The default of an attribute that a layer may as well lack: FINN+ 1.6.1 has it in `get_nodeattr_types`, and generates the
 * same files with and without it (test/integration/finn/defaults.test.ts). Null if there is none.
 */
export function defaultOf(node: HardwareNode, attribute: string): AttributeValue | null {
  const rules = opOf(node).attributes;
  return omissible.has(attribute) && Object.hasOwn(rules, attribute)
    ? (rules[attribute]?.initial ?? null)
    : null;
}

/** Without `resType` and `ram_style`, which FINN's estimate writes into every layer that has them, defaults or not. */
const omissible: ReadonlySet<string> = new Set([
  'M',
  'PE',
  'SIMD',
  'TH',
  'cpp_interface',
  'deep_pipeline',
  'depth_trigger_bram',
  'depth_trigger_uram',
  'device_id',
  'dynamic_mode',
  'hls_style',
  'inFIFODepths',
  'mem_mode',
  'mem_port',
  'outFIFODepths',
  'parallel_window',
  'partition_id',
  'preferred_impl_style',
  'pumpedCompute',
  'pumpedMemory',
  'ram_style_thresholds',
  'runtime_writeable_weights',
  'slr',
  'uniform_thres',
]);
