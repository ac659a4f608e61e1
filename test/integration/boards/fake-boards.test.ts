import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { ExecutionEvent } from '../../../core/contracts/events.ts';
import { cli } from '../../rig/command.ts';
import { labels, parseEvents } from '../../rig/events.ts';
import { temporaryFolderForSuite } from '../../rig/project.ts';
import { buildForArm, buildNatively } from '../rig/boards/server.ts';
import { counterpart } from '../rig/counterparts.ts';
import type { FakeBoard, Laboratory } from '../rig/boards/fake-boards.ts';
import { openLaboratory } from '../rig/boards/fake-boards.ts';
import { describeCluster, exportSubmodels, makeProject } from '../rig/boards/fake-boards-project.ts';

const minutes = 60_000;
const names = ['zed0', 'zed1', 'zed2'];

counterpart('namespaces', () =>
  counterpart('sshd', () =>
    counterpart('arm', (qemu) =>
      counterpart('tcl', () =>
        counterpart('finn', () => {
          describe('three boards with the ARM server, from QONNX to answers', () => tests(qemu));
        }),
      ),
    ),
  ),
);

function tests(qemu: string): void {
  let project: string;
  let laboratory: Laboratory;
  let close: Laboratory['close'] = () => Promise.resolve();
  let boards: readonly FakeBoard[];

  beforeAll(async () => {
    const folder = temporaryFolderForSuite();
    const native = buildNatively();
    const arm = await buildForArm(qemu);
    project = makeProject(folder, inject('finn').python);
    // As the board's ARM binary is called on this machine.
    const program = `#!/bin/sh\nexec ${qemu} ${join(arm.folder, 'pipeline-board')} "$@"\n`;
    writeFileSync(join(project, 'pipeline-board'), program, { mode: 0o755 });
    const submodels = await exportSubmodels(project);
    const fakeAccelerator = join(native.folder, 'fake-accelerator');
    laboratory = await openLaboratory({ folder: join(folder, 'lab'), names, fakeAccelerator, submodels });
    ({ boards, close } = laboratory);
    describeCluster(project, laboratory);
  }, 15 * minutes);
  afterAll(() => close());

  const run = (...args: readonly string[]) => laboratory.execute([process.execPath, cli, ...args], project);
  const runEvents = async (...args: readonly string[]) => {
    const { out, error } = await run('run', '--profile', 'fakeboards', '--json', ...args);
    if (out === '') throw new Error(error);
    return parseEvents(out);
  };
  const onBoard = (board: FakeBoard, command: string) =>
    laboratory.execute(['ssh', '-F', laboratory.sshConfig, board.address, command], project);

  it('gets its key and its server, which runs as a user of its own', async () => {
    expect(await run('boards', 'keygen', '--profile', 'fakeboards')).toMatchObject({ code: 0 });
    for (const board of boards) {
      // What is behind the registers is a simulation, and all that comes from it must say so.
      const configuration = JSON.stringify({ simulated: true });
      await onBoard(
        board,
        `mkdir -p /etc/pipeline-board && echo '${configuration}' >/etc/pipeline-board/board.json`,
      );
    }
    const installed = await run(
      'boards',
      'install',
      '--profile',
      'fakeboards',
      '--program',
      'pipeline-board',
    );
    expect(installed).toMatchObject({ code: 0 });
    const { out } = await onBoard(
      boards[0]!,
      'ps -o user= -C qemu-arm-static; stat -c "%a %U" /etc/pipeline-board/cluster.key',
    );
    expect(out.split('\n').slice(0, 2)).toEqual(['pipeline-board', '600 pipeline-board']);
    const written = await onBoard(boards[0]!, 'cat /etc/pipeline-board/board.json');
    expect(JSON.parse(written.out)).toMatchObject({ boardType: 'zedboard', crystalMegahertz: 100 / 3 });
    const status = await run('boards', 'status', '--profile', 'fakeboards', '--json');
    expect(
      status.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toEqual(
      names.map(
        (name) =>
          expect.objectContaining({ type: 'board-status', name, emulated: true, deployment: '' }) as object,
      ),
    );
  });

  it('keeps working after an interrupted install, which leaves nothing on the board', async () => {
    writeFileSync(join(project, 'large'), Buffer.alloc(100_000_000));
    const before = foldersWithKeys();
    const command = [process.execPath, cli, 'boards', 'install', 'zed0', '--profile', 'fakeboards'];
    const { code, out } = await laboratory.execute(
      ['timeout', '--preserve-status', '-s', 'INT', '4', ...command, '--program', 'large'],
      project,
    );
    expect(code).toBe(130);
    expect(out).toContain('zed0: back end sysfs\n');
    await vi.waitFor(() => expect(foldersWithKeys()).toEqual(before), { timeout: 10_000 });
    expect(await run('boards', 'status', 'zed0', '--profile', 'fakeboards')).toMatchObject({ code: 0 });
  });

  it(
    'runs all stages and gives the right classes, EMULATED',
    async () => {
      const events = await runEvents();
      expect(labels(events, 'action-failed')).toEqual([]);
      const smoke = events.find((event) => event.type === 'action-succeeded' && event.action === 'smoke');
      expect(smoke).toMatchObject({ summary: 'EMULATED: 100 of 100 as expected, 79 of 100 right' });
      for (const board of boards) expect(board.violations()).toEqual([]);
    },
    10 * minutes,
  );

  it('loads single packages, shows its journal, and comes back after a reboot', async () => {
    const board = (command: string, ...args: readonly string[]) =>
      run('boards', command, '--profile', 'fakeboards', ...args);
    expect(await board('load', 'zed0', '1')).toMatchObject({
      code: 1,
      error: 'error[boards/not-its-submodel]: zed0 does not run submodel 1\n  hint: it runs 0, 3\n',
    });
    expect(await board('load', 'zed0', '3')).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^zed0: EMULATED: package [0-9a-f]{12} of submodel 3 loaded in [\d.]+ m?s\n$/,
      ) as string,
    });
    // Nobody has to wait for a lease.
    expect((await board('load', 'zed0', '0', '--json')).out).toContain('"type":"board-loaded"');
    expect(await board('logs', 'zed0', '-n', '1')).toEqual({
      code: 0,
      out: expect.stringMatching(/^[^\n]+\n$/) as string,
      error: '',
    });
    const rebooted = await board('reboot', 'zed0');
    expect(rebooted).toMatchObject({ code: 0, error: '' });
    expect(rebooted.out).toMatch(
      /^zed0: reboots\n(.*\n)*zed0: is down\n(.*\n)*zed0: back after [\d.]+ m?s\n$/,
    );
  });

  it('shows the status of every board, also when one is unreachable', async () => {
    boards[1]!.setLink('down');
    const { code, out, error } = await run('boards', 'status', '--profile', 'fakeboards');
    boards[1]!.setLink('up');
    expect(code).toBe(1);
    expect(out.split('\n').map((line) => line.slice(0, 24))).toEqual([
      'zed0  EMULATED: zedboard',
      'zed1  cannot be queried',
      'zed2  EMULATED: zedboard',
      '',
    ]);
    expect(error).toMatch(
      /^error\[board\/unreachable\]: zed1 [^\n]*: no answer within 5 s\n {2}hint: [^\n]*\n$/,
    );
  });

  it('does nothing the second time, and copies nothing when deploy is forced', async () => {
    expect(labels(await runEvents(), 'action-succeeded')).toEqual([]);
    const again = await runEvents('deploy', '--force');
    const summaries = again.flatMap((event) =>
      event.type === 'action-succeeded' && event.action.startsWith('deploy') ? [event.summary] : [],
    );
    expect(summaries).toHaveLength(3);
    for (const summary of summaries) expect(summary).toContain('0 of 4 packages sent');
  });

  it('survives an unreachable board: the others deploy, and the next run completes', async () => {
    boards[1]!.setLink('down');
    const events = await runEvents('deploy', '--force');
    expect(labels(events, 'action-failed')).toEqual(['deploy/zed1']);
    expect(labels(events, 'action-succeeded')).toEqual(['deploy/zed0', 'deploy/zed2']);
    boards[1]!.setLink('up');
    expect(failures(await runEvents())).toEqual([]);
  });

  it('survives a power cut: the server restarts by itself with the same deployment', async () => {
    await boards[2]!.cutPower();
    await boards[2]!.powerOn();
    const status = await vi.waitFor(
      async () => {
        const { code, out } = await run('boards', 'status', 'zed2', '--profile', 'fakeboards', '--json');
        expect(code).toBe(0);
        return JSON.parse(out) as object;
      },
      { timeout: minutes / 2, interval: 500 },
    );
    expect(status).toMatchObject({ deployment: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
    const smoke = await runEvents('smoke', '--force');
    expect(labels(smoke, 'action-succeeded')).toEqual(['smoke']);
  });
}

/** Temporary folders in which a key lies; the boards have that of this machine. */
function foldersWithKeys(): readonly string[] {
  return readdirSync('/tmp').filter(
    (name) => name.startsWith('tmp.') && existsSync(join('/tmp', name, 'cluster.key')),
  );
}

/** What failed and why. */
function failures(events: readonly ExecutionEvent[]): readonly string[] {
  return events.flatMap((event) =>
    event.type === 'action-failed'
      ? event.diagnostics.map(({ code, message }) => `${event.action} ${code}: ${message}`)
      : [],
  );
}
