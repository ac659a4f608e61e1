import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { connectBoard } from '../../../boards/client/connection.ts';
import { encodeKey, makeKey } from '../../../boards/keys.ts';
import { deploy } from '../../../stages/deploy/work.ts';
import { runStage } from '../../stages/stage.ts';
import { big, gathered, half, megabyte, onSshBoard, state } from '../rig/boards/deploy-rig.ts';
import type { SshBoard } from '../rig/boards/sshd.ts';

onSshBoard((rig) => {
  describe('refused is', () => {
    const refused = (code: string, message: string, hint = '') => ({
      ok: false,
      diagnostics: [
        {
          code,
          message: expect.stringContaining(message) as string,
          hint: expect.stringContaining(hint) as string,
        },
      ],
    });
    const small = () => [big(1000)];
    /** More boards that ssh finds as zed0. */
    let mistaken: SshBoard;
    let sftpless: SshBoard;
    let noisy: SshBoard;
    let configurations = 0;
    beforeAll(async () => {
      mistaken = await rig.start('mistaken', 'internal-sftp');
      sftpless = await rig.start('sftpless', null);
      noisy = await rig.start('noisy', 'echo Welcome; cat >/dev/null');
    }, 60_000);

    /** Writes a configuration of ssh with more lines before those of the board. */
    function sshConfigWith(...lines: readonly string[]): string {
      const path = join(rig.folder, `ssh_config_${configurations++}`);
      writeFileSync(path, [...lines, readFileSync(rig.zed0.sshConfig, 'utf8')].join('\n'));
      return path;
    }

    test('a wrong key of the cluster', async () => {
      await writeFile(join(rig.folder, 'wrong.key'), encodeKey(makeKey()), { mode: 0o600 });
      const board = rig.boardOf();
      const world = { ...rig.worldOf(board, rig.zed0.sshConfig), tools: { boards: { key: 'wrong.key' } } };
      const place = rig.place();
      const { result } = await runStage(deploy, place, gathered(small()), { world });
      expect(result).toMatchObject(refused('auth/wrong-key', 'zed0'));
      expect(rig.zed0.line.sent()).toBe(0);
    });

    test('a board whose server cannot be reached', async () => {
      const board = rig.boardOf({ address: { host: '127.0.0.1', port: 1 } });
      expect((await rig.deployPackages(small(), { board })).result).toMatchObject(
        refused(
          'board/unreachable',
          'zed0 cannot be reached at 127.0.0.1:1',
          '`pipeline boards install zed0`',
        ),
      );
    });

    test('a board that ssh cannot reach', async () => {
      const sshConfig = sshConfigWith('Host zed0', 'Port 1');
      expect((await rig.deployPackages(small(), { sshConfig })).result).toMatchObject(
        refused('ssh/unreachable', 'Connection refused'),
      );
    });

    test('a host key that is not known, and one that changed', async () => {
      const known = join(rig.folder, 'other_known_hosts');
      writeFileSync(known, '');
      const sshConfig = sshConfigWith('Host zed0', `UserKnownHostsFile ${known}`);
      expect((await rig.deployPackages(small(), { sshConfig })).result).toMatchObject(
        refused('ssh/host-key-unknown', 'zed0', 'ssh zed0'),
      );
      const [host, type] = readFileSync(join(rig.folder, 'zed0/known_hosts'), 'utf8').split(' ');
      const [, other] = readFileSync(join(rig.folder, 'zed0/id.pub'), 'utf8').split(' ');
      writeFileSync(known, `\n${host!} ${type!} ${other!}\n`);
      expect((await rig.deployPackages(small(), { sshConfig })).result).toMatchObject(
        refused('ssh/host-key-changed', `(${known}, line 2)`, `ssh-keygen -f ${known} -R '${host!}'`),
      );
    });

    test('a user whom the board does not let in', async () => {
      const stranger = join(rig.folder, 'stranger');
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', stranger]);
      const sshConfig = join(rig.folder, 'stranger_config');
      const text = readFileSync(rig.zed0.sshConfig, 'utf8');
      writeFileSync(sshConfig, text.replace(/IdentityFile .*/, `IdentityFile ${stranger}`));
      expect((await rig.deployPackages(small(), { sshConfig })).result).toMatchObject(
        refused('ssh/denied', 'Permission denied', 'ssh-copy-id'),
      );
    });

    test('an invalid ssh configuration', async () => {
      const sshConfig = sshConfigWith('Bogus yes');
      expect((await rig.deployPackages(small(), { sshConfig })).result).toMatchObject(
        refused('ssh/failed', 'Bad configuration option: bogus', 'ssh zed0'),
      );
    });

    test('a disk that is too small, before anything is sent', async () => {
      rig.zed0.execute(`head -c 36M /dev/zero >${state}/fill`);
      expect((await rig.deployPackages([big(4 * megabyte)])).result).toMatchObject(
        refused('deploy/disk-full', 'zed0 has 4.2 MB free, but 5.0 MB are needed', state),
      );
      expect(rig.zed0.line.sent()).toBeLessThan(30_000);
    });

    test('a disk that fills up meanwhile', async () => {
      const { reached } = rig.zed0.line.failAfter(megabyte, 'stall');
      const running = rig.deployPackages([big(8 * megabyte)]);
      await reached;
      rig.zed0.execute(`head -c 40M /dev/zero >${state}/fill || :`);
      rig.zed0.line.reset();
      expect((await running).result).toMatchObject(refused('deploy/disk-full', 'the disk of zed0 is full'));
    });

    test('a disk that is full of old packages, which are removed first', async () => {
      for (const bytes of [11, 12, 13])
        await rig.deployPackages([big(bytes * megabyte)], { params: { keep: 9 } });
      const packages = [big(14 * megabyte)];
      expect((await rig.deployPackages(packages, { params: { keep: 0 } })).result).toMatchObject({
        ok: true,
      });
      expect(rig.onDisk()).toEqual([packages[0]!.id]);
    });

    test('a disk that cannot be written', async () => {
      rig.zed0.execute(`mkdir -p ${state}/packages; mount -o remount,ro ${state}`);
      expect((await rig.deployPackages(small())).result).toMatchObject(
        refused('deploy/not-writable', 'read-only file system'),
      );
    });

    test('a board that another client has leased', async () => {
      const other = await connectBoard('zed0', rig.zed0.address, rig.key, 5);
      await other.acquire(60, 5);
      expect((await rig.deployPackages(small())).result).toMatchObject(refused('board/leased', 'zed0'));
      expect(rig.zed0.line.sent()).toBe(0);
      await other.release(5);
      other.close();
    });

    test('a board of another type than in the cluster', async () => {
      const board = rig.boardOf({ type: 'pynq-z1' });
      const found = half.package({ board: 'pynq-z1', part: 'xc7z020clg400-1' });
      expect((await rig.deployPackages([found], { board })).result).toMatchObject(
        refused('board/other-type', 'zed0 reports that it is a zedboard (xc7z020clg484-1)'),
      );
    });

    test('a package for a real board on an emulating server', async () => {
      expect((await rig.deployPackages([half.package({ emulated: false })])).result).toMatchObject(
        refused('package/not-emulated', 'zed0 is an emulated board'),
      );
    });

    test('different boards behind ssh and behind the address', async () => {
      expect((await rig.deployPackages(small(), { sshConfig: mistaken.sshConfig })).result).toMatchObject(
        refused('deploy/not-taken', 'but its server still holds no deployment', 'the same board'),
      );
    });

    test('a login that prints into sftp', async () => {
      expect((await rig.deployPackages(small(), { sshConfig: noisy.sshConfig })).result).toMatchObject(
        refused('ssh/noisy-login', 'zed0', '.bashrc'),
      );
    });

    test('an sshd without sftp', async () => {
      expect((await rig.deployPackages(small(), { sshConfig: sftpless.sshConfig })).result).toMatchObject(
        refused('ssh/no-sftp', 'zed0', 'Subsystem sftp'),
      );
    });
  });
});
