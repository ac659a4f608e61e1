import type { SynthesisedResources } from '../ops/op.ts';
import { exceeded } from './board.ts';

/**
 * How the two models of resources disagree about what fits, as the end of a sentence "it fits … by": null if it fits by both or by
 * neither.
 */
export function differenceOf(
  byRtl: SynthesisedResources,
  byFinn: SynthesisedResources,
  available: SynthesisedResources,
): string | null {
  const [over, overByFinn] = [exceeded(byRtl, available), exceeded(byFinn, available)];
  if ((over.length === 0) === (overByFinn.length === 0)) return null;
  const figures = [...over, ...overByFinn].map((kind) => {
    const estimate = kind === 'FF' ? 'FF not counted' : `${byFinn[kind]} ${kind}`;
    return `${estimate} by FINN, ${byRtl[kind]} by the RTL, ${Math.floor(available[kind])} available`;
  });
  const [fitting, other] =
    over.length === 0 ? ['its RTL', "FINN's estimates"] : ["FINN's estimates", 'its RTL'];
  return `${fitting}, but not by ${other}: ${figures.join('; ')}`;
}
