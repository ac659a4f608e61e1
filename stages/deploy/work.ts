import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { boardType } from '../../boards/data.ts';
import type { Deployment, NamedBoard } from '../../boards/deployment.ts';
import { assignBoards, makeDeployment } from '../../boards/deployment.ts';
import { removeOldPackages, storeDeployment, storePackage } from '../../boards/emulated/store.ts';
import { defined } from '../../base/defined.ts';
import { byteSize } from '../../base/units.ts';
import type { ClusterKey } from '../../boards/keys.ts';
import { defaultKeptPackages } from '../../boards/old-packages.ts';
import type { Package } from '../../boards/package/directory.ts';
import { readPackage } from '../../boards/package/directory.ts';
import { checkLoadable } from '../../boards/package/loadable.ts';
import { checkNeighbours } from '../../boards/package/neighbours.ts';
import { deployToBoard } from '../../boards/remote/deploy.ts';
import type { EmulatedBoard, RealBoard } from '../../core/contracts/board.ts';
import { boardTools, emulatedFolder, keysIn } from '../../boards/world.ts';
import { success } from '../../base/result.ts';
import type { Work } from '../../core/contracts/types.ts';
import type { World } from '../../core/contracts/world.ts';
import { writeJson } from '../shared/files.ts';
import { refusing } from '../shared/refusing.ts';
import type { DeployJob } from './params.ts';

/**
 * Brings one board of the cluster to a deployment: `in/packages/<NN>/` holds the packages by position; params: `keep`, how
 * many packages of earlier deployments stay; `world` the board, the whole cluster (`boards`), `boardsDir`, the folder of the
 * state of emulated boards, and for real boards `project` and `tools`. Packages that are intact on the board are not sent
 * again. Writes `out/receipt/receipt.json`, equal for equal deployments.
 */
export const deploy: Work<DeployJob> = (job) =>
  refusing(async () => {
    const world = defined(job.world, 'deploy is an effect');
    const board = defined(world.board, 'deploy runs once per board');
    const packages = await readPackages(join(job.inDir, 'packages'));
    const deployment = planDeployment(
      packages.map(({ found }) => found),
      world.boards,
    );
    const task: Task = {
      deployment,
      packages: packages.filter(({ found }) => found.description.board === board.type),
      key: await keysIn(world)(board),
      keep: job.params.keep ?? defaultKeptPackages,
      log: job.log,
      clock: () => job.now() / 1000,
    };
    const done = board.emulated
      ? await storeOnEmulated(board, task, world)
      : await sendToReal(board, task, world);

    const receipt = {
      format: 1,
      board: board.name,
      deployment: deployment.deployment,
      packages: deployment.packages,
      assignment: deployment.assignment,
    };
    await writeJson(join(job.outDir, 'receipt'), 'receipt.json', receipt);
    const sent = `${done.sent} of ${task.packages.length} packages sent${done.cost}`;
    return success({
      emulated: done.emulated,
      summary: `${done.emulated ? 'EMULATED: ' : ''}${board.name} holds deployment ${deployment.deployment.slice(0, 12)}, ${sent}`,
    });
  });

interface LocalPackage {
  readonly found: Package;
  readonly folder: string;
}

interface Task {
  readonly deployment: Deployment;
  /** The packages for boards of this type. */
  readonly packages: readonly LocalPackage[];
  readonly key: ClusterKey;
  readonly keep: number;
  readonly log: (line: string) => void;
  /** s since 1970. */
  readonly clock: () => number;
}

interface Done {
  readonly sent: number;
  /** Such as `, 8.1 MB in 0.8 s`; '' if nothing was sent. */
  readonly cost: string;
  readonly emulated: boolean;
}

async function storeOnEmulated(
  { name, type }: EmulatedBoard,
  { deployment, packages, key, keep, log, clock }: Task,
  world: World,
): Promise<Done> {
  const directory = emulatedFolder(world, name);
  for (const { found } of packages)
    checkLoadable(found.description, { name, type: boardType(type), emulated: true });
  let sent = 0;
  for (const { found } of packages) {
    const isNew = await storePackage(directory, name, found);
    log(`${name}: package ${found.id.slice(0, 12)} ${isNew ? 'sent' : 'is there'}`);
    if (isNew) sent++;
  }
  await storeDeployment(directory, name, deployment, key);
  const ids = packages.map(({ found }) => found.id);
  for (const id of await removeOldPackages(directory, ids, keep, clock()))
    log(`${name}: old package ${id.slice(0, 12)} removed`);
  return { sent, cost: '', emulated: true };
}

async function sendToReal(board: RealBoard, task: Task, world: World): Promise<Done> {
  const { sshConfig } = boardTools(world);
  const { sent, bytes, seconds, emulated } = await deployToBoard(
    { board, ...task, sshConfig },
    task.log,
    task.clock,
  );
  const cost = bytes === 0 ? '' : `, ${byteSize(bytes)} in ${seconds.toFixed(1)} s`;
  return { sent: sent.size, cost, emulated };
}

async function readPackages(directory: string): Promise<readonly LocalPackage[]> {
  const names = (await readdir(directory)).sort((a, b) => Number(a) - Number(b));
  return Promise.all(
    names.map(async (name) => {
      const folder = join(directory, name);
      return { found: await readPackage(folder, `the package of submodel ${Number(name)}`), folder };
    }),
  );
}

function planDeployment(packages: readonly Package[], cluster: readonly NamedBoard[]): Deployment {
  const descriptions = packages.map(({ description }) => description);
  checkNeighbours(descriptions);
  const types = descriptions.map((description) => description.board);
  return makeDeployment(
    packages.map(({ id }) => id),
    assignBoards(types, cluster),
  );
}
