import { createHmac, timingSafeEqual } from 'node:crypto';
import { sha256 } from '../base/digest.ts';
import { Refusal } from '../base/refusal.ts';
import type { Fields } from '../base/fields.ts';
import { parseFields } from '../base/fields.ts';
import type { ClusterKey } from './keys.ts';
import type { DeployedPackage } from './protocol/messages.ts';

/** The packages that together form one network, in order, and the board that runs each. Every board keeps a copy. */
export interface Deployment {
  readonly format: 1;
  /** sha256 over packages and assignment, so that one changed package makes another deployment. */
  readonly deployment: string;
  /** Package ids by position. */
  readonly packages: readonly string[];
  /** Board names by position. */
  readonly assignment: readonly string[];
}

/** A board of the cluster. */
export interface NamedBoard {
  readonly name: string;
  /** Name of its board type. */
  readonly type: string;
}

/** The deployment of these packages. */
export function makeDeployment(packages: readonly string[], assignment: readonly string[]): Deployment {
  return { format: 1, deployment: identity(packages, assignment), packages, assignment };
}

/** Which board runs each position: position p runs on board p modulo n of the n boards of its type, in cluster order. */
export function assignBoards(
  boardTypes: readonly string[],
  boards: readonly NamedBoard[],
): readonly string[] {
  return boardTypes.map((type, position) => {
    const candidates = boards.filter((board) => board.type === type);
    const board = candidates[position % candidates.length];
    if (board !== undefined) return board.name;
    throw new Refusal(
      'deploy/no-board',
      `submodel ${position} was built for the board type ${type}, and the cluster has no such board`,
      `the cluster has ${boards.map(({ name, type: other }) => `${name} (${other})`).join(', ') || 'no boards'}`,
    );
  });
}

/**
 * The text of `deployment.json`, the manifest that every board keeps. The cluster's key signs the id. The id covers the
 * package ids, and each of these covers every byte of a package, so that one signature vouches for everything.
 */
export function signDeployment({ deployment, packages, assignment }: Deployment, key: ClusterKey): string {
  const signature = signatureOf(deployment, key).toString('hex');
  return `${JSON.stringify({ format: 1, deployment, packages, assignment, signature }, null, 2)}\n`;
}

/** Reads `deployment.json`; refuses as `parseDeployment` does, and what was not signed with this key (`deploy/wrong-signature`). */
export function readSignedDeployment(text: string, what: string, key: ClusterKey): Deployment {
  const fields = parseFields(text, what, 'deploy/damaged');
  const found = deploymentIn(fields, what);
  const stated = fields.has('signature') ? fields.text('signature') : '';
  const expected = signatureOf(found.deployment, key);
  if (/^[0-9a-f]{64}$/.test(stated) && timingSafeEqual(Buffer.from(stated, 'hex'), expected)) return found;
  throw new Refusal(
    'deploy/wrong-signature',
    `${what} was not signed with this cluster's key`,
    'deploy again with the key that this board has',
  );
}

/** Reads a deployment without signature, as in receipts; refuses (`deploy/damaged`) one whose id does not match its contents. */
export function parseDeployment(text: string, what: string): Deployment {
  return deploymentIn(parseFields(text, what, 'deploy/damaged'), what);
}

/** The place that a request names to run one position of a deployment; refuses (`boards/not-its-submodel`) a position of another board. */
export function placeOn(
  name: string,
  { deployment, packages, assignment }: Deployment,
  position: number,
): DeployedPackage {
  const id = packages[position];
  if (id !== undefined && assignment[position] === name) return { deployment, position, package: id };
  const own = assignment.flatMap((board, at) => (board === name ? [String(at)] : []));
  throw new Refusal(
    'boards/not-its-submodel',
    `${name} does not run submodel ${position}`,
    `it runs ${own.length === 0 ? 'none' : own.join(', ')}`,
  );
}

function deploymentIn(fields: Fields, what: string): Deployment {
  const [packages, assignment] = [fields.texts('packages'), fields.texts('assignment')];
  const deployment = makeDeployment(packages, assignment);
  if (
    fields.count('format') !== 1 ||
    fields.text('deployment') !== deployment.deployment ||
    packages.length !== assignment.length
  )
    throw new Refusal('deploy/damaged', `${what} is inconsistent`, 'deploy again');

  return deployment;
}

function signatureOf(deployment: string, key: ClusterKey): Buffer {
  return createHmac('sha256', key).update(`finn-pipeline deployment\0${deployment}`).digest();
}

function identity(packages: readonly string[], assignment: readonly string[]): string {
  return sha256(JSON.stringify({ packages, assignment }));
}
