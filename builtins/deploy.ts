import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { boardType } from '../boards/data.ts';
import { assignBoards, type Deployment, makeDeployment, type NamedBoard } from '../boards/deployment.ts';
import { emulatedKey, storeDeployment, storePackage } from '../boards/emulated/store.ts';
import { type Package, readPackage } from '../boards/package/directory.ts';
import { checkLoadable } from '../boards/package/loadable.ts';
import { checkNeighbours } from '../boards/package/neighbours.ts';
import { emulatedClusterBoard, worldFields } from '../boards/world.ts';
import type { Builtin } from '../core/types.ts';
import { writeJson } from './files.ts';
import { refusing } from './outcome.ts';

/**
 * Brings one board of the cluster to a deployment: `in/packages/<NN>/` holds the packages by position, `world` the
 * board, the whole cluster (`boards`) and `boardsDir`, where each emulated board keeps its state. Packages the board
 * has intact are not sent again. Writes `out/receipt/receipt.json`, equal for equal deployments.
 */
export const deploy: Builtin = (job) =>
  refusing(async () => {
    const world = worldFields(job.world);
    const board = emulatedClusterBoard(world.object('board'));
    const cluster = world
      .objects('boards')
      .map((other) => ({ name: other.text('name'), type: other.text('type') }));
    const directory = join(world.text('boardsDir'), board.name);

    const packages = await readPackages(join(job.inDir, 'packages'));
    const deployment = planDeployment(packages, cluster);
    const wanted = packages.filter(({ description }) => description.board === board.type);
    for (const { description } of wanted) checkLoadable(description, boardType(board.type), board.name);
    let sent = 0;
    for (const found of wanted) {
      const isNew = await storePackage(directory, board.name, found);
      job.log(`${board.name}: package ${found.id.slice(0, 12)} ${isNew ? 'sent' : 'is there'}`);
      if (isNew) sent++;
    }
    await storeDeployment(directory, board.name, deployment, await emulatedKey(world.text('boardsDir')));

    const receipt = {
      format: 1,
      board: board.name,
      deployment: deployment.deployment,
      packages: deployment.packages,
      assignment: deployment.assignment,
    };
    await writeJson(join(job.outDir, 'receipt'), 'receipt.json', receipt);
    return {
      ok: true,
      emulated: true,
      summary: `EMULATED: ${board.name} holds deployment ${deployment.deployment.slice(0, 12)}, ${String(sent)} of ${String(wanted.length)} packages sent`,
    };
  });

async function readPackages(directory: string): Promise<readonly Package[]> {
  const names = (await readdir(directory)).sort((a, b) => Number(a) - Number(b));
  return Promise.all(
    names.map((name) =>
      readPackage(join(directory, name), `the package of submodel ${String(Number(name))}`),
    ),
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
