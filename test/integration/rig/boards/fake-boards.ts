import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isRunning } from '../../../rig/process.ts';
import { bundleProgram } from '../../../boards/fixture.ts';
import { layOutFabric } from './fake-fabric.ts';

/** A fake Zedboard: kernel interfaces, logic, sshd and services of its own, in namespaces of its own; see test/fake-board. */
export interface FakeBoard {
  readonly name: string;
  /** Its IPv4 address in the laboratory's network. */
  readonly address: string;
  /** A power cut: everything on it ends at once. */
  readonly cutPower: () => Promise<void>;
  /** What it keeps on its disk is still there. */
  readonly powerOn: () => Promise<void>;
  /** Takes its link down or up again. */
  readonly setLink: (state: 'up' | 'down') => void;
  /** The text of a file on its disk, of what the board itself wrote there. */
  readonly read: (path: string) => string;
  /** Lines in which the logic complained of how it was driven. */
  readonly violations: () => readonly string[];
}

/** Some fake boards in a network of their own, each on a link of 100 Mbit/s, and a computer that reaches them. */
export interface Laboratory {
  readonly boards: readonly FakeBoard[];
  /** A configuration of ssh with which the computer may log in to each board as root. */
  readonly sshConfig: string;
  /** Runs a command on the computer, inside of the laboratory's network; its exit code does not matter. */
  readonly execute: (command: readonly string[], cwd: string) => Promise<Executed>;
  /** Ends everything and takes the network away. */
  readonly close: () => Promise<void>;
}

export interface Executed {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

export interface LaboratorySettings {
  /** Holds all that the boards keep. */
  readonly folder: string;
  readonly names: readonly string[];
  /** The program that stands for the logic. */
  readonly fakeAccelerator: string;
  /** A folder with ID.onnx of each submodel that the logic may have to compute. */
  readonly submodels: string;
}

const scripts = join(import.meta.dirname, '..', '..', '..', 'fake-board');

/** Sets up the network and starts the boards. Needs root. */
export async function openLaboratory(settings: LaboratorySettings): Promise<Laboratory> {
  const { folder, names } = settings;
  const lab = `lab${process.pid}`;
  mkdirSync(folder, { recursive: true });
  const sshConfig = makeKeys(folder);
  const compute = join(folder, 'accelerator.mjs');
  await bundleProgram(join(scripts, 'accelerator.ts'), compute);
  removeAbandoned();
  const boards: FakeBoard[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(boards.map((board) => board.cutPower()));
    for (const name of [...names, '']) quietly(() => ip('netns', 'del', `${lab}${name}`));
  };
  try {
    ip('netns', 'add', lab);
    ip('-n', lab, 'link', 'set', 'lo', 'up');
    ip('-n', lab, 'link', 'add', 'br0', 'type', 'bridge');
    ip('-n', lab, 'addr', 'add', `${subnet}.1/24`, 'dev', 'br0');
    ip('-n', lab, 'link', 'set', 'br0', 'up');
    for (const [index, name] of names.entries())
      boards.push(await makeBoard(settings, compute, lab, name, index));
    return { boards, sshConfig, execute: executor(lab), close };
  } catch (error) {
    await close();
    throw error;
  }
}

const subnet = '10.77.0';

/** Takes away the networks of laboratories whose process was killed; their boards have ended with it. */
function removeAbandoned(): void {
  for (const space of ip('netns', 'list')
    .split('\n')
    .map((line) => line.split(' ')[0]!)) {
    const owner = /^lab(\d+)/.exec(space)?.[1];
    if (owner !== undefined && !isRunning(Number(owner))) quietly(() => ip('netns', 'del', space));
  }
}

async function makeBoard(
  { folder, fakeAccelerator, submodels }: LaboratorySettings,
  compute: string,
  lab: string,
  name: string,
  index: number,
): Promise<FakeBoard> {
  const own = join(folder, name);
  const [space, plug, address] = [`${lab}${name}`, `to-${name}`, `${subnet}.${10 + index}`];
  mkdirSync(own, { recursive: true });
  await layOutFabric(join(own, 'fabric'), 16 << 20);
  const packages = '/var/lib/pipeline-board/packages';
  const logic = [fakeAccelerator, join(own, 'fabric'), process.execPath, compute, packages, submodels];
  writeFileSync(join(own, 'accelerator'), logic.map((word) => `'${word}'`).join(' '));
  writeFileSync(join(own, 'sshd_config'), sshdConfig(folder, own));
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(own, 'host_key')]);
  const hostKey = readFileSync(join(own, 'host_key.pub'), 'utf8');
  writeFileSync(join(folder, 'known_hosts'), `${address} ${hostKey}`, { flag: 'a' });

  ip('netns', 'add', space);
  ip('-n', lab, 'link', 'add', plug, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space);
  ip('-n', lab, 'link', 'set', plug, 'master', 'br0', 'up');
  ip('-n', space, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
  ip('-n', space, 'link', 'set', 'eth0', 'up');
  for (const [where, device] of [[lab, plug] as const, [space, 'eth0'] as const]) {
    const shape = ['tbf', 'rate', '100mbit', 'burst', '32kb', 'latency', '50ms'];
    execFileSync('tc', ['-n', where, 'qdisc', 'replace', 'dev', device, 'root', ...shape]);
  }

  let machine: ChildProcess | null = null;
  let isWanted = false;
  const powerOn = async (): Promise<void> => {
    isWanted = true;
    machine = await boot(space, own, name);
    // A reboot ends the machine from inside.
    machine.once('exit', () => {
      machine = null;
      if (isWanted) void powerOn();
    });
  };
  const cutPower = async (): Promise<void> => {
    isWanted = false;
    if (machine === null) return;
    const gone = new Promise((resolve) => machine!.once('exit', resolve));
    machine.kill('SIGKILL');
    await gone;
  };
  await powerOn();
  const read = (path: string): string => readFileSync(join(own, 'disk', path), 'utf8');
  return {
    name,
    address,
    cutPower,
    powerOn,
    setLink: (state) => void ip('-n', lab, 'link', 'set', plug, state),
    read,
    violations: () =>
      read('/var/log/fabric.log')
        .split('\n')
        .filter((line) => line.startsWith('violation')),
  };
}

