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
  return { valid: new Uint8Array(links), ready: new Uint8Array(links), fire: new Uint8Array(links) };
}

/** A unit between links: `step` is one clock edge; it reads `fire` and sets its own `valid` and `ready`. */
export interface Unit {
  readonly step: () => void;
}
