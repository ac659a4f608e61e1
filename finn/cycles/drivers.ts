import type { Port } from './network.ts';

/** The world around a network: when it offers words and takes them. */
export interface World {
  /** Whether the next word is offered; `taken` is the number of words taken before. A word that is offered stays so. */
  readonly offers: (cycle: number, taken: number) => boolean;
  /** Whether a word is taken; `given` is the number of words taken before. */
  readonly takes: (cycle: number, given: number) => boolean;
}

export type Driver = (source: Port, sink: Port) => World;

/** A word in every cycle. */
export const eager: Driver = () => ({ offers: () => true, takes: () => true });

/** DMA engines at memory ports of this many bits per cycle: a wider word takes several cycles. */
export function dma(portWidth: number): Driver {
  return (source, sink) => {
    const takes = spaced(Math.max(1, sink.width / portWidth));
    const offers = spaced(Math.max(1, source.width / portWidth));
    return { offers, takes };
  };
}

/** Images at this pace, in cycles: the words of an image are offered evenly. */
export function paced(interval: number): Driver {
  return (source) => {
    const cycles = interval / source.words;
    return { offers: (cycle, taken) => cycle >= taken * cycles, takes: () => true };
  };
}

/**
 * Random stalls at both ends, each in this percentage of the cycles. The generator (`x·1103515245 + 12345` modulo 2³², bits 16
 * and up) draws for the source while it offers nothing, then for the sink, so that a test bench can draw the same.
 */
export function stalling(percent: number, words: number): Driver {
  return () => {
    let seed = 1;
    let pending = -1;
    const goes = (): boolean => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed >>> 16) % 100 >= percent;
    };
    return {
      offers: (_cycle, taken) => {
        if (pending !== taken && taken < words && goes()) pending = taken;
        return pending === taken;
      },
      takes: () => goes(),
    };
  };
}

/** Words that follow each other after at least this many cycles; one is prepared while the one before it waits. */
function spaced(cycles: number): (cycle: number, taken: number) => boolean {
  let [next, known] = [0, 0];
  return (cycle, taken) => {
    if (taken > known) {
      next = Math.max(next + cycles, cycle - 1 + Math.min(1, cycles));
      known = taken;
    }
    return cycle >= next;
  };
}
