import { appendFileSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildBoardServer } from '../../toolchain/board-server.ts';
import type { Outcome } from '../rig/command.ts';
import { pipeline } from '../rig/command.ts';
import { temporaryFolderForSuite } from '../rig/project.ts';
import { root } from '../rig/sources.ts';
import type { Settings, Zynq } from './machine.ts';
import { missingPackages, powerOn } from './machine.ts';

const minutes = 60_000;

it('has what it is made of', () => {
  expect(missingPackages()).toEqual([]);
});

interface Bench {
  readonly zynq: Zynq;
  /** Runs `pipeline boards …` for the machine as `root` or as the user of Petalinux. */
  readonly boards: (
    login: 'zynq' | 'petalinux',
    command: string,
    ...args: readonly string[]
  ) => Promise<Outcome>;
}

function bench(settings: Omit<Settings, 'folder'>): () => Bench {
  let made: Bench | undefined;
  let zynq: Zynq | undefined;
  beforeAll(async () => {
    const folder = temporaryFolderForSuite();
    zynq = await powerOn({ folder: join(folder, 'machine'), ...settings });
    made = { zynq, boards: await makeProject(join(folder, 'project'), zynq) };
  }, 30 * minutes);
  afterAll(() => zynq?.powerOff());
  return () => made!;
}

async function makeProject(project: string, { sshConfig, port }: Zynq): Promise<Bench['boards']> {
  const built = await buildBoardServer({
    home: join(root, 'server', 'build'),
    sources: join(root, 'server'),
    variables: process.env,
    signal: new AbortController().signal,
    report: () => undefined,
  });
  if (built.type !== 'built') throw new Error(JSON.stringify(built));
  cpSync(join(root, 'examples', 'tfc-w2a2'), project, { recursive: true });
  for (const login of ['zynq', 'petalinux']) {
    const cluster = `{ zed0: { board: zedboard, address: 127.0.0.1, port: ${port}, ssh: ${login} }, zed1: null }`;
    const text = `\n  ${login}:\n    cluster: ${cluster}\n    tools: { boards: { ssh-config: ${sshConfig} } }\n`;
    appendFileSync(join(project, 'pipeline.yaml'), text);
  }
  return (login, command, ...args) => {
    const program = command === 'install' ? ['--program', built.program] : [];
    return pipeline(project, 'boards', command, '--profile', login, ...program, ...args);
  };
}

interface Finding {
  readonly topic: string;
  readonly status: string;
  readonly text: string;
}

function findings({ out }: Outcome): { readonly [topic: string]: string } {
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Finding & { readonly type: string });
  const rows = lines.filter(({ type }) => type === 'board-finding');
  return Object.fromEntries(rows.map(({ topic, status, text }) => [topic, `${status}: ${text}`]));
}

