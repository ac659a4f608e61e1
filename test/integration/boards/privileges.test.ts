import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { encodeKey, makeKey } from '../../../boards/keys.ts';
import { buildNatively } from '../rig/boards/server.ts';
import { counterpart } from '../rig/counterparts.ts';

counterpart('namespaces', () =>
  counterpart('cmake', () => {
    const program = (): string => join(buildNatively().folder, 'pipeline-board');

    test('root starts the server as another user, who keeps the right to /dev/mem and no other', async () => {
      const nobody = Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }));
      const server = spawn(program(), ['--as', 'nobody', '--config', configFor(nobody)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      onTestFinished(() => void server.kill());
      await once(server.stdout, 'data');
      const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
      const field = (name: string): string | undefined =>
        new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, 'm').exec(status)?.[1];
      expect(field('Uid')?.split('\t')).toEqual(Array(4).fill(`${nobody}`));
      expect(field('Groups')).toBe('');
      // CAP_SYS_RAWIO is number 17.
      for (const set of ['CapPrm', 'CapEff']) expect(field(set)).toBe('0000000000020000');
      for (const set of ['CapInh', 'CapAmb']) expect(field(set)).toBe('0000000000000000');
      expect(field('NoNewPrivs')).toBe('1');
    }, 600_000);

    test('a user who does not exist is refused, and so is everybody but root', () => {
      const failing = (...command: readonly [string, ...string[]]): string => {
        try {
          execFileSync(command[0], command.slice(1), { encoding: 'utf8', stdio: 'pipe' });
          return '';
        } catch (error) {
          return (error as { readonly stderr: string }).stderr;
        }
      };
      expect(failing(program(), '--as', 'no-such-user', '--selftest')).toBe(
        'pipeline-board: server/config: there is no user "no-such-user"\n',
      );
      // Where it is may be closed to others.
      const copy = join(publicFolder(), 'pipeline-board');
      execFileSync('cp', [program(), copy]);
      expect(
        failing('setpriv', '--reuid=65534', '--clear-groups', copy, '--as', 'nobody', '--selftest'),
      ).toBe(
        'pipeline-board: server/config: leaving all groups failed: Operation not permitted; is it started by root?\n',
      );
    }, 600_000);
  }),
);

/** A configuration that the user can read, with a key that nobody else can. */
function configFor(user: number): string {
  const folder = publicFolder();
  const key = join(folder, 'cluster.key');
  writeFileSync(key, `${encodeKey(makeKey())}\n`, { mode: 0o600 });
  chownSync(key, user, user);
  mkdirSync(join(folder, 'packages'));
  const listen = { host: '127.0.0.1', port: 0 };
  const board = { name: 'zed0', boardType: 'zedboard', part: 'xc7z020clg484-1', backEnd: 'emulated' };
  const config = join(folder, 'board.json');
  writeFileSync(config, JSON.stringify({ ...board, listen, key, state: folder }), { mode: 0o644 });
  return config;
}

function publicFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'privileges-'));
  chmodSync(folder, 0o755);
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
