import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ClusterKey } from '../../../../boards/keys.ts';
import { encodeKey } from '../../../../boards/keys.ts';
import type { ServerBuild } from './server.ts';
import { startProgram } from './server.ts';
import { freePort } from '../../../rig/free-port.ts';

/** A machine with an sshd, a state folder of its own and the board's server, in a mount and process namespace of this one. */
export interface SshBoard {
  readonly name: string;
  /** Configuration of ssh by which it is reached under its name, through the line. */
  readonly sshConfig: string;
  /** Where its server listens. */
  readonly address: { readonly host: string; readonly port: number };
  readonly line: Line;
  /** Runs a script on it as root, past ssh; gives what it printed. */
  readonly execute: (script: string) => string;
  readonly stop: () => Promise<void>;
}

/** What stands between ssh and sshd, and can fail. */
export interface Line {
  /** Bytes from ssh to sshd since `reset`. */
  readonly sent: () => number;
  /** Counts anew and lets everything pass, also what was held back. */
  readonly reset: () => void;
  /** After so many bytes it breaks, or carries nothing any more; `reached` resolves then. */
  readonly failAfter: (bytes: number, how: 'break' | 'stall') => { readonly reached: Promise<void> };
}

export interface SshBoardSettings {
  /** Fresh folder for keys and configurations. */
  readonly folder: string;
  readonly name: string;
  readonly key: ClusterKey;
  readonly server: ServerBuild;
  /** Size of the disk that holds the board's state. */
  readonly megabytes: number;
  /** The command by which its sshd offers sftp; null for none. */
  readonly sftp: string | null;
  /** A busybox that is all it has of commands, as on Petalinux; null for those of this machine. */
  readonly busybox: string | null;
}

/** Starts it. Needs root. */
export async function startSshBoard(settings: SshBoardSettings): Promise<SshBoard> {
  const { folder, name, key, server, megabytes, busybox } = settings;
  const applets = join(folder, 'applets');
  mkdirSync(applets, { recursive: true });
  if (busybox !== null) execFileSync(busybox, ['--install', '-s', applets]);
  for (const file of ['host_key', 'id'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, file)]);
  copyFileSync(join(folder, 'id.pub'), join(folder, 'authorized_keys'));
  const port = await freePort();
  writeFileSync(join(folder, 'sshd_config'), sshdConfig(settings, port));
  const machine = await boot(folder, megabytes);
  const inside = (what: readonly string[]) => ['nsenter', '--target', String(machine.init), ...what];

  const config = join(folder, 'board.json');
  writeFileSync(join(folder, 'board.key'), `${encodeKey(key)}\n`, { mode: 0o600 });
  const about = { name, boardType: 'zedboard', part: 'xc7z020clg484-1', backEnd: 'emulated' };
  const listen = { host: '127.0.0.1', port: 0 };
  writeFileSync(config, JSON.stringify({ ...about, listen, key: join(folder, 'board.key') }));
  const program = await startProgram(
    { ...server, interpreter: [...inside(['--mount']), ...server.interpreter] },
    'pipeline-board',
    ['--config', config],
  );
  const address = { host: '127.0.0.1', port: (JSON.parse(program.lines[0]!) as { port: number }).port };

  const proxy = await startLine(port);
  const sshConfig = join(folder, 'ssh_config');
  const hostKey = execFileSync('cat', [join(folder, 'host_key.pub')], { encoding: 'utf8' });
  writeFileSync(join(folder, 'known_hosts'), `[127.0.0.1]:${proxy.port} ${hostKey}`);
  writeFileSync(sshConfig, clientConfig(folder, name, proxy.port));
  return {
    name,
    sshConfig,
    address,
    line: proxy.line,
    execute: (script) => {
      const [command, ...args] = inside(['--mount', '--pid', 'sh', '-e', '-c', script]);
      return execFileSync(command!, args, { encoding: 'utf8' });
    },
    stop: async () => {
      proxy.close();
      await program.stop();
      machine.process.kill('SIGKILL');
      await machine.gone;
    },
  };
}

