/** A named board of the cluster. */
export type ClusterBoard = EmulatedBoard | RealBoard;

interface NamedBoard {
  readonly name: string;
  readonly type: string;
  readonly part: string;
  /** The amounts that the type has, by resource. */
  readonly resources: { readonly [resource: string]: number };
}

/** A board that runs as a process on this computer. */
export interface EmulatedBoard extends NamedBoard {
  readonly emulated: true;
  readonly address: null;
  readonly ssh: null;
}

/** A physical board on the network. */
export interface RealBoard extends NamedBoard {
  readonly emulated: false;
  /** The port on which its server listens. */
  readonly address: { readonly host: string; readonly port: number };
  /** Its SSH destination. */
  readonly ssh: string;
}
