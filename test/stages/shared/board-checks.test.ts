import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { launchEmulatedBoard } from '../../../boards/emulated/launch.ts';
import { encodeKey, makeKey } from '../../../boards/keys.ts';
import type { RealBoard } from '../../../core/contracts/board.ts';
import type { CheckContext } from '../../../core/contracts/check.ts';
import { backendChecks, serverChecks } from '../../../stages/shared/board-checks.ts';
import { cli } from '../../rig/command.ts';
import { temporaryFolder } from '../../rig/project.ts';

const key = makeKey();

/** A board of the cluster. */
function board(
  name: string,
  type: string,
  address: RealBoard['address'] | null,
): CheckContext['world']['boards'][number] {
  const named = { name, type, part: 'any', resources: {} };
  return address === null
    ? { ...named, address: null, ssh: null, emulated: true }
    : { ...named, address, ssh: name, emulated: false };
}

function contextOf(backend: string, boards: CheckContext['world']['boards'], theirs = key): CheckContext {
  const project = temporaryFolder();
  writeFileSync(join(project, 'cluster.key'), encodeKey(theirs), { mode: 0o600 });
  const none = () => [];
  return {
    stage: {
      ...{ name: 'deploy', written: 'deploy', kind: 'deploy', params: {}, needs: {}, after: [] },
      ...{
        foreach: { type: 'cluster' },
        timeoutSeconds: null,
        uses: {},
        toolchain: { backend },
        runner: null,
        save: null,
      },
    },
    stages: [],
    world: { project, boardsDir: project, emulatedBoard: '', tools: {}, board: null, boards },
    tools: { finn: none, synthesis: none, rtl: none, vivado: none },
    answerSeconds: 2,
  };
}

/** What the check of a board's server finds: a code, or what it is. */
async function foundAt(context: CheckContext): Promise<string | null> {
  const found = await serverChecks(context)
    .find(({ board }) => board !== undefined)!
    .look();
  if (found === null) return null;
  return found.ok ? found.value : found.diagnostics.map(({ code }) => code).join();
}

async function emulatedServer(): Promise<RealBoard['address']> {
  const process = await launchEmulatedBoard(
    {
      ...{ script: join(dirname(cli), 'emulated-board.js'), directory: temporaryFolder() },
      ...{ name: 'zed0', type: 'zedboard', key },
    },
    30,
  );
  onTestFinished(process.stop);
  return process.address;
}

describe('a board that is asked', () => {
  it('answers, with another key refuses, and may be of another type or emulated', async () => {
    const address = await emulatedServer();
    const zed0 = board('zed0', 'zedboard', address);
    expect(await foundAt(contextOf('emulated', [zed0]))).toBe('EMULATED: zedboard');
    expect(await foundAt(contextOf('emulated', [zed0], makeKey()))).toMatch(/^auth\//);
    expect(await foundAt(contextOf('emulated', [board('zed0', 'pynq-z1', address)]))).toBe(
      'board/other-type',
    );
    expect(await foundAt(contextOf('vivado', [zed0]))).toBe('config/other-backend');
  });

  it('and never answers keeps nobody waiting', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    onTestFinished(() => void silent.close());
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const context = contextOf('emulated', [board('zed0', 'zedboard', { host: '127.0.0.1', port })]);
    const began = performance.now();
    expect(await foundAt({ ...context, answerSeconds: 0.2 })).toMatch(/^board\//);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

describe('a board that cannot load what the back end builds', () => {
  const real = { host: 'lab', port: 7411 };
  const problemsOf = async (backend: string, boards: CheckContext['world']['boards']) => {
    const found = await Promise.all(backendChecks(contextOf(backend, boards)).map(({ look }) => look()));
    return found.flatMap((finding) =>
      finding?.ok === false
        ? finding.diagnostics.map(({ severity, message }) => `${severity}: ${message}`)
        : [],
    );
  };
  const bare = (name: string) =>
    `${name} has no address, and an emulated board cannot load what Vivado builds`;

  it('is emulated: an error if a submodel is sure to come to such a board', async () => {
    const [zed0, zed1, pynq] = [
      board('zed0', 'zedboard', null),
      board('zed1', 'zedboard', real),
      board('pynq', 'pynq-z1', null),
    ];
    expect(await problemsOf('vivado', [zed1])).toEqual([]);
    expect(await problemsOf('vivado', [zed0, zed1])).toEqual([`error: ${bare('zed0')}`]);
    expect(await problemsOf('vivado', [zed0, pynq])).toEqual([
      `error: ${bare('zed0')}`,
      `error: ${bare('pynq')}`,
    ]);
    // Everything may go to the Zedboard.
    expect(await problemsOf('vivado', [zed1, pynq])).toEqual([`warning: ${bare('pynq')}`]);
  });

  it('has an address: a warning, since its server may be an emulation', async () => {
    expect(await problemsOf('emulated', [board('zed0', 'zedboard', null)])).toEqual([]);
    expect(await problemsOf('emulated', [board('zed1', 'zedboard', real)])).toEqual([
      'warning: zed1 has an address, and a real board cannot load what the back end emulated builds',
    ]);
  });
});
