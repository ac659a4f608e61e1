import type { Json } from '../../base/json.ts';

/** An entry of `names.json`, which has one per submodel, in order. */
export interface SubmodelNames {
  readonly id: string;
  readonly position: number;
  /** Local and original name of each node. */
  readonly nodes: readonly (readonly [string, string])[];
}

/** The original names of the nodes in each submodel, by position. */
export function originalNames(file: Json): readonly (readonly string[])[] {
  return (file as unknown as readonly SubmodelNames[]).map(({ nodes }) =>
    nodes.map(([, original]) => original),
  );
}