describe('a Zynq as it comes: root in memory, device tree of the kernel', () => {
  const { boards, zynq } = lazy(bench({ root: 'memory', deviceTree: 'plain' }));

  it('is examined without a key and without root', async () => {
    const found = await boards('zynq', 'doctor', '--json');
    expect(found).toMatchObject({ code: 1, error: '' });
    expect(findings(found)).toMatchObject({
      model: 'unknown: Xilinx ZC702 board; pipeline.yaml says zedboard',
      kernel: expect.stringMatching(/^ok: 6\.1\./) as string,
      init: 'ok: sysvinit',
      disk: 'problem: /etc is in memory (rootfs) and forgets the server at a reboot',
      clock: expect.stringMatching(/^unknown: 1970-01-01/) as string,
      link: 'ok: eth0 100 Mbit/s',
      'FPGA manager': expect.stringMatching(/^problem: Xilinx Zynq FPGA Manager has neither/) as string,
      'u-dma-buf': 'problem: there is no udmabuf0, the buffer that the accelerator reads and writes',
      registers: 'ok: reached by /dev/mem, for there is no UIO device at GP0',
      'system registers': 'ok: unlocked, as the kernel needs them',
      FCLK0: 'ok: stopped; the server starts it before a load',
      HP0: 'unknown: its width is not known before a bitstream is loaded',
      account: 'ok: root',
      sftp: 'ok: files can be sent',
      server: 'problem: not installed',
    });
  });

  it('gets no server that it would forget', async () => {
    await boards('zynq', 'keygen');
    expect(await boards('zynq', 'install')).toMatchObject({
      code: 1,
      error: expect.stringMatching(
        /^error\[boards\/forgets\]: \/etc of zed0 is in memory \(rootfs\), so a reboot would remove the server and its key\n/,
      ) as string,
    });
    expect(await zynq().run('ls /usr/local/bin')).toBe('');
  });

  it('says what to do about the account of Petalinux, whose password has expired and whose sudo asks', async () => {
    expect(await boards('petalinux', 'doctor')).toMatchObject({
      code: 1,
      error:
        'error[ssh/password-expired]: the password of this user on zed0 (petalinux) has expired, so nothing can be run there\n' +
        '  hint: log in by hand and set one: ssh -t petalinux\n',
    });
    await zynq().run("sed -i 's/^petalinux:.*/petalinux:*:19000:0:99999:7:::/' /etc/shadow");
    expect(await boards('petalinux', 'install')).toMatchObject({
      code: 1,
      error:
        'error[boards/not-root]: the user of ssh petalinux is not root on zed0, and sudo asks for a password\n' +
        '  hint: log in as root, or allow this user sudo without one: ' +
        `ssh -t petalinux "echo 'petalinux ALL=(ALL) NOPASSWD: ALL' | sudo tee /etc/sudoers.d/zz-pipeline-board"\n`,
    });
    // The rule of the hint.
    await zynq().run("echo 'petalinux ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/zz-pipeline-board");
    expect(findings(await boards('petalinux', 'doctor', '--json'))).toMatchObject({
      account: 'ok: petalinux, with sudo',
      FCLK0: 'ok: stopped; the server starts it before a load',
    });
  });
});

