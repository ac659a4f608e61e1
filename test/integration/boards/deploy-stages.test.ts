import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { connectBoard } from '../../../boards/client/connection.ts';
import { openRemoteShell } from '../../../boards/remote/shell.ts';
import { deploy } from '../../../stages/deploy/work.ts';
import { smoke } from '../../../stages/smoke/work.ts';
import { bundleEmulatedBoard, cutParts, packageOf } from '../../boards/fixture.ts';
import { hostFiles, hostOf } from '../../finn/host.ts';
import { pipeline } from '../../rig/command.ts';
import { runStage } from '../../stages/stage.ts';
import { big, gathered, half, onSshBoard } from '../rig/boards/deploy-rig.ts';

onSshBoard((rig) => {
  test('long output of a board arrives completely', async () => {
    const shell = await openRemoteShell({ board: 'zed0', ssh: 'zed0', sshConfig: rig.zed0.sshConfig });
    const { status, output } = await shell.run('head -c 20000000 /dev/zero | tr "\\0" x; exit 3', 60);
    expect({ status, length: output.length }).toEqual({ status: 3, length: 20_000_000 });
    expect(await shell.run('echo next', 5)).toEqual({ status: 0, output: 'next\n' });
    await shell.close();
  });

  test('pipeline.yaml says how to reach a board; a second run contacts none', async () => {
    const project = join(rig.folder, 'project');
    const found = big(1000);
    for (const [path, bytes] of Object.entries(gathered([found]))) {
      mkdirSync(dirname(join(project, path)), { recursive: true });
      writeFileSync(join(project, path), bytes);
    }
    mkdirSync(join(project, 'lab'));
    copyFileSync(join(rig.folder, 'cluster.key'), join(project, 'lab/key'));
    copyFileSync(rig.zed0.sshConfig, join(project, 'lab/ssh_config'));
    const { host, port } = rig.zed0.address;
    writeFileSync(
      join(project, 'pipeline.yaml'),
      `version: 1
tools: {boards: {key: lab/key, ssh-config: lab/ssh_config}}
stages:
  made: {kind: shell, with: {command: cp -r in/files/packages/00 out/package, inputs: [packages], outputs: [package]}}
  deploy: {kind: deploy, foreach: cluster, needs: {packages: made}}
cluster: {zed0: {board: zedboard, address: ${host}, port: ${port}, ssh: zed0}}
`,
    );
    const first = await pipeline(project, 'run');
    expect(first.out).toMatch(
      /deploy\/zed0 .*EMULATED: zed0 holds deployment [0-9a-f]{12}, 1 of 1 packages sent, /,
    );
    expect(first.code).toBe(0);
    expect(rig.onDisk()).toEqual([found.id]);
    rig.zed0.line.reset();
    expect((await pipeline(project, 'run')).code).toBe(0);
    expect(rig.zed0.line.sent()).toBe(0);
  });

  test('smoke runs on real and emulated boards together, and releases the real one', async () => {
    const script = await bundleEmulatedBoard(rig.folder);
    const [, , last] = await cutParts('MVAU_hls_0', 'MVAU_hls_2');
    const packages = [half.package(), packageOf(last!, { board: 'pynq-z1', part: 'xc7z020clg400-1' })];
    const boards = [rig.boardOf(), { name: 'pynq0', type: 'pynq-z1', emulated: true }];
    const world = { ...rig.worldOf(boards[0]!, rig.zed0.sshConfig), boards, emulatedBoard: script };
    const receipts = await Promise.all(
      boards.map(async (board) => {
        const place = rig.place();
        const { out } = await runStage(deploy, place, gathered(packages), { world: { ...world, board } });
        return readFileSync(join(out, 'receipt/receipt.json'));
      }),
    );
    const host = hostOf({
      before: [],
      after: [{ op: 'Reshape', shape: [1] }],
      input: { shape: [1, 1, 28, 28], datatype: 'UINT8' },
      output: { shape: [1], datatype: 'UINT8' },
      meaning: 'class',
    });
    const inputs = {
      'deployed/00/receipt.json': receipts[0]!,
      'deployed/01/receipt.json': receipts[1]!,
      ...hostFiles(host),
      'inputs/images.npy': readFileSync('examples/tfc-w2a2/images.npy'),
    };
    const { result, out } = await runStage(smoke, join(rig.folder, 'smoke'), inputs, {
      world,
      params: { count: 3 },
    });
    expect(result).toMatchObject({ ok: true, emulated: true, summary: 'EMULATED: 3 images, none judged' });
    expect(JSON.parse(readFileSync(join(out, 'report/smoke.json'), 'utf8'))).toMatchObject({
      assignment: ['zed0', 'pynq0'],
    });
    const connection = await connectBoard('zed0', rig.zed0.address, rig.key, 5);
    expect(await connection.status(5)).toMatchObject({ leasedSeconds: 0, loaded: packages[0]!.id });
    connection.close();
  });
});
