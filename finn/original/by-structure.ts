import { Refusal } from '../../base/refusal.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import type { HardwareGraph } from '../graph.ts';
import type { Route } from '../lower/route.ts';
import type { Lowered } from '../lower/lower.ts';
import { lower } from '../lower/lower.ts';

/**
 * By layer of a graph that FINN made of a tidy network: the quantiser whose integers it makes. FINN forgets them, so they are
 * those of the embedded front end, if it makes the same layers; otherwise none is known.
 */
export function quantisersOf(
  model: OnnxModel,
  { nodes }: HardwareGraph,
  part: string,
  route: Partial<Route>,
): ReadonlyMap<string, string> {
  const own = embedded(model, part, route);
  const isSame =
    own !== null &&
    own.graph.nodes.length === nodes.length &&
    own.graph.nodes.every(({ opType }, index) => kindOf(opType) === kindOf(nodes[index]?.opType ?? ''));
  if (!isSame) return new Map();
  return new Map(
    own.graph.nodes.flatMap(({ name }, index) => {
      const [quantiser, node] = [own.quantisers.get(name), nodes[index]];
      return quantiser === undefined || node === undefined ? [] : [[node.name, quantiser] as const];
    }),
  );
}

function embedded(model: OnnxModel, part: string, route: Partial<Route>): Lowered | null {
  try {
    return lower(model, part, null, route);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

function kindOf(opType: string): string {
  return opType.replace(/_(hls|rtl)$/, '');
}
