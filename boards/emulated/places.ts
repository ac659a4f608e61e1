import { Refusal } from '../../base/refusal.ts';

/** A connection as seen by what decides who is served. */
export interface PlacedConnection {
  /** The client's, without the port. */
  readonly address: string;
  /** Whether it has shown the lease of the board's present owner. */
  readonly isOwners: () => boolean;
  /** Ends the connection with this refusal. */
  readonly evict: (reason: Refusal) => void;
}

/** Who is served at the same time: a few connections that have yet to prove the key, and apart from them those that have. */
export interface Places {
  /**
   * Gives a new connection a place before the proof. If there is none, one of the address with most of them gives way, the
   * oldest first; so connections that prove nothing keep no one from the board.
   */
  readonly admit: (connection: PlacedConnection) => void;
  /**
   * Moves a connection that has proven the key. If there is no place, the oldest that is not its owner's gives way; refuses
   * (`board/too-many-clients`) if all are the owner's.
   */
  readonly promote: (connection: PlacedConnection) => void;
  readonly leave: (connection: PlacedConnection) => void;
}

/** `most`: how many connections that have proven the key are served. */
export function createPlaces(board: string, most: number): Places {
  let strangers: PlacedConnection[] = [];
  let proven: PlacedConnection[] = [];
  const leave = (connection: PlacedConnection): void => {
    strangers = strangers.filter((each) => each !== connection);
    proven = proven.filter((each) => each !== connection);
  };
  const end = (connection: PlacedConnection, places: number): void => {
    leave(connection);
    connection.evict(full(board, places));
  };
  const admit = (connection: PlacedConnection): void => {
    const crowded = crowdedAddress(strangers, connection.address);
    const oldest = strangers.find(({ address }) => address === crowded);
    if (oldest !== undefined) end(oldest, mostStrangers);
    strangers.push(connection);
  };
  const promote = (connection: PlacedConnection): void => {
    if (proven.length >= most) {
      const oldest = proven.find((each) => !each.isOwners());
      if (oldest === undefined) throw full(board, most);
      end(oldest, most);
    }
    leave(connection);
    proven.push(connection);
  };
  return { admit, promote, leave };
}

const mostStrangers = 8;
const mostOfOneAddress = 4;

/** The address of which a connection must give way to one from `newcomer`; null if there is room. */
function crowdedAddress(strangers: readonly PlacedConnection[], newcomer: string): string | null {
  const places = new Map<string, number>();
  for (const { address } of strangers) places.set(address, (places.get(address) ?? 0) + 1);
  if ((places.get(newcomer) ?? 0) >= mostOfOneAddress) return newcomer;
  if (strangers.length < mostStrangers) return null;
  const [most] = [...places].sort(([, one], [, other]) => other - one);
  return most?.[0] ?? null;
}

function full(board: string, places: number): Refusal {
  return new Refusal(
    'board/too-many-clients',
    `${board} serves at most ${places} connections`,
    'close those that are not needed',
  );
}