// The folders of this machine stay as they are: the board has its own /run and /var/lib, and an account of root with a home
// of its own that is not locked, for sshd lets nobody else in. It ends when its standard input does, at the latest with whoever started it.
const bootScript = `
mount -t tmpfs run /run
mount -t tmpfs lib /var/lib
mkdir -m 0755 /run/sshd /var/lib/pipeline-board
mount -t tmpfs -o size="$2m",mode=0755 state /var/lib/pipeline-board
(umask 077 && sed 's/^root:[^:]*:/root:*:/' /etc/shadow >/run/shadow)
mount --bind /run/shadow /etc/shadow
mkdir -m 0700 /run/root
sed 's|^root:.*|root:x:0:0:root:/run/root:/bin/sh|' /etc/passwd >/run/passwd
mount --bind /run/passwd /etc/passwd
/usr/sbin/sshd -D -e -f "$1/sshd_config" 2>&1 &
cat >/dev/null
`;

interface Machine {
  readonly process: ChildProcess;
  /** First process of its namespaces. */
  readonly init: number;
  readonly gone: Promise<void>;
}

/** Resolves when its sshd listens. */
async function boot(folder: string, megabytes: number): Promise<Machine> {
  const isolated = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--propagation', 'private'];
  const child = spawn(
    'unshare',
    [...isolated, 'sh', '-e', '-c', bootScript, 'sh', folder, String(megabytes)],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const log: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      log.push(line);
      if (line.startsWith('Server listening')) resolve();
    });
    void gone.then(() => reject(new Error(`the board did not start: ${log.join('\n')}`)));
  });
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(child.pid)], { encoding: 'utf8' });
  return { process: child, init: Number(children.trim()), gone };
}

async function startLine(to: number) {
  let limit: { readonly bytes: number; readonly how: 'break' | 'stall'; reach: () => void } | null = null;
  let sent = 0;
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    for (const [socket, other] of [[near, far] as const, [far, near] as const]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
    far.pipe(near);
    near.on('data', (chunk: Buffer) => {
      sent += chunk.length;
      if (!far.write(chunk)) near.pause();
      if (limit === null || sent <= limit.bytes) return;
      limit.reach();
      if (limit.how === 'stall') near.pause();
      else near.destroy();
    });
    far.on('drain', () => {
      if (limit === null || sent <= limit.bytes) near.resume();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const line: Line = {
    sent: () => sent,
    reset: () => {
      sent = 0;
      limit = null;
      for (const socket of open) socket.resume();
    },
    failAfter: (bytes, how) => {
      sent = 0;
      return {
        reached: new Promise((resolve) => {
          limit = { bytes, how, reach: resolve };
        }),
      };
    },
  };
  const close = (): void => {
    server.close();
    for (const socket of open) socket.destroy();
  };
  return { port: (server.address() as AddressInfo).port, line, close };
}

function sshdConfig({ folder, sftp, busybox }: SshBoardSettings, port: number): string {
  return [
    'ListenAddress 127.0.0.1',
    `Port ${port}`,
    `HostKey ${join(folder, 'host_key')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    ...(sftp === null ? [] : [`Subsystem sftp ${sftp}`]),
    ...(busybox === null ? [] : [`SetEnv PATH=${join(folder, 'applets')}`]),
    '',
  ].join('\n');
}

function clientConfig(folder: string, name: string, port: number): string {
  return [
    `Host ${name}`,
    'HostName 127.0.0.1',
    `Port ${port}`,
    'User root',
    `IdentityFile ${join(folder, 'id')}`,
    'IdentitiesOnly yes',
    `UserKnownHostsFile ${join(folder, 'known_hosts')}`,
    'GlobalKnownHostsFile /dev/null',
    '',
  ].join('\n');
}
