import { defined } from '../../../base/defined.ts';
import type { Reports } from '../../../finn/estimate/reports.ts';
import type { ShowContext, View } from '../../view.ts';
import type { SubmodelNames } from '../../split/names.ts';

/** An estimate for people: the layers with the submodel that they are in, their cycles and resources by FINN's estimates. */
export const showEstimate: View = async (context) => {
  const { plan, own } = context;
  const { label } = defined(own.results[0], 'there is a result to show');
  const read = async <Name extends keyof Reports>(name: Name): Promise<Reports[Name]> =>
    JSON.parse(
      String(defined(await own.read(label, 'report', `${name}.json`), `${label} has reported ${name}`)),
    ) as Reports[Name];
  const cycles = await read('estimate_layer_cycles');
  const resources = await read('estimate_layer_resources');
  const performance = await read('estimate_network_performance');
  const positions = await submodelsOf(context);
  const layers = Object.entries(cycles).map(([name, count]) => {
    const { LUT = 0, BRAM_18K = 0, DSP = 0, URAM = 0 } = resources[name] ?? {};
    return { name, submodel: positions.get(name) ?? null, cycles: count, LUT, BRAM_18K, DSP, URAM };
  });
  const isSplit = layers.some(({ submodel }) => submodel !== null);
  const kinds = (['LUT', 'BRAM_18K', 'DSP', 'URAM'] as const).filter(
    (kind) => kind !== 'URAM' || layers.some(({ URAM }) => URAM > 0),
  );
  const total = (kind: (typeof kinds)[number]): string =>
    String(layers.reduce((sum, layer) => sum + layer[kind], 0));
  const rows = [
    ['layer', ...(isSplit ? ['part'] : []), 'cycles', ...kinds.map((kind) => kind.replace('_18K', '18'))],
    ...layers.map((layer) => [
      layer.name,
      ...(isSplit ? [layer.submodel === null ? '-' : String(layer.submodel)] : []),
      String(layer.cycles),
      ...kinds.map((kind) => String(layer[kind])),
    ]),
    ['total', ...(isSplit ? [''] : []), '', ...kinds.map(total)],
  ];
  const { max_cycles_node_name: slowest, estimated_throughput_fps: rate } = performance;
  const shownRate = rate < 10 ? rate.toFixed(2) : String(Math.round(rate));
  return {
    svg: null,
    facts: { clockMHz: plan.target.clockMHz, slowest, imagesPerSecond: rate, layers },
    blocks: [
      { type: 'table', rows, numbers: rows[0]?.map((_, column) => column).slice(1) ?? [], flexible: [0] },
      { type: 'gap' },
      {
        type: 'text',
        text: `By FINN's estimates ${shownRate} img/s at ${plan.target.clockMHz} MHz: ${slowest} is the slowest layer.`,
      },
    ],
  };
};

/** By name of a layer, the position of its submodel; empty without a split that is up to date. */
async function submodelsOf({ plan, stage, of }: ShowContext): Promise<ReadonlyMap<string, number>> {
  const split = plan.stages.find(
    ({ kind, needs }) => kind === 'split' && Object.values(needs).some((need) => need.stage === stage.name),
  );
  const found = split === undefined ? null : await of(split.name);
  const [made] = found?.results ?? [];
  const file = made === undefined ? null : await found?.read(made.label, 'names', 'names.json');
  if (file === null || file === undefined) return new Map();
  const names = JSON.parse(String(file)) as readonly SubmodelNames[];
  return new Map(
    names.flatMap(({ nodes, position }) => nodes.map(([, original]) => [original, position] as const)),
  );
}
