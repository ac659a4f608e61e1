import { createHash } from 'node:crypto';
import { Refusal } from '../onnx/refusal.ts';
import { parseFields } from './fields.ts';

/** The packages that together form one network, in order, and the board that runs each. Every board keeps a copy. */
export interface Deployment {
  readonly format: 1;
  /** sha256 over packages and assignment: one changed package is another deployment. */
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
      `submodel ${String(position)} was built for the board type ${type}, and the cluster has no such board`,
      `the cluster has ${boards.map(({ name, type: other }) => `${name} (${other})`).join(', ') || 'no boards'}`,
    );
  });
}

export function encodeDeployment({ deployment, packages, assignment }: Deployment): string {
  return `${JSON.stringify({ format: 1, deployment, packages, assignment }, null, 2)}\n`;
}

/** Reads `deployment.json`; refuses (`deploy/damaged`) one whose id is not that of its contents. */
export function parseDeployment(text: string, what: string): Deployment {
  const fields = parseFields(text, what, 'deploy/damaged');
  const [packages, assignment] = [fields.texts('packages'), fields.texts('assignment')];
  const deployment = makeDeployment(packages, assignment);
  if (
    fields.count('format') !== 1 ||
    fields.text('deployment') !== deployment.deployment ||
    packages.length !== assignment.length
  ) {
    throw new Refusal('deploy/damaged', `${what} contradicts itself`, 'deploy again');
  }
  return deployment;
}

function identity(packages: readonly string[], assignment: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify({ packages, assignment })).digest('hex');
}
