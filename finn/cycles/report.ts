import type { HardwareGraph } from '../graph.ts';
import { nodeOf } from '../ops/index.ts';
import type { Measured, Pace } from './measure.ts';
import { assumedLayers } from './measure.ts';
import type { FifoPlace, Modelled, Network } from './network.ts';
import type { Wait } from './waits.ts';

/** `timing.json`: how fast a submodel runs as it is built, in clock cycles, and why. */
export interface TimingReport {
  readonly format: 1;
  readonly clockMHz: number;
  /** Null if nothing comes out. */
  readonly pace: Pace | null;
  /** Where the pace comes from: the cycle model, or FINN's estimates, with the reason. */
  readonly source: { readonly type: 'cycles' } | { readonly type: 'finn'; readonly reason: string };
  /** The interval with FIFOs that never fill; null if it was not found out. */
  readonly unbounded: number | null;
  /** Layers whose schedule is assumed, since FINN builds them with HLS. */
  readonly assumed: readonly string[];
  readonly layers: readonly LayerTiming[];
  readonly fifos: readonly FifoTiming[];
  readonly deadlock: readonly Wait[];
}

/** A layer; waits are shares of the time that the run took, sampled. */
export interface LayerTiming {
  readonly name: string;
  /** FINN's estimate for an image. */
  readonly cycles: number;
  /** Its input was empty while it could take a word. */
  readonly starved: number;
  /** Its output had a word that nothing took. */
  readonly blocked: number;
  /** Results that its output queue had no place for: words may be lost. */
  readonly lost: number;
}

/** A FIFO between layers, in words. */
export interface FifoTiming extends Pick<FifoPlace, 'from' | 'to' | 'side' | 'width'> {
  readonly depth: number;
  readonly occupancy: number;
}

/** The report on a graph that was measured; `estimate` is FINN's cycles by layer. */
export function timingReport(
  graph: HardwareGraph,
  modelled: Modelled,
  depths: readonly number[],
  measured: Measured,
  { clockMHz, unbounded }: { readonly clockMHz: number; readonly unbounded: number | null },
): TimingReport {
  const estimates = new Map(
    graph.nodes.map((node) => {
      const { op, view } = nodeOf(graph, node);
      return [node.name, op.cycles(view)];
    }),
  );
  const network = modelled.type === 'network' ? modelled.network : null;
  const run = measured.type === 'too-long' ? null : measured.run;
  const isRun = network !== null && run !== null;
  return {
    format: 1,
    clockMHz,
    pace:
      measured.type === 'runs' ? measured.pace : measured.type === 'deadlock' ? null : finnPace(estimates),
    source: isRun ? { type: 'cycles' } : { type: 'finn', reason: reasonOf(modelled) },
    unbounded,
    assumed: network === null ? [] : assumedLayers(network),
    layers: [...estimates].map(([name, cycles]) => ({
      name,
      cycles,
      ...(isRun ? waitsAt(network, name, run) : { starved: 0, blocked: 0, lost: 0 }),
    })),
    fifos: (modelled.type === 'network' ? modelled.network : modelled).fifos.map(
      ({ from, to, side, width }, index) => ({
        ...{ from, to, side, width },
        depth: depths[index] ?? 0,
        occupancy: run?.occupancy[index] ?? 0,
      }),
    ),
    deadlock: measured.type === 'deadlock' ? measured.waits : [],
  };
}

/** FINN's own words: the slowest layer sets the pace, and an image passes one layer after the other. */
function finnPace(cycles: ReadonlyMap<string, number>): Pace {
  const all = [...cycles.values()];
  return { interval: Math.max(...all), latency: all.reduce((sum, value) => sum + value, 0) };
}

/** Why there is no simulation of a network. */
export function reasonOf(modelled: Modelled): string {
  return modelled.type === 'none'
    ? `no cycle model for ${modelled.layer} (${modelled.opType})`
    : 'too many cycles to simulate';
}

/** By the links to the FIFOs around a layer, since a layer that only renames a stream is not a unit. */
function waitsAt(
  { fifos }: Network,
  name: string,
  { blocked, starved, samples, lost }: Extract<Measured, { readonly type: 'runs' }>['run'],
): Omit<LayerTiming, 'name' | 'cycles'> {
  const most = (links: readonly number[], counts: Int32Array): number =>
    Math.max(0, ...links.map((link) => counts[link] ?? 0)) / Math.max(1, samples);
  const into = fifos.filter(({ to, side }) => to === name && side !== 'before-converter');
  const outOf = fifos.filter(({ from, side }) => from === name && side !== 'behind-converter');
  return {
    starved: most(
      into.map(({ output }) => output),
      starved,
    ),
    blocked: most(
      outOf.map(({ input }) => input),
      blocked,
    ),
    lost: lost.get(name) ?? 0,
  };
}
