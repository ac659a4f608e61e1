import { Refusal } from '../../base/refusal.ts';

/** The axes of an annotation `tensor_layout`, which QONNX writes as Python prints the list: `['N', 'C']`. */
export function readLayout(name: string, text: string): readonly string[] {
  const axes = text.trim();
  if (!/^\[('\w'(, ?'\w')*)?\]$/.test(axes))
    throw new Refusal('dialect/layout', `tensor ${name} has the layout ${text}, which is not a list of axes`);
  return axes.match(/\w/g) ?? [];
}

/** The annotation that `readLayout` reads. */
export function layoutText(layout: readonly string[]): string {
  return `[${layout.map((axis) => `'${axis}'`).join(', ')}]`;
}
