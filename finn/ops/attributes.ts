import type { AttributeValue } from '../graph.ts';

/**
 * One attribute of an op. `model` attributes follow from the network (shapes, datatypes) or are FINN's own notes; a
 * folding may set the others. `initial` is FINN's default for a node without the attribute, null if it is required.
 */
export interface AttributeRule {
  readonly kind: 'integer' | 'text' | 'datatype' | 'integers' | 'texts' | 'datatypes';
  readonly from: 'model' | 'folding';
  readonly initial: AttributeValue | null;
  readonly allowed?: readonly (number | string)[];
}

export type AttributeRules = { readonly [name: string]: AttributeRule };

/** An attribute that follows from the network; `allowed` if the estimates hold for some values only. */
export function fromModel(
  kind: AttributeRule['kind'],
  initial: AttributeValue | null = null,
  allowed?: readonly (number | string)[],
): AttributeRule {
  return { kind, from: 'model', initial, ...(allowed === undefined ? {} : { allowed }) };
}

/** An integer that a folding may set. */
export function integer(initial: number | null, allowed?: readonly number[]): AttributeRule {
  return { kind: 'integer', from: 'folding', initial, ...(allowed === undefined ? {} : { allowed }) };
}

/** A text that a folding may set. */
export function text(initial: string, allowed?: readonly string[]): AttributeRule {
  return { kind: 'text', from: 'folding', initial, ...(allowed === undefined ? {} : { allowed }) };
}

/** A switch as FINN writes it, 0 or 1. */
export function flag(initial: 0 | 1): AttributeRule {
  return integer(initial, [0, 1]);
}

/** The attributes of every hardware node (FINN+ 1.6.1 `HWCustomOp.get_nodeattr_types`). */
export const commonAttributes: AttributeRules = {
  backend: fromModel('text', 'fpgadataflow'),
  preferred_impl_style: text('', ['', 'hls', 'rtl']),
  code_gen_dir_ipgen: fromModel('text', ''),
  ipgen_path: fromModel('text', ''),
  ip_path: fromModel('text', ''),
  ip_vlnv: fromModel('text', ''),
  exec_mode: fromModel('text', ''),
  cycles_rtlsim: fromModel('integer', 0),
  cycles_estimate: fromModel('integer', 0),
  rtlsim_trace: fromModel('text', ''),
  res_estimate: fromModel('text', ''),
  res_synth: fromModel('text', ''),
  rtlsim_so: fromModel('text', ''),
  slr: integer(-1),
  mem_port: text(''),
  partition_id: integer(0),
  device_id: integer(0),
  inFIFODepths: { kind: 'integers', from: 'folding', initial: [2] },
  outFIFODepths: { kind: 'integers', from: 'folding', initial: [2] },
  output_hook: fromModel('text', ''),
  // Layers that FINN runs several times over, with weights that it fetches (loop rolling).
  bodies: fromModel('integer', 0, [0]),
  mlo_max_iter: fromModel('integer', 0, [0]),
  address_offset: fromModel('integer', 0),
};

/** Further attributes of nodes implemented in HLS (FINN+ 1.6.1 `HLSBackend`). */
export const hlsAttributes: AttributeRules = {
  code_gen_dir_cppsim: fromModel('text', ''),
  executable_path: fromModel('text', ''),
  res_hls: fromModel('text', ''),
  cpp_interface: text('packed', ['packed', 'hls_vector']),
  hls_style: text('ifm_aware', ['ifm_aware', 'freerunning']),
};

/** Further attributes of nodes implemented in RTL (FINN+ 1.6.1 `RTLBackend`). */
export const rtlAttributes: AttributeRules = { gen_top_module: fromModel('text', '') };
