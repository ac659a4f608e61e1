import { defined } from '../../base/defined.ts';
import { boardType } from '../../boards/data.ts';
import { readHardwareGraph } from '../../finn/dialect/read.ts';
import { packedByteLength } from '../../finn/packing.ts';
import type { ResourceKind } from '../../finn/split/board.ts';
import { kindsOf } from '../../finn/split/board.ts';
import type { SubmodelDescription } from '../../finn/split/describe.ts';
import { largerOf } from '../../finn/synthesis/amounts.ts';
import type { ResourceModel } from '../../finn/synthesis/layer.ts';
import { layerResources } from '../../finn/synthesis/layer.ts';
import type { TimingReport } from '../finn/timing/advice.ts';
import type { ShowContext, ShownResults } from '../view.ts';
import { reasonsFor } from './cut-reasons.ts';
import type { SubmodelNames } from './names.ts';

/** An amount of a resource, and its share of the board; null if there is no board or it has none. */
export interface Used {
  readonly amount: number;
  readonly share: number | null;
}

export interface ShownLayer {
  readonly name: string;
  /** Per image, by FINN's estimate. */
  readonly cycles: number;
  /** Of the board, of the resource that it takes most of. */
  readonly share: number;
}

export interface ShownSubmodel {
  readonly position: number;
  readonly id: string;
  /** Null if the cluster has no boards. */
  readonly board: string | null;
  readonly boardType: string;
  readonly layers: readonly ShownLayer[];
  /** Of what must fit: layers, and overheads if they are modelled. */
  readonly used: { readonly [kind in ResourceKind]?: Used };
  /** In clock cycles; `isEstimate`: FINN's, by the slowest layer and the sum of all. */
  readonly pace: { readonly interval: number; readonly latency: number; readonly isEstimate: boolean };
  /** Bytes per image. */
  readonly inputBytes: number;
  readonly outputBytes: number;
  /** Why the network is cut behind it; null for the last one. */
  readonly cut: string | null;
}

/** What there is to show of a split. */
export interface SplitFacts {
  readonly strategy: string;
  readonly model: ResourceModel;
  readonly clockMHz: number;
  readonly submodels: readonly ShownSubmodel[];
  /** Boards that run none. */
  readonly idle: readonly string[];
}

/** Reads the facts from the artifacts of a split, of the network before it, and of the simulation of its submodels if there is one. */
export async function factsOf(context: ShowContext): Promise<SplitFacts> {
  const { plan, own } = context;
  const { label } = defined(own.results[0], 'there is a result to show');
  const json = async (port: string, path: string): Promise<unknown> =>
    JSON.parse(String(defined(await own.read(label, port, path), `${label} has made ${path}`)));
  const report = (await json('report', 'split.json')) as Report;
  const names = (await json('names', 'names.json')) as readonly SubmodelNames[];
  const model = report.model ?? 'finn';
  const reasons = await reasonsFor(context, names);
  const paces = await pacesOf(context);
  const { clockMHz, part } = plan.target;
  const submodels = await Promise.all(
    report.submodels.map(
      async ({ position, id, board: type, share, ...reported }): Promise<ShownSubmodel> => {
        const described = (await json('submodels', `${id}/submodel.json`)) as SubmodelDescription;
        const file = defined(await own.read(label, 'submodels', `${id}/submodel.onnx`), `${id} has a graph`);
        const graph = readHardwareGraph(file);
        const { resources } = boardType(type);
        const original = new Map(names[position]?.nodes);
        const layers = graph.nodes.map((node): ShownLayer => {
          const needed = largerOf(layerResources(graph, node, part, model));
          const shares = kindsOf(model).map((kind) =>
            resources[kind] === 0 ? 0 : needed[kind] / resources[kind],
          );
          const cycles = described.cycles.perNode[node.name] ?? 0;
          return { name: original.get(node.name) ?? node.name, cycles, share: Math.max(...shares) };
        });
        const used = kindsOf(model).map((kind): readonly [ResourceKind, Used] => {
          const ofBoard = share?.[kind] ?? null;
          const alone = kind === 'FF' ? 0 : reported.resources[kind];
          return [
            kind,
            { amount: ofBoard === null ? alone : Math.round(ofBoard * resources[kind]), share: ofBoard },
          ];
        });
        return {
          position,
          id,
          board: plan.cluster[position % plan.cluster.length]?.name ?? null,
          boardType: type,
          layers,
          used: Object.fromEntries(used),
          pace: paces.get(position) ?? {
            interval: described.cycles.max,
            latency: described.cycles.total,
            isEstimate: true,
          },
          inputBytes: packedByteLength(described.input.shape, described.input.datatype),
          outputBytes: packedByteLength(described.output.shape, described.output.datatype),
          cut:
            position === report.submodels.length - 1 ? null : (reasons[position] ?? 'by an earlier result'),
        };
      },
    ),
  );
  const idle = plan.cluster.slice(submodels.length).map(({ name }) => name);
  return { strategy: report.strategy, model, clockMHz, submodels, idle };
}

/** The part of `split.json` that is used here. */
interface Report {
  readonly strategy: string;
  readonly model?: 'rtl';
  readonly submodels: readonly {
    readonly position: number;
    readonly id: string;
    readonly board: string;
    readonly resources: { readonly [kind in Exclude<ResourceKind, 'FF'>]: number };
    readonly share: { readonly [kind in ResourceKind]?: number | null } | null;
  }[];
}

/** The simulated paces by position, as far as submodels have been simulated. */
async function pacesOf({
  plan,
  stage,
  of,
}: ShowContext): Promise<ReadonlyMap<number, ShownSubmodel['pace']>> {
  const step = plan.stages.find(
    ({ kind, foreach }) =>
      kind === 'finn/timing' && foreach?.type === 'items' && foreach.from.stage === stage.name,
  );
  const timed: ShownResults | null = step === undefined ? null : await of(step.name);
  const paces = new Map<number, ShownSubmodel['pace']>();
  for (const { label } of timed?.results ?? []) {
    const file = await timed?.read(label, 'report', 'timing.json');
    const { pace, source } = JSON.parse(String(file)) as TimingReport;
    const position = Number(label.split('/').at(-1));
    if (pace !== null) paces.set(position, { ...pace, isEstimate: source.type === 'finn' });
  }
  return paces;
}
