import type { FifoPlace, Network } from './network.ts';
import type { Wires } from './units/wires.ts';

/** One link of a chain of waits: a layer needs a word from another one, or room for a word on the way to it. */
export interface Wait {
  readonly layer: string;
  readonly needs: 'word' | 'room';
  readonly of: string;
}

/** One wait as a clause. */
export function describeWait({ layer, needs, of }: Wait): string {
  return needs === 'word'
    ? `${layer} needs a word from ${of}`
    : `${layer} has a word that ${of} does not take`;
}

/** A unit or a FIFO as the chain sees it. */
interface Place {
  /** Null for a FIFO, through which the chain passes. */
  readonly name: string | null;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** Why nothing moves: from the output back, each layer and what it waits for, until the chain closes. */
export function waitsOf(network: Network, wires: Wires): readonly Wait[] {
  const places = placesOf(network);
  const giverOf = (link: number): Place | undefined => places.find(({ outputs }) => outputs.includes(link));
  const takerOf = (link: number): Place | undefined => places.find(({ inputs }) => inputs.includes(link));
  const waits: Wait[] = [];
  const seen = new Set<Place>();
  let place = giverOf(network.sink.link);
  let asked: Wait['needs'] = 'word';
  let last: { readonly layer: string; readonly needs: Wait['needs'] } | null = null;
  while (place !== undefined) {
    if (place.name !== null && last !== null) waits.push({ ...last, of: place.name });
    if (seen.has(place)) break;
    seen.add(place);
    const next: { readonly needs: Wait['needs']; readonly place: Place | undefined } | null = nextOf(
      place,
      asked,
      wires,
      { giverOf, takerOf },
    );
    if (next === null) break;
    if (place.name !== null) last = { layer: place.name, needs: next.needs };
    asked = next.needs;
    ({ place } = next);
  }
  return waits;
}

/** What a place waits for; one that does not take a word waits for its own consumers first. */
function nextOf(
  { inputs, outputs }: Place,
  asked: Wait['needs'],
  { valid, ready }: Wires,
  {
    giverOf,
    takerOf,
  }: {
    readonly giverOf: (link: number) => Place | undefined;
    readonly takerOf: (link: number) => Place | undefined;
  },
): { readonly needs: Wait['needs']; readonly place: Place | undefined } | null {
  const hungry = inputs.find((link) => ready[link] === 1 && valid[link] === 0);
  const full = outputs.find((link) => valid[link] === 1 && ready[link] === 0);
  const word = hungry === undefined ? null : { needs: 'word' as const, place: giverOf(hungry) };
  const room = full === undefined ? null : { needs: 'room' as const, place: takerOf(full) };
  return asked === 'word' ? (word ?? room) : (room ?? word);
}

function placesOf({ units, fifos }: Network): readonly Place[] {
  return [
    ...units.map(({ layer, inputs, outputs }) => ({ name: layer, inputs, outputs })),
    ...fifos.map(({ input, output }: FifoPlace) => ({ name: null, inputs: [input], outputs: [output] })),
  ];
}
