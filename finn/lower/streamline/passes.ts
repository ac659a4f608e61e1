import type { FloatGraph } from '../float-graph.ts';
import { constantOf, outputsOf } from '../float-graph.ts';
import type { Rule } from '../rewrite.ts';
import { rewrite } from '../rewrite.ts';
import { averagesToSums } from './average-pool.ts';
import { removeIdentities } from './identities.ts';
import { moveMulPastAdd, moveMulPastIm2Col } from './move.ts';
import { absorbBias } from './thresholds.ts';
import { collapseTransposes, moveTransposePastArithmetic } from './transposes.ts';

/** The rules that FINN applies one change at a time. */
const single: ReadonlySet<Rule> = new Set([
  absorbBias,
  averagesToSums,
  collapseTransposes,
  moveMulPastAdd,
  moveMulPastIm2Col,
  moveTransposePastArithmetic,
]);

/** A graph in, a graph out. */
export type Pass = (graph: FloatGraph) => FloatGraph;

/** One rule after the other. */
export function applied(graph: FloatGraph, rules: readonly Rule[]): FloatGraph {
  return rules.reduce(
    (current, rule) => rewrite(current, rule, single.has(rule) ? 'change' : 'sweep'),
    graph,
  );
}

/** One rule after the other, with the identities removed after each. */
export function inTurn(graph: FloatGraph, rules: readonly Rule[]): FloatGraph {
  return rules.reduce((current, rule) => removeIdentities(applied(current, [rule])), graph);
}

/**
 * Rules and passes in turn, with the identities removed after each, and all of them again until a round changes nothing
 * (QONNX 1.0.0 `ComposedTransformation`, which does not end if two of them undo each other).
 */
export function exhaustively(steps: readonly (Rule | { readonly pass: Pass })[]): Pass {
  return (graph) => {
    for (let before = graph; ;) {
      const after = steps.reduce(
        (current, step) => ('pass' in step ? removeIdentities(step.pass(current)) : inTurn(current, [step])),
        before,
      );
      if (after === before || isSame(before, after)) return after;
      before = after;
    }
  };
}

/** Whether two graphs compute the same in the same order, whatever their tensors are called. */
function isSame(left: FloatGraph, right: FloatGraph): boolean {
  const names = new Map([[left.input.name, right.input.name]]);
  return (
    left.nodes.length === right.nodes.length &&
    left.nodes.every((node, index) => {
      const other = right.nodes[index];
      if (node.op !== other?.op || constantOf(node)?.values.length !== constantOf(other)?.values.length)
        return false;
      const [mine, theirs] = [constantOf(node)?.values, constantOf(other)?.values];
      const theirOutputs = outputsOf(other);
      for (const [place, name] of outputsOf(node).entries()) names.set(name, theirOutputs[place] ?? '');
      return (
        node.inputs.every((name, place) => names.get(name) === other.inputs[place]) &&
        (mine === theirs || (mine?.every((value, place) => Object.is(value, theirs?.[place])) ?? false))
      );
    })
  );
}
