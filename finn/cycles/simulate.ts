import type { Machine } from './machine.ts';
import { machineOf } from './machine.ts';
import type { Network } from './network.ts';
import type { Driver } from './drivers.ts';
import { eager } from './drivers.ts';
import type { Wait } from './waits.ts';
import { waitsOf } from './waits.ts';
import { handshakesOf, isMoving } from './units/wires.ts';
import { silence } from './silence.ts';

/** How a network is run. */
export interface RunOptions {
  /** Images that enter back to back. */
  readonly images: number;
  /** Places that the output queue of an MVAU_rtl has more than FINN's; 0 is FINN's. */
  readonly queue: number;
  /** Steps of units after which the run is given up. */
  readonly limit: number;
  /** How words are offered and taken; by default as fast as possible. */
  readonly driver?: Driver;
  /** Whether to keep the cycle of every output word, and to sample how long each link waits. */
  readonly watch?: boolean;
  /** The run is over once an image needs more cycles than this behind the one before it. */
  readonly pace?: number;
}

/** The facts of a run; cycles count from the first one in which a word is offered. */
export interface Run {
  /**
   * `done`: all images came out. `deadlock`: nothing moves any more. `late`: an image missed the pace. `limit`: too long to
   * simulate.
   */
  readonly ending: 'done' | 'deadlock' | 'late' | 'limit';
  /** The cycle of the last word of each image that came out. */
  readonly ends: readonly number[];
  /** The cycle in which the first word was taken. */
  readonly start: number;
  readonly cycles: number;
  /** Steps of units that the run took. */
  readonly steps: number;
  /** The most words in each FIFO, in the order of the network. */
  readonly occupancy: readonly number[];
  /** By layer: results that its output queue had no place for. */
  readonly lost: ReadonlyMap<string, number>;
  /** Why nothing moves; empty unless there is a deadlock. */
  readonly waits: readonly Wait[];
  /** With `watch`: the cycle of every output word. */
  readonly words: Int32Array;
  /** With `watch`: by link, the samples in which a word waited for its consumer, and a consumer for a word. */
  readonly blocked: Int32Array;
  readonly starved: Int32Array;
  readonly samples: number;
}

/** Cycles from reset until the first word is offered; padding already runs then. */
const settling = 20;

/** Cycles between two samples of waits: a prime, so that no rhythm of a network hides from them. */
const sampling = 61;

/** Runs a network with these depths of its FIFOs, in their order. */
export function simulate(network: Network, depths: readonly number[], options: RunOptions): Run {
  const { images, queue, limit, driver = eager, watch = false, pace = Infinity } = options;
  const machine = machineOf(network, depths, queue);
  const { wires, parallelWindows, step } = machine;
  const { valid, ready, fire } = wires;
  const pass = handshakesOf(wires);
  const { source, sink, links } = network;
  const perCycle = network.units.length + network.fifos.length;
  const patience = silence(network, depths);
  const [offered, wanted] = [source.words * images, sink.words * images];
  const words = new Int32Array(watch ? wanted : 0);
  const [blocked, starved] = [new Int32Array(watch ? links : 0), new Int32Array(watch ? links : 0)];
  const ends: number[] = [];
  const { offers, takes } = driver(source, sink);
  let [taken, given, start, moved, samples] = [0, 0, 0, 0, 0];
  let due = Infinity;
  let cycle = -settling;
  const end = (ending: Run['ending']): Run => {
    const occupancy = machine.fifos.map(({ most }) => most);
    const waits = ending === 'deadlock' ? waitsOf(network, wires) : [];
    const steps = (cycle + settling) * perCycle;
    return {
      ...{ ending, ends, start, cycles: ending === 'deadlock' ? moved : cycle, steps, occupancy },
      ...{ lost: machine.lost(), waits, words, blocked, starved, samples },
    };
  };
  for (; given < wanted; cycle += 1) {
    const isOn = cycle >= 0;
    const isOffered = isOn && taken < offered && offers(cycle, taken);
    const isTaken = isOn && takes(cycle, given);
    valid[source.link] = isOffered ? 1 : 0;
    ready[sink.link] = isTaken ? 1 : 0;
    let moves = pass();
    let isVetoed = false;
    for (const unit of parallelWindows) isVetoed = unit.veto() || isVetoed;
    if (isVetoed) moves = isMoving(wires);
    if (fire[sink.link] === 1) {
      if (watch) words[given] = cycle;
      given += 1;
      if (given % sink.words === 0) {
        ends.push(cycle);
        due = cycle + pace;
      }
    }
    if (fire[source.link] === 1) {
      if (taken === 0) start = cycle;
      taken += 1;
    }
    // The world may wait too.
    if (moves || (!isOffered && taken < offered) || (!isTaken && valid[sink.link] === 1)) moved = cycle;
    else if (cycle - moved > patience) return end('deadlock');
    if (cycle > due) return end('late');
    if ((cycle + settling) * perCycle > limit) return end('limit');
    if (watch && isOn && cycle % sampling === 0) {
      count(wires, blocked, starved);
      samples += 1;
    }
    step();
  }
  return end('done');
}

function count({ valid, ready }: Machine['wires'], blocked: Int32Array, starved: Int32Array): void {
  for (let link = 0; link < blocked.length; link += 1) {
    const [offers, takes] = [valid[link] ?? 0, ready[link] ?? 0];
    if (offers > takes) blocked[link] = (blocked[link] ?? 0) + 1;
    if (takes > offers) starved[link] = (starved[link] ?? 0) + 1;
  }
}
