import { formatChange } from './difference.ts';
import type { Explanation } from './explain.ts';

/** The root causes in one line: `folding MVAU_hls_1.PE 8 → 16 (estimate)`. */
export function causesOf(explanation: Explanation): readonly string[] {
  const causes = (inner: Explanation): readonly string[] => [
    ...inner.fields.map(
      (field) => formatChange(field) + (inner.action === explanation.action ? '' : ` (${inner.action})`),
    ),
    ...inner.inputs.flatMap(({ port, because }) =>
      because === null
        ? [`${port} changed${inner.action === explanation.action ? '' : ` (${inner.action})`}`]
        : causes(because),
    ),
  ];
  return [...new Set(causes(explanation))];
}

/** The way from an action back to the causes, one step a line, indented. */
export function explanationLines(explanation: Explanation, depth = 0): readonly string[] {
  const indent = '  '.repeat(depth);
  return [
    ...explanation.fields.map((field) => indent + formatChange(field)),
    ...explanation.inputs.flatMap(({ port, because }) => [
      `${indent}input ${port} changed${because === null ? '' : `, made by ${because.action}:`}`,
      ...(because === null ? [] : explanationLines(because, depth + 1)),
    ]),
  ];
}
