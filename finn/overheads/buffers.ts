import { roundUpTo } from '../ops/shapes.ts';
import type { Stream, StreamEnd } from './streams.ts';

/** A queue; `width` is that of a stream word in bits, padded to bytes. */
export interface Fifo {
  /** In words. */
  readonly depth: number;
  readonly width: number;
}

/** A converter between stream words of these widths in bits. */
export interface WidthConverter {
  readonly input: number;
  readonly output: number;
}

/** A DMA engine between memory and a stream whose words are `width` bits, padded to bytes. */
export interface DmaEngine {
  readonly direction: 'in' | 'out';
  readonly width: number;
  /** Stream words per image. */
  readonly words: number;
}

/** Everything that FINN inserts on the streams of a submodel. */
export interface Buffers {
  readonly fifos: readonly Fifo[];
  readonly converters: readonly WidthConverter[];
  readonly engines: readonly DmaEngine[];
}

/** The depth of a FIFO, in words, that a stream requires at an end. */
export type DepthAt = (end: StreamEnd, stream: Stream) => number;

/**
 * The buffers of the layers from one index to another (FINN+ 1.6.1 `InsertDWC`, `InsertFIFO`, `InsertIODMA`): a FIFO on each
 * stream, two around a converter, and one at either end beside an engine.
 */
export function buffersOf(
  streams: readonly Stream[],
  first: number,
  last: number,
  depthAt: DepthAt,
): Buffers {
  const isInside = (end: StreamEnd | null): end is StreamEnd =>
    end !== null && end.node >= first && end.node <= last;
  const fifos: Fifo[] = [];
  const converters: WidthConverter[] = [];
  const engines: DmaEngine[] = [];
  const add = (depth: number, width: number): void => {
    fifos.push({ depth, width: roundUpTo(width, 8) });
  };
  for (const stream of streams) {
    const { from, to } = stream;
    if (isInside(from) && isInside(to)) {
      const [left, right] = [depthAt(from, stream), depthAt(to, stream)];
      if (from.elements === to.elements) {
        add(Math.max(left, right), from.width);
      } else {
        // A converter has its own FIFOs of two words.
        add(Math.max(left, 2), from.width);
        converters.push({ input: from.width, output: to.width });
        add(Math.max(2, right), to.width);
      }
      continue;
    }
    const end = isInside(from) ? from : isInside(to) ? to : null;
    if (end === null) continue;
    add(Math.max(depthAt(end, stream), 2), end.width);
    engines.push({
      direction: end === from ? 'out' : 'in',
      width: roundUpTo(end.width, 8),
      words: end.words,
    });
  }
  return { fifos, converters, engines };
}
