/** The attributes of a folding file in the order in which FINN writes them (its `hw_attrs`), as far as a layer that we know has them. */
export const writtenByFinn: readonly string[] = [
  'PE',
  'SIMD',
  'parallel_window',
  'ram_style',
  'ram_style_thresholds',
  'resType',
  'mem_mode',
  'runtime_writeable_weights',
  'depth_trigger_uram',
  'depth_trigger_bram',
];

/** Sorts attributes: first those that FINN writes, in its order, then the others by name. */
export function inFinnsOrder(left: string, right: string): number {
  return rank(left) - rank(right) || (left < right ? -1 : 1);
}

function rank(attribute: string): number {
  const position = writtenByFinn.indexOf(attribute);
  return position === -1 ? writtenByFinn.length : position;
}
