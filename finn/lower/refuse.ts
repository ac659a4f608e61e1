import { Refusal } from '../../base/refusal.ts';

/** The refusal of a node of the user's network that the embedded front end cannot lower; `hint` says what it can lower. */
export function unsupported(
  node: { readonly name: string; readonly op: string },
  what: string,
  hint: string,
): Refusal {
  return new Refusal('lower/unsupported-op', `${node.name} (${node.op}) ${what}`, hint);
}

/** The refusal of a network because of its wiring rather than one operator. */
export function unsupportedGraph(what: string, hint: string): Refusal {
  return new Refusal('lower/unsupported-graph', what, hint);
}
