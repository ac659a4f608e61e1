import { Refusal } from '../../base/refusal.ts';
import type { BoardConnection } from '../client/connection.ts';
import { connectBoard } from '../client/connection.ts';
import type { ClusterKey } from '../keys.ts';
import type { Forwarded, Hop, Inferred, Request, Work } from '../protocol/messages.ts';

type Forward = Request & { readonly type: 'forward' };

/** Sends results directly to the next board of their route and returns the answer of the last one. */
export interface Forwarder {
  /** Refuses (`board/wrong-route`) a route without boards, one that is too long, and one that visits a board twice. */
  readonly check: (request: Forward) => void;
  readonly pass: (request: Forward, mine: Inferred) => Promise<Forwarded>;
}

const maximumHops = 16;

/** `name` is the board's own. Connections to other boards, one to each, are kept for as long as they work. */
export function createForwarder(name: string, key: ClusterKey): Forwarder {
  const lines = new Map<string, { readonly at: string; readonly line: Promise<BoardConnection> }>();

  const lineTo = async (hop: Hop, deadlineSeconds: number): Promise<BoardConnection> => {
    const { host, port } = hop;
    const at = `${host} ${port}`;
    const known = lines.get(hop.name);
    const kept = await known?.line.catch(() => null);
    if (known?.at === at && kept?.isOpen() === true) return kept;
    kept?.close();
    const line = connectBoard(hop.name, { host, port }, key, Math.min(deadlineSeconds, longestGreeting));
    lines.set(hop.name, { at, line });
    return line;
  };

  const check: Forwarder['check'] = ({ route }) => {
    if (route.length === 0 || route.length > maximumHops)
      throw new Refusal('board/wrong-route', `a route must have 1 to ${maximumHops} boards`);
    const visited = [name, ...route.map((hop) => hop.name)];
    const twice = visited.find((visit, at) => visited.indexOf(visit) < at);
    if (twice !== undefined) throw new Refusal('board/wrong-route', `a route must not visit ${twice} twice`);
  };

  const pass: Forwarder['pass'] = async (request, mine) => {
    const [next, ...route] = request.route;
    if (next === undefined) throw new RangeError('the route was not checked');
    const { images, packed } = mine;
    const work = workOf(mine);
    const { deployment } = request;
    const deadlineSeconds = Math.min(request.deadlineSeconds, longestForward);
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
  return { check, pass };
}

/** Of a connection to the next board, in seconds. */
const longestGreeting = 10;
/** The most that is waited for the next board, in seconds, as in server/src/request.h. */
const longestForward = 960;

function workOf({ emulated, modelledSeconds, measuredSeconds }: Inferred): Work {
  return { emulated, modelledSeconds, measuredSeconds };
}
