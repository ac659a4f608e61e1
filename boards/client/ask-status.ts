import type { ClusterKey } from '../keys.ts';
import type { Status } from '../protocol/messages.ts';
import type { Address } from './connection.ts';
import { connectBoard } from './connection.ts';

/**
 * The status of a board, over a separate connection; refuses as `connectBoard` does. `seconds` is the deadline of
 * connecting and of asking.
 */
export async function askStatus(
  { name, address }: { readonly name: string; readonly address: Address },
  key: ClusterKey,
  seconds: number,
): Promise<Status> {
  const connection = await connectBoard(name, address, key, seconds);
  try {
    return await connection.status(seconds);
  } finally {
    connection.close();
  }
}
