import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Job } from '../../../core/contracts/types.ts';
import type { World } from '../../../core/contracts/world.ts';
import { workerRunner } from '../../../runners/worker.ts';
import { newAttempt } from '../../rig/attempt.ts';
import { root } from '../../rig/sources.ts';
import { big, gathered, megabyte, onSshBoard, state } from '../rig/boards/deploy-rig.ts';

onSshBoard((rig) => {
  describe('an interrupted deploy', () => {
    const broken = (code: string) => ({
      ok: false,
      diagnostics: [{ code, hint: 'run again: the next run continues where this one stopped' }],
    });

    test('resumes where it stopped', async () => {
      const packages = [big(8 * megabyte)];
      rig.zed0.line.failAfter(6 * megabyte, 'break');
      expect((await rig.deployPackages(packages)).result).toMatchObject(broken('ssh/connection-lost'));
      expect(existsSync(`${state}/deployment.json`)).toBe(false);
      rig.zed0.line.reset();
      const { result } = await rig.deployPackages(packages);
      expect(result).toMatchObject({ ok: true });
      expect(rig.zed0.line.sent()).toBeLessThan(6 * megabyte);
      expect(rig.onDisk()).toEqual([packages[0]!.id]);
    });

    test('resumes after the board ends the session', async () => {
      const packages = [big(8 * megabyte)];
      const { reached } = rig.zed0.line.failAfter(6 * megabyte, 'stall');
      const running = rig.deployPackages(packages);
      await reached;
      rig.zed0.execute("pkill -f '^sshd: root'");
      expect((await running).result).toMatchObject(broken('ssh/connection-lost'));
      rig.zed0.line.reset();
      expect((await rig.deployPackages(packages)).result).toMatchObject({ ok: true });
      expect(rig.zed0.line.sent()).toBeLessThan(6 * megabyte);
    });

    test('resumes after a day, where old packages must be removed first', async () => {
      for (const bytes of [11, 12]) await rig.deployPackages([big(bytes * megabyte)]);
      const packages = [big(14 * megabyte)];
      rig.zed0.line.failAfter(6 * megabyte, 'break');
      expect((await rig.deployPackages(packages)).result).toMatchObject(broken('ssh/connection-lost'));
      rig.zed0.line.reset();
      rig.zed0.execute(
        `touch -d @1000000000 ${state}/packages/.incoming-*; head -c 8M /dev/zero >${state}/fill || :`,
      );
      const { result, log } = await rig.deployPackages(packages, { params: { keep: 0 } });
      expect(result).toMatchObject({ ok: true });
      expect(log.join('\n')).toContain('old packages removed');
      expect(rig.zed0.line.sent()).toBeLessThan(12 * megabyte);
    });

    test('is detected when the line falls silent', async () => {
      rig.zed0.line.failAfter(megabyte, 'stall');
      const { result } = await rig.deployPackages([big(8 * megabyte)]);
      expect(result).toMatchObject(broken('ssh/connection-lost'));
    });

    test('sends a file again whose upload the board kept damaged', async () => {
      const packages = [big(megabyte)];
      const place = `${state}/packages/.incoming-${packages[0]!.id}`;
      rig.zed0.execute(`mkdir -p ${place}/deep; head -c 300000 /dev/zero >"${place}/deep/it's \\"big\\""`);
      const { result, log } = await rig.deployPackages(packages);
      expect(result).toMatchObject({ ok: true, summary: expect.stringContaining('1.7 MB in') as string });
      expect(log).toContain(
        `zed0: the partial copy of deep/it's "big" is unusable; it is sent from the beginning`,
      );
    });

    test('by the user leaves no ssh process, and the next deploy resumes it', async () => {
      const directory = join(rig.folder, 'cancelled');
      const packages = [big(8 * megabyte)];
      for (const [path, bytes] of Object.entries(gathered(packages))) {
        mkdirSync(dirname(join(directory, 'in', path)), { recursive: true });
        writeFileSync(join(directory, 'in', path), bytes);
      }
      const job: Job = {
        label: 'deploy/zed0',
        attempt: newAttempt(),
        directory,
        run: { type: 'effect', name: 'deploy' },
        params: {},
        world: rig.worldOf(rig.boardOf(), rig.zed0.sshConfig) as unknown as World,
      };
      // Others deploy at the same time, but not from here.
      const temporary = join(rig.folder, 'tmp');
      mkdirSync(temporary);
      vi.stubEnv('TMPDIR', temporary);
      onTestFinished(() => void vi.unstubAllEnvs());
      const worker = join(root, 'dist', 'worker.js');
      expect(existsSync(worker)).toBe(true);
      const runner = workerRunner(pathToFileURL(worker));

      const { reached } = rig.zed0.line.failAfter(6 * megabyte, 'stall');
      const handle = await runner.submit(job);
      await reached;
      expect(processesOf(rig.folder)).not.toEqual([]);
      await runner.cancel(handle);
      expect(await runner.wait(handle, () => undefined)).toEqual({ type: 'cancelled' });
      await vi.waitFor(() => expect(processesOf(rig.folder)).toEqual([]), { timeout: 5000 });
      await vi.waitFor(() => expect(readdirSync(temporary)).toEqual([]), { timeout: 5000 });
      await runner.close();
      rig.zed0.line.reset();
      const { result, log } = await rig.deployPackages(packages);
      expect(result).toMatchObject({ ok: true });
      expect(log[0]).toMatch(/^zed0: leased for another \d+ s$/);
      expect(rig.zed0.line.sent()).toBeLessThan(6 * megabyte);
    });
  });
});

/** Command lines of ssh and sftp that name the folder. */
function processesOf(folder: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    })
    .filter((line) => /^(\S*\/)?(ssh|sftp) /.test(line) && line.includes(folder));
}
