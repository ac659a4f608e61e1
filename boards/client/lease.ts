import type { Conversation } from './conversation.ts';
import { ask } from './conversation.ts';

/** The lease that the requests of a conversation carry, and what renews it. */
export interface ClientLease {
  /** '' before the board is acquired. */
  id: string;
  /** The last lease that the board has seen on this connection. */
  shown: string;
  heartbeat: NodeJS.Timeout | undefined;
}

/** A conversation without a lease; the end of the conversation also ends the heartbeat. */
export function createClientLease({ line }: Conversation): ClientLease {
  const lease: ClientLease = { id: '', shown: '', heartbeat: undefined };
  line.socket.once('close', () => clearInterval(lease.heartbeat));
  return lease;
}

/** Acquires the board or renews its lease, and from then on renews it three times in each `seconds`; returns the lease. */
export async function acquireLease(
  conversation: Conversation,
  lease: ClientLease,
  seconds: number,
  deadlineSeconds: number,
): Promise<string> {
  const renew = (deadline: number) =>
    ask(conversation, { type: 'lease', lease: lease.id, seconds }, 'leased', deadline);
  const granted = await renew(deadlineSeconds);
  lease.id = lease.shown = granted.lease;
  clearInterval(lease.heartbeat);
  // One of the three beats may be lost and one late. If a beat is refused, the next request is refused for the same reason.
  const beat = (): void => {
    renew(seconds).catch(() => clearInterval(lease.heartbeat));
  };
  lease.heartbeat = setInterval(beat, (granted.seconds * 1000) / 3);
  return lease.id;
}

/**
 * Sends a request once the board has seen that this connection has its owner's lease, since only an owner may send long frames:
 * at once, except for a lease that was acquired on another connection.
 */
export async function asOwner<T>(
  conversation: Conversation,
  lease: ClientLease,
  deadlineSeconds: number,
  send: (lease: string) => Promise<T>,
): Promise<T> {
  const { id } = lease;
  if (id !== lease.shown) {
    await ask(conversation, { type: 'metrics', lease: id }, 'metrics', deadlineSeconds);
    lease.shown = id;
  }
  return send(id);
}

/** Releases the board. */
export async function releaseLease(
  conversation: Conversation,
  lease: ClientLease,
  deadlineSeconds: number,
): Promise<void> {
  clearInterval(lease.heartbeat);
  const returned = lease.id;
  lease.id = lease.shown = '';
  await ask(conversation, { type: 'release', lease: returned }, 'released', deadlineSeconds);
}