describe('a Zynq with its root on a card and the device tree of boards/image', () => {
  const { boards, zynq } = lazy(bench({ root: 'card', deviceTree: 'image' }));
  const server = '/run/pipeline-board.server';

  it('has a clock for the logic and its registers as a device', async () => {
    expect(findings(await boards('zynq', 'doctor', '--json'))).toMatchObject({
      disk: expect.stringMatching(/^ok: .* free$/) as string,
      registers: 'ok: uio0 covers 65.5 kB from 0x40000000',
      FCLK0: 'ok: runs at 36.1 MHz',
      watchdog: 'ok: /dev/watchdog',
    });
  });

  it('cannot load bitstreams with a kernel that has neither the attribute nor overlays, and that is what it says', async () => {
    await boards('zynq', 'keygen');
    expect(await boards('zynq', 'install')).toMatchObject({
      code: 1,
      error: expect.stringMatching(
        /^error\[boards\/no-loader\]: the kernel of zed0 lets no program load a bitstream: its Xilinx Zynq FPGA Manager has no/,
      ) as string,
    });
  });

  it('takes the server under sysvinit, as a user of its own that may open /dev/mem', async () => {
    // Files replace what this machine has not: a manager that loads, and u-dma-buf. Registers and memory are real.
    await zynq().run(standIns);
    expect(await boards('zynq', 'install')).toMatchObject({ code: 0, error: '' });
    expect(await boards('zynq', 'status')).toMatchObject({ code: 0 });
    const status = await zynq().run(
      `grep -E '^(Uid|Groups|CapEff|NoNewPrivs)' /proc/$(cat ${server})/status; id -u pipeline-board`,
    );
    const [uid, groups, capabilities, noNew, user] = status.split('\n');
    expect(uid).toBe(`Uid:${`\t${user}`.repeat(4)}`);
    expect(groups?.trim()).toBe('Groups:');
    // CAP_SYS_RAWIO is number 17.
    expect(capabilities).toBe('CapEff:\t0000000000020000');
    expect(noNew).toBe('NoNewPrivs:\t1');
    expect(
      await zynq().run("ls -ln /dev/mem /dev/uio0 /etc/pipeline-board/cluster.key | awk '{ print $1, $3 }'"),
    ).toBe([`crw------- ${user}`, `crw------- ${user}`, `-rw------- ${user}`].join('\n'));
    // All of /lib/firmware belonged to the server of earlier versions.
    expect(
      await zynq().run("ls -ldn /lib/firmware /lib/firmware/pipeline-board | awk '{ print $1, $3 }'"),
    ).toBe(`drwxr-xr-x 0\ndrwxr-xr-x ${user}`);
  });

  it('is started again when it ends, and not after it was stopped', async () => {
    const pid = await zynq().run(`cat ${server}`);
    await zynq().run(`kill -KILL ${pid}`);
    await vi.waitFor(async () => expect(await boards('zynq', 'status')).toMatchObject({ code: 0 }), {
      timeout: 30_000,
    });
    expect(await zynq().run(`cat ${server}`)).not.toBe(pid);
    const { code, out } = await boards('zynq', 'logs', 'zed0', '-n', '20');
    expect(code).toBe(0);
    expect(out).toMatch(/^\[ *[\d.]+\] the server has ended with code 137$/m);
    await zynq().run('/etc/init.d/pipeline-board stop');
    expect(await zynq().run('ps | grep "[/]pipeline-board"')).toBe('');
    await zynq().run('/etc/init.d/pipeline-board start');
  });

  it('bounds its log', async () => {
    const log = '/var/log/pipeline-board.log';
    await zynq().run(
      `yes 'a line of the server' | head -c 999900 >${log}; yes 0123456789 | head -n 9 | /etc/init.d/pipeline-board log`,
    );
    const sizes = (await zynq().run(`wc -c <${log}; wc -c <${log}.1`)).split('\n').map(Number);
    for (const size of sizes) expect(size).toBeLessThan(1_010_000);
    expect((await boards('zynq', 'logs', 'zed0', '-n', '700')).out.split('\n')).toHaveLength(701);
  });

  it('comes back after a reboot, with its registers unlocked', async () => {
    const before = zynq().console().split('Linux version').length;
    expect(await boards('zynq', 'reboot', 'zed0')).toMatchObject({ code: 0, error: '' });
    expect(zynq().console().split('Linux version')).toHaveLength(before + 1);
    expect(findings(await boards('zynq', 'doctor', '--json'))).toMatchObject({
      'system registers': 'ok: unlocked, as the kernel needs them',
      server: expect.stringMatching(/^ok: pipeline-board .*, runs$/) as string,
      key: 'ok: readable by the server alone',
      firmware: 'ok: /lib/firmware/pipeline-board, for the server alone',
    });
  });

  it('has a doctor who sees that its registers are locked, which would prevent a reboot', async () => {
    await zynq().run('devmem 0xF8000004 32 0x767B');
    expect(findings(await boards('zynq', 'doctor', '--json'))).toMatchObject({
      'system registers': 'problem: locked, so the kernel can neither reboot nor reset the logic',
    });
    await zynq().run('devmem 0xF8000008 32 0xDF0D');
  });
});

/** On the first look at a machine its device files are the real ones; these are what a board.json may name instead. */
const standIns = [
  'mkdir -p /etc/pipeline-board /srv/manager /srv/buffer',
  'cd /srv',
  'echo unknown >manager/state; : >manager/firmware; : >manager/flags',
  'echo 0x10000000 >buffer/phys_addr; echo 1048576 >buffer/size',
  'for file in sync_mode sync_offset sync_size sync_direction sync_for_cpu sync_for_device; do : >buffer/$file; done',
  'head -c 1048576 /dev/zero >buffer/memory',
  'chmod -R a+rwX .',
  `echo '${JSON.stringify({
    simulated: true,
    backEnd: 'sysfs',
    paths: { fpgaManager: '/srv/manager', buffer: '/srv/buffer', bufferDevice: '/srv/buffer/memory' },
  })}' >/etc/pipeline-board/board.json`,
].join('\n');

/** The machine exists only when the tests run. */
function lazy(made: () => Bench): { readonly boards: Bench['boards']; readonly zynq: () => Zynq } {
  return { boards: (...all) => made().boards(...all), zynq: () => made().zynq };
}
