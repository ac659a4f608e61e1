import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { root } from '../rig/sources.ts';
import { freePort } from '../rig/free-port.ts';

/** A Zynq 7000 as qemu emulates it, with a real kernel, a real init and a real sshd; its logic never accepts a bitstream. */
export interface Zynq {
  /** A configuration of ssh that reaches it as `zynq`, as root, and as `petalinux`. */
  readonly sshConfig: string;
  /** The TCP port of its server, on this machine and on the board. */
  readonly port: number;
  /** Runs a command as root; its exit code does not matter. */
  readonly run: (command: string) => Promise<string>;
  /** Its console since it was switched on. */
  readonly console: () => string;
  readonly powerOff: () => Promise<void>;
}

export interface Settings {
  /** A folder for what the machine writes. */
  readonly folder: string;
  /** Where its root filesystem is: on a card, or in an initial RAM disk that it never leaves. */
  readonly root: 'card' | 'memory';
  /** The device tree as the kernel has it, or with boards/image/pipeline-board.dtsi. */
  readonly deviceTree: 'plain' | 'image';
}

/** Programs without which there is no Zynq, with Debian's packages. */
const programs: { readonly [program: string]: string } = {
  'qemu-system-arm': 'qemu-system-arm',
  'arm-linux-gnueabihf-gcc': 'gcc-arm-linux-gnueabihf',
  'qemu-arm-static': 'qemu-user-static',
  mmdebstrap: 'mmdebstrap',
  'mkfs.ext4': 'e2fsprogs',
  flex: 'flex',
  bison: 'bison',
  bc: 'bc',
  cpio: 'cpio',
  ssh: 'openssh-client',
};

/** The packages of Debian that the machine is made of, as far as they are missing. */
export function missingPackages(): readonly string[] {
  const missing = Object.entries(programs).filter(([program]) => !isOnPath(program));
  const source = existsSync('/usr/src/linux-source-6.1.tar.xz') ? [] : ['linux-source-6.1'];
  return [...missing.map(([, name]) => name), ...source];
}

/** Starts a machine; resolves when it answers over ssh. Kernel and root are built at the first call: minutes, once. */
export async function powerOn({ folder, root: place, deviceTree }: Settings): Promise<Zynq> {
  const kernel = made('kernel', [
    join(here, 'kernel.config'),
    join(image, 'kernel.config'),
    join(image, 'pipeline-board.dtsi'),
  ]);
  const disk = made('root', []);
  mkdirSync(folder, { recursive: true });
  const [card, log] = [join(folder, 'card.ext4'), join(folder, 'console.log')];
  const [port, sshPort] = [await freePort(), await freePort()];
  if (place === 'card' && !existsSync(card)) copyFileSync(join(disk, 'root.ext4'), card);
  const command = 'console=ttyPS0,115200 uio_pdrv_genirq.of_id=generic-uio';
  const machine = spawn(
    'qemu-system-arm',
    [
      ...[
        '-M',
        'xilinx-zynq-a9',
        '-m',
        '512',
        '-kernel',
        join(kernel, 'zImage'),
        '-dtb',
        join(kernel, `${deviceTree}.dtb`),
      ],
      ...(place === 'card'
        ? ['-append', `${command} root=/dev/mmcblk0 rw rootwait`, '-drive', `if=sd,format=raw,file=${card}`]
        : ['-append', command, '-initrd', join(disk, 'root.cpio.gz')]),
      // The console is the second serial port.
      ...['-display', 'none', '-monitor', 'none', '-serial', 'null', '-serial', `file:${log}`],
      ...[
        '-nic',
        `user,restrict=on,hostfwd=tcp:127.0.0.1:${sshPort}-:22,hostfwd=tcp:127.0.0.1:${port}-:${port}`,
      ],
    ],
    { stdio: 'ignore' },
  );
  const sshConfig = join(folder, 'ssh_config');
  writeFileSync(sshConfig, configuration(folder, join(disk, 'id'), sshPort));
  const run = async (script: string): Promise<string> => {
    const { stdout } = await execa('ssh', ['-F', sshConfig, 'zynq', script], {
      reject: false,
      timeout: 60_000,
    });
    return stdout;
  };
  const zynq: Zynq = {
    sshConfig,
    port,
    run,
    console: () => readFileSync(log, 'utf8'),
    powerOff: () => ended(machine),
  };
  await answering(zynq);
  return zynq;
}

const here = import.meta.dirname;
const image = join(root, 'boards', 'image');
const cache = join(root, '.zynq');

/** What a script of this folder makes, kept under the digest of the script and of what it reads. */
function made(what: 'kernel' | 'root', sources: readonly string[]): string {
  const script = join(here, `make-${what}.sh`);
  const digest = createHash('sha256');
  for (const file of [script, ...sources]) digest.update(readFileSync(file));
  const folder = join(cache, `${what}-${digest.digest('hex').slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  const build = what === 'kernel' ? [join(cache, 'build')] : [];
  execFileSync('nice', ['-n', '10', 'sh', script, ...build, unfinished], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  renameSync(unfinished, folder);
  return folder;
}

function configuration(folder: string, identity: string, port: number): string {
  const common = [
    'HostName 127.0.0.1',
    `Port ${port}`,
    `IdentityFile ${identity}`,
    'IdentitiesOnly yes',
    'StrictHostKeyChecking accept-new',
    `UserKnownHostsFile ${join(folder, 'known_hosts')}`,
  ];
  return ['Host zynq', 'User root', ...common, 'Host petalinux', 'User petalinux', ...common, ''].join('\n');
}

async function answering(zynq: Zynq): Promise<void> {
  for (let attempt = 0; attempt < bootAttempts; attempt++) {
    const { exitCode } = await execa(
      'ssh',
      ['-F', zynq.sshConfig, '-o', 'ConnectTimeout=5', 'zynq', 'true'],
      { reject: false },
    );
    if (exitCode === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  await zynq.powerOff();
  throw new Error(`the machine does not come up:\n${zynq.console().slice(-2000)}`);
}

const bootAttempts = 120;

async function ended(machine: ChildProcess): Promise<void> {
  if (machine.exitCode !== null || machine.signalCode !== null) return;
  const gone = new Promise((resolve) => machine.once('exit', resolve));
  machine.kill('SIGKILL');
  await gone;
}

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, program)));
}
