import { formatChange } from './difference.ts';
import type { Explanation } from './explain.ts';

/** The root causes, one string each: `folding MVAU_hls_1.PE 8 → 16 (estimate)`. */
export function causesOf(explanation: Explanation): readonly string[] {
  const causes = ({ action, fields, inputs }: Explanation): readonly string[] => {
    const where = action === explanation.action ? '' : ` (${action})`;
    return [
      ...fields.map((field) => formatChange(field) + where),
      ...inputs.flatMap((input) => (input.because === null ? [cause(input) + where] : causes(input.because))),
    ];
  };
  return [...new Set(causes(explanation))];
}

/** The way from an action back to the causes, one step a line, indented. */
export function explanationLines(explanation: Explanation, depth = 0): readonly string[] {
  const indent = '  '.repeat(depth);
  return [
    ...explanation.fields.map((field) => indent + formatChange(field)),
    ...explanation.inputs.flatMap((input) => {
      if (input.because === null) return [indent + cause(input)];
      return [
        `${indent}${inputChange(input)}, made by ${input.because.action}:`,
        ...explanationLines(input.because, depth + 1),
      ];
    }),
  ];
}

/** Of a stage of which nothing else is known to have changed, that it made something else. */
function cause(input: Explanation['inputs'][number]): string {
  return input.from === null || input.files.length > 0
    ? inputChange(input)
    : `${input.from} made something else`;
}

/** `model changed`, `files changed: a.txt, b.txt`. */
function inputChange({ port, files }: Explanation['inputs'][number]): string {
  const shown = files.slice(0, 5).join(', ') + (files.length > 5 ? `, … (${files.length} files)` : '');
  return `${port} changed${shown === '' ? '' : `: ${shown}`}`;
}
