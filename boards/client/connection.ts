import type { ClusterKey } from '../keys.ts';
import type {
  Batch,
  DeployedPackage,
  Forwarded,
  Hop,
  Inferred,
  Listed,
  LoadedPackage,
  Metrics,
  Status,
} from '../protocol/messages.ts';
import { ask, endConversation, startConversation } from './conversation.ts';
import type { Address } from './dial.ts';
import { dialBoard } from './dial.ts';
import { acquireLease, createClientLease, releaseLease, asOwner } from './lease.ts';

export type { Address } from './dial.ts';

/**
 * One connection to a board. Requests may be sent before earlier ones are answered. Every failure is a `Refusal` that names
 * the board; no request waits beyond its deadline.
 */
export interface BoardConnection {
  readonly name: string;
  readonly address: Address;
  /** How many LOAD, INFER, FORWARD and UNLOAD the board takes before it has answered the first. */
  readonly window: number;
  readonly status: (deadlineSeconds: number) => Promise<Status>;
  /** Becomes the owner of the board until `release`, `close` or the end of this process; returns the lease. */
  readonly acquire: (leaseSeconds: number, deadlineSeconds: number) => Promise<string>;
  /** Uses the lease of another connection, which keeps it alive. */
  readonly borrow: (lease: string) => void;
  readonly release: (deadlineSeconds: number) => Promise<void>;
  /** The lease sent with requests; '' before `acquire`. */
  readonly lease: () => string;
  readonly list: (deadlineSeconds: number) => Promise<Listed>;
  readonly metrics: (deadlineSeconds: number) => Promise<Metrics>;
  readonly load: (place: DeployedPackage, deadlineSeconds: number) => Promise<LoadedPackage>;
  readonly infer: (batch: DeployedPackage & Batch, deadlineSeconds: number) => Promise<Inferred>;
  /** As `infer`, but the results go on to the boards of the route; returns the results of the last one. */
  readonly forward: (
    batch: DeployedPackage & Batch & { readonly route: readonly Hop[] },
    deadlineSeconds: number,
  ) => Promise<Forwarded>;
  readonly unload: (deadlineSeconds: number) => Promise<void>;
  /** Whether the connection is still usable. */
  readonly isOpen: () => boolean;
  readonly close: () => void;
}

/** Connects to the board `name` and greets it; refuses as `dialBoard` does. */
export async function connectBoard(
  name: string,
  address: Address,
  key: ClusterKey,
  deadlineSeconds: number,
): Promise<BoardConnection> {
  const line = await dialBoard(name, address, key, deadlineSeconds);
  const talk = startConversation(name, line);
  const held = createClientLease(talk);
  const lease = (): string => held.id;
  return {
    name,
    address,
    window: line.window,
    status: (deadline) => ask(talk, { type: 'status' }, 'status', deadline),
    acquire: (seconds, deadline) => acquireLease(talk, held, seconds, deadline),
    borrow: (borrowed) => {
      held.id = borrowed;
    },
    release: (deadline) => releaseLease(talk, held, deadline),
    lease,
    list: (deadline) => ask(talk, { type: 'list', lease: lease() }, 'listed', deadline),
    metrics: (deadline) => ask(talk, { type: 'metrics', lease: lease() }, 'metrics', deadline),
    load: (place, deadline) => ask(talk, { ...place, type: 'load', lease: lease() }, 'loaded', deadline),
    infer: (batch, deadline) =>
      asOwner(talk, held, deadline, (lease) =>
        ask(talk, { ...batch, type: 'infer', lease }, 'inferred', deadline),
      ),
    // The board gives up on the next one a little before this side gives up on it, so that its answer names the failing board.
    forward: (batch, deadline) => {
      const deadlineSeconds = 0.9 * deadline;
      return asOwner(talk, held, deadline, (lease) =>
        ask(talk, { ...batch, type: 'forward', lease, deadlineSeconds }, 'forwarded', deadline),
      );
    },
    unload: async (deadline) => {
      await ask(talk, { type: 'unload', lease: lease() }, 'unloaded', deadline);
    },
    isOpen: () => talk.failure === null,
    close: () => endConversation(talk, ', closed from this side'),
  };
}