/** Resolves when the board says that it is up. */
async function boot(space: string, own: string, name: string): Promise<ChildProcess> {
  const isolated = [
    'unshare',
    '--mount',
    '--uts',
    '--pid',
    '--fork',
    '--kill-child',
    '--propagation',
    'private',
  ];
  const machine = spawn('ip', ['netns', 'exec', space, ...isolated, join(scripts, 'board.sh'), own, name], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // The parent's own settings are not the board's.
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
  });
  let complaint = '';
  machine.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  await new Promise<void>((resolve, reject) => {
    createInterface(machine.stdout).on('line', (line) => {
      if (line === `${name} is up`) resolve();
    });
    machine.once('exit', () => reject(new Error(`${name} did not start: ${complaint}`)));
  });
  return machine;
}

function executor(lab: string): Laboratory['execute'] {
  return (command, cwd) =>
    new Promise((resolve, reject) => {
      const child = spawn('ip', ['netns', 'exec', lab, ...command], {
        cwd,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let [out, error] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()));
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, out, error }));
    });
}

/** Keys and configuration of the computer's user; gives the path of the configuration. */
function makeKeys(folder: string): string {
  const [identity, config] = [join(folder, 'id'), join(folder, 'ssh_config')];
  if (!existsSync(identity)) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', identity]);
  writeFileSync(
    config,
    [
      `Host ${subnet}.*`,
      'User root',
      `IdentityFile ${identity}`,
      'IdentitiesOnly yes',
      `UserKnownHostsFile ${join(folder, 'known_hosts')}`,
      '',
    ].join('\n'),
  );
  return config;
}

function sshdConfig(folder: string, own: string): string {
  return [
    `HostKey ${join(own, 'host_key')}`,
    `AuthorizedKeysFile ${join(folder, 'id.pub')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'Subsystem sftp internal-sftp',
    '',
  ].join('\n');
}

function ip(...args: readonly string[]): string {
  return execFileSync('ip', args, { stdio: 'pipe', encoding: 'utf8' });
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // It was never made.
  }
}
