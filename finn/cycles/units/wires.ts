/**
 * The handshakes of all links between units, a byte each: a word passes on a link in every cycle in which its producer is
 * `valid` and its consumer `ready`. Both depend on registers alone, so one cycle is: all `fire`, then one step of each unit, in
 * any order.
 */
export interface Wires {
  readonly valid: Uint8Array;
  readonly ready: Uint8Array;
  readonly fire: Uint8Array;
}

/** Wires at reset: no word is offered, and no one is ready. */
export function wiresFor(links: number): Wires {
  const bytes = Math.ceil(links / 4) * 4;
  return { valid: new Uint8Array(bytes), ready: new Uint8Array(bytes), fire: new Uint8Array(bytes) };
}

/** Sets `fire` on all links of `wires` at each call; returns whether a word passes on any of them. */
export function handshakesOf({ valid, ready, fire }: Wires): () => boolean {
  // Four links at a time: this is the loop over most elements of all.
  const offers = new Uint32Array(valid.buffer);
  const takes = new Uint32Array(ready.buffer);
  const passes = new Uint32Array(fire.buffer);
  return () => {
    let any = 0;
    for (let place = 0; place < passes.length; place += 1) {
      const four = (offers[place] ?? 0) & (takes[place] ?? 0);
      passes[place] = four;
      any |= four;
    }
    return any !== 0;
  };
}

/** Whether a word passes on any link. */
export function isMoving({ fire }: Wires): boolean {
  return fire.includes(1);
}

/** A unit between links: `step` is one clock edge; it reads `fire` and sets its own `valid` and `ready`. */
export interface Unit {
  readonly step: (wires: Wires) => void;
}
