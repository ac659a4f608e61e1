import type { Boundary, Cycles } from '../package/format.ts';

/** The messages of the board protocol as they are in memory; docs/protocol.md has the bytes. */

/** Names one package in its place: a board answers only if all three match what it holds. */
export interface DeployedPackage {
  readonly deployment: string;
  readonly position: number;
  /** Id of the package at that position. */
  readonly package: string;
}

/** Requests that only the owner of the board may send carry its lease. */
export interface Leased {
  readonly lease: string;
}

export interface Batch {
  readonly images: number;
  /** Consecutive images, each packed as its boundary says. */
  readonly packed: Uint8Array;
}

/** Another board, and the package that it runs on what it receives. */
export interface Hop extends Leased {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly position: number;
  readonly package: string;
}

export type Request =
  | { readonly type: 'status' }
  /** Asks for ownership with an empty `lease`, otherwise renews it. */
  | ({ readonly type: 'lease'; readonly seconds: number } & Leased)
  | ({ readonly type: 'release' } & Leased)
  | ({ readonly type: 'list' } & Leased)
  | ({ readonly type: 'metrics' } & Leased)
  | ({ readonly type: 'load' } & Leased & DeployedPackage)
  | ({ readonly type: 'infer' } & Leased & DeployedPackage & Batch)
  | ({
      readonly type: 'forward';
      /** The boards to which results are passed, in order; the last board's results are the answer. */
      readonly route: readonly Hop[];
      /** How long this board waits for the answer of the next one. */
      readonly deadlineSeconds: number;
    } & Leased &
      DeployedPackage &
      Batch)
  | ({ readonly type: 'unload' } & Leased);

export interface LoadedPackage {
  readonly type: 'loaded';
  readonly package: string;
  readonly emulated: boolean;
  readonly input: Boundary;
  readonly output: Boundary;
  readonly cycles: Cycles;
  /** Duration of the reconfiguration on the real board, by the time model; 0 on a real board. */
  readonly modelledSeconds: number;
}

/** One board's share of the work on a batch. */
export interface Work {
  readonly emulated: boolean;
  /** Duration of this batch on the accelerator alone, by the time model; 0 on a real board. */
  readonly modelledSeconds: number;
  /** Duration by the board's clock. */
  readonly measuredSeconds: number;
}

export interface Inferred extends Work, Batch {
  readonly type: 'inferred';
}

export interface Forwarded extends Batch {
  readonly type: 'forwarded';
  /** One for each board that the batch passed, in order. */
  readonly work: readonly Work[];
}

export interface Granted extends Leased {
  readonly type: 'leased';
  readonly seconds: number;
}

export interface Status {
  readonly type: 'status';
  readonly name: string;
  readonly boardType: string;
  readonly part: string;
  readonly emulated: boolean;
  /** Id of the deployment that the board holds; '' if none. */
  readonly deployment: string;
  /** Id of the loaded package; '' if none. */
  readonly loaded: string;
  /** Why the board accepts no batch until the next LOAD; '' if nothing is wrong. */
  readonly fault: string;
  /** Seconds until the owner's lease ends; 0 if the board is free. */
  readonly leasedSeconds: number;
}

export interface Listed {
  readonly type: 'listed';
  /** Ids of the packages that the board keeps. */
  readonly packages: readonly string[];
}

/** Figures since the start of the board's program, by name. */
export interface Metrics {
  readonly type: 'metrics';
  readonly figures: { readonly [name: string]: number };
}

export interface Failed {
  readonly type: 'error';
  /** Stable; docs/errors.md lists every one. */
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export type Reply =
  | Status
  | Granted
  | { readonly type: 'released' }
  | Listed
  | Metrics
  | LoadedPackage
  | Inferred
  | Forwarded
  | { readonly type: 'unloaded' }
  | Failed;
