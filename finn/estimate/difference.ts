import type { Resources } from '../ops/op.ts';
import type { Reports } from './reports.ts';

/** A figure of a layer in two estimates; null where one of them has none. */
export interface DifferentFigure {
  readonly layer: string;
  readonly figure: keyof Resources | 'cycles';
  readonly first: number | null;
  readonly second: number | null;
}

type Figures = Pick<Reports, 'estimate_layer_cycles' | 'estimate_layer_resources'>;

/** The cycles and resources of layers that differ between two estimates of a graph. */
export function differentFigures(first: Figures, second: Figures): readonly DifferentFigure[] {
  const layers = new Set([
    ...Object.keys(first.estimate_layer_cycles),
    ...Object.keys(second.estimate_layer_cycles),
  ]);
  return [...layers].flatMap((layer) =>
    figures
      .map((figure) => ({
        layer,
        figure,
        first: valueIn(first, layer, figure),
        second: valueIn(second, layer, figure),
      }))
      .filter((found) => found.first !== found.second),
  );
}

const figures = [
  'cycles',
  'LUT',
  'BRAM_18K',
  'URAM',
  'DSP',
] as const satisfies readonly DifferentFigure['figure'][];

function valueIn(
  { estimate_layer_cycles: cycles, estimate_layer_resources: resources }: Figures,
  layer: string,
  figure: DifferentFigure['figure'],
): number | null {
  return (figure === 'cycles' ? cycles[layer] : resources[layer]?.[figure]) ?? null;
}
