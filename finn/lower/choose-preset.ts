import type { FloatGraph, FloatNode } from './float-graph.ts';
import { isJoin } from './float-graph.ts';
import type { Route } from './route.ts';

/** The preset for a network whose user names none: by FINN's default steps unless they cannot lower what is in it. */
export function presetFor({ nodes }: FloatGraph): Route['preset'] {
  const needsMore = nodes.some((node) => isJoin(node) || more.has(node.op));
  return needsMore ? 'residual' : 'default';
}

/** Operators that FINN's default steps leave in floating point. */
const more: ReadonlySet<FloatNode['op']> = new Set(['GlobalAveragePool', 'Upsample']);
