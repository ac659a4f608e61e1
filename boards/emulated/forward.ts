import { Refusal } from '../../base/refusal.ts';
import type { BoardConnection } from '../client/connection.ts';
import { connectBoard } from '../client/connection.ts';
import type { ClusterKey } from '../keys.ts';
import type { Forwarded, Hop, Inferred, Request, Work } from '../protocol/messages.ts';

/** Sends results directly to the next board of their route and returns the answer of the last one. */
export interface Forwarder {
  readonly pass: (request: Request & { readonly type: 'forward' }, mine: Inferred) => Promise<Forwarded>;
}

const maximumHops = 16;

/** Connections to other boards are kept for as long as they work. */
export function createForwarder(key: ClusterKey): Forwarder {
  const lines = new Map<string, Promise<BoardConnection>>();

  const lineTo = async ({ name, host, port }: Hop, deadlineSeconds: number): Promise<BoardConnection> => {
    const at = `${name} ${host} ${port}`;
    const kept = await lines.get(at)?.catch(() => null);
    if (kept?.isOpen() === true) return kept;
    const line = connectBoard(name, { host, port }, key, deadlineSeconds);
    lines.set(at, line);
    return line;
  };

  const pass: Forwarder['pass'] = async (request, mine) => {
    const [next, ...route] = request.route;
    const { images, packed } = mine;
    const work = workOf(mine);
    if (next === undefined || route.length >= maximumHops)
      throw new Refusal('board/wrong-route', `a route must have 1 to ${maximumHops} boards`);

    const { deployment, deadlineSeconds } = request;
    const line = await lineTo(next, deadlineSeconds);
    line.borrow(next.lease);
    const batch = { deployment, position: next.position, package: next.package, images, packed };
    if (route.length > 0) {
      const answer = await line.forward({ ...batch, route }, deadlineSeconds);
      return { ...answer, work: [work, ...answer.work] };
    }
    const answer = await line.infer(batch, deadlineSeconds);
    return { type: 'forwarded', images, work: [work, workOf(answer)], packed: answer.packed };
  };
  return { pass };
}

function workOf({ emulated, modelledSeconds, measuredSeconds }: Inferred): Work {
  return { emulated, modelledSeconds, measuredSeconds };
}
