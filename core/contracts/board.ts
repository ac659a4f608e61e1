/** A named board of the cluster. */
export type ClusterBoard = EmulatedBoard | RealBoard;

interface NamedBoard {
  readonly name: string;
  readonly type: string;
  readonly part: string;
  /** What the type has, by resource. */
  readonly resources: { readonly [resource: string]: number };
}

/** A board that runs as a process of this computer. */
export interface EmulatedBoard extends NamedBoard {
  readonly emulated: true;
  readonly address: null;
  readonly ssh: null;
}

/** A board of its own on the network. */
export interface RealBoard extends NamedBoard {
  readonly emulated: false;
  /** Where its server listens. */
  readonly address: { readonly host: string; readonly port: number };
  /** The destination by which ssh finds it. */
  readonly ssh: string;
}
