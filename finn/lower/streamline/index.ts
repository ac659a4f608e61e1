import type { FloatGraph, FloatNode } from '../float_graph.ts';
import { rewrite, type Rule } from '../rewrite.ts';
import { batchNormToAffine, divToMul, subToAdd } from './affine_forms.ts';
import { collapseAdds, collapseMuls } from './collapse.ts';
import { removeIdentities } from './identities.ts';
import { moveAddPastMatMul, moveAddPastMul, moveMulPastMatMul, movePastReshape } from './move.ts';
import { convertQuantisers } from './quantisers.ts';
import { absorbSigns, factorOutSigns } from './signs.ts';
import { absorbAdd, absorbBias, absorbMul } from './thresholds.ts';
import { absorbIntoTopK } from './top_k.ts';
import { bipolarToXnor } from './xnor.ts';

/** FINN+ 1.6.1 `Streamline`, in its order, without the passes for convolutions. */
const passes: readonly Rule[] = [
  subToAdd,
  divToMul,
  batchNormToAffine,
  absorbBias,
  movePastReshape,
  moveAddPastMul,
  moveAddPastMatMul,
  moveMulPastMatMul,
  moveAddPastMul,
  collapseAdds,
  collapseMuls,
  absorbAdd,
  factorOutSigns,
  absorbMul,
  absorbSigns,
];

/**
 * Moves float arithmetic into thresholds until, in a network FINN can map, integers are left (FINN+ 1.6.1
 * `ConvertQONNXtoFINN` and `step_streamline`); tensors then have FINN's names.
 */
export function streamline(graph: FloatGraph): FloatGraph {
  const quantised = removeIdentities(rewrite(graph, convertQuantisers));
  const first = runPasses(rewrite(quantised, absorbBias));
  return rewrite(withFinnNames(runPasses(rewrite(first, bipolarToXnor))), absorbIntoTopK);
}

function runPasses(graph: FloatGraph): FloatGraph {
  return passes.reduce((current, pass) => removeIdentities(rewrite(current, pass)), graph);
}

/** Tensors named after the node that makes them, as QONNX's `GiveReadableTensorNames` does. */
function withFinnNames(graph: FloatGraph): FloatGraph {
  const names = new Map([[graph.input.name, 'global_in']]);
  const counts = new Map<string, number>();
  for (const node of graph.nodes) {
    const count = counts.get(node.op) ?? 0;
    counts.set(node.op, count + 1);
    names.set(node.output, `${node.op}_${count}_out0`);
  }
  names.set(graph.output, 'global_out');
  const rename = (name: string): string => names.get(name) ?? name;
  return {
    nodes: graph.nodes.map((node): FloatNode => ({
      ...node,
      inputs: node.inputs.map(rename),
      output: rename(node.output),
    })),
    input: { ...graph.input, name: rename(graph.input.name) },
    output: rename(graph.output),
  };
}
