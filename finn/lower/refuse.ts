import { Refusal } from '../../base/refusal.ts';

/** What a node of the user's network does that the embedded front end cannot lower; `hint` says what it can. */
export function unsupported(
  node: { readonly name: string; readonly op: string },
  what: string,
  hint: string,
): Refusal {
  return new Refusal('lower/unsupported-op', `${node.name} (${node.op}) ${what}`, hint);
}

/** A network whose wiring, rather than one operator, is outside what the embedded front end lowers. */
export function unsupportedGraph(what: string, hint: string): Refusal {
  return new Refusal('lower/unsupported-graph', what, hint);
}
