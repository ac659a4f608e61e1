import { describe, expect, it, test } from 'vitest';
import { checkFabric } from '../../../../boards/remote/doctor/fabric.ts';
import type { Finding } from '../../../../boards/remote/doctor/facts.ts';
import { readFacts } from '../../../../boards/remote/doctor/facts.ts';
import { checkServer } from '../../../../boards/remote/doctor/server.ts';
import { checkSystem } from '../../../../boards/remote/doctor/system.ts';

/** What the script prints on a board with Xilinx's kernel and everything in its place; docs/facts.md names the files. */
const board = `sudo: unable to resolve host zed0: Name or service not known
fact kernel 6.1.30-xilinx-v2023.2
fact model Avnet ZedBoard board
fact compatible avnet,zynq-zed xlnx,zynq-zed xlnx,zynq-7000
fact time 1795000000
fact MemTotal 512000
fact CmaTotal 65536
fact config known
fact option FPGA_MGR_ZYNQ_FPGA
fact option DEVMEM
fact option DMA_CMA
fact init sysvinit
fact manager Xilinx Zynq FPGA Manager
fact state operating
fact firmware-attribute yes
fact buffer 33554432
fact uio uio0 0x43c00000 0x00010000
fact watchdog yes
fact register 0xF800000C 0x00000000
fact register 0xF8000108 0x0001E008
fact register 0xF8000170 0x00200500
fact register 0xF8000178 0x00000000
fact register 0xF8000900 0x0000000F
fact register 0xF8008000 0x00000000
fact register 0xF8008014 0x00000F00
fact server-user 997
fact version pipeline-board 0.1.0, protocol 2
fact running yes
fact key -rw------- 997
fact firmware-folder drwxr-xr-x 997
fact selftest ok      checksum
fact selftest ok      u-dma-buf
fact user petalinux
fact root yes
fact link lo 10
fact link eth0 100
df /dev/root  7000000 1000000 6000000  15% /
mount /dev/root / ext4 rw 0 0
kept /etc /etc
`;

function findings(output: string, hasSftp = true, crystalMegahertz = 100 / 3): readonly Finding[] {
  const facts = readFacts(output);
  return [
    ...checkSystem(facts, output, 'zedboard'),
    ...checkFabric(facts, crystalMegahertz),
    ...checkServer(facts, 'zed0', hasSftp),
  ];
}

const without = (start: string): string =>
  board
    .split('\n')
    .filter((line) => !line.startsWith(start))
    .join('\n');

describe('what the doctor finds', () => {
  it('is in order on a board that has everything', () => {
    expect(findings(board).map(({ topic, status, text }) => `${topic}: ${status} ${text}`)).toEqual([
      'model: ok Avnet ZedBoard board',
      'kernel: ok 6.1.30-xilinx-v2023.2',
      'init: ok sysvinit',
      'disk: ok 6.1 GB free',
      'memory: ok 524 MB, of which 67.1 MB can be allocated in one piece (CMA)',
      'clock: ok 2026-11-18 11:06',
      'link: ok eth0 100 Mbit/s',
      'FPGA manager: ok Xilinx Zynq FPGA Manager, loads by name, state operating',
      'u-dma-buf: ok udmabuf0 of 33.6 MB',
      'registers: ok uio0 covers 65.5 kB from 0x43c00000',
      'system registers: ok unlocked, as the kernel needs them',
      'FCLK0: ok runs at 100.0 MHz',
      'HP0: ok 64 bits wide, as FINN needs it',
      'watchdog: ok /dev/watchdog',
      'account: ok petalinux, with sudo',
      'sftp: ok files can be sent',
      'server: ok pipeline-board 0.1.0, protocol 2, runs',
      'key: ok readable by the server alone',
      'firmware: ok /lib/firmware/pipeline-board, for the server alone',
      'self-test: ok 2 checks',
    ]);
  });

  test.each<[string, string, string]>([
    [
      'another machine',
      board.replace('xlnx,zynq-7000', 'raspberrypi'),
      'model: Avnet ZedBoard board is not a Zynq 7000',
    ],
    [
      'a kernel without /dev/mem and UIO',
      without('fact option DEVMEM'),
      'kernel: 6.1.30-xilinx-v2023.2 has no CONFIG_DEVMEM, CONFIG_UIO_PDRV_GENIRQ',
    ],
    [
      'no init',
      without('fact init'),
      'init: neither systemd nor sysvinit, so nothing would start the server',
    ],
    [
      'a root in memory',
      board.replace('/dev/root / ext4', 'none / rootfs'),
      'disk: /etc is in memory (rootfs) and forgets the server at a reboot',
    ],
    ['a full card', board.replace('6000000  15%', '5000  99%'), 'disk: only 5.1 MB free'],
    ['no FPGA manager', without('fact manager'), 'FPGA manager: the kernel has none'],
    [
      'a small udmabuf',
      without('fact buffer'),
      'u-dma-buf: there is no udmabuf0, the buffer that the accelerator reads and writes',
    ],
    [
      'locked registers',
      board.replace('0xF800000C 0x00000000', '0xF800000C 0x00000001'),
      'system registers: locked, so the kernel can neither reboot nor reset the logic',
    ],
    [
      'a stopped clock',
      board.replace('0xF8000178 0x00000000', '0xF8000178 0x00000001'),
      'FCLK0: stopped under a loaded bitstream: an access to the logic would never end, and the board would hang',
    ],
    [
      'a narrow port',
      board.replace('0xF8008014 0x00000F00', '0xF8008014 0x00000F01'),
      'HP0: 32 bits wide, while FINN needs 64: the accelerator would read and write garbage',
    ],
    [
      'no root',
      board.replace('root yes', 'root no'),
      'account: petalinux is not root and has no sudo without a password',
    ],
    ['a stopped server', without('fact running'), 'server: pipeline-board 0.1.0, protocol 2, does not run'],
    [
      'a readable key',
      board.replace('-rw-------', '-rw-r--r--'),
      'key: its mode is -rw-r--r-- and its owner has the number 997, so others than the server may read it',
    ],
    [
      'firmware of others',
      board.replace('drwxr-xr-x 997', 'drwxr-xr-x 0'),
      'firmware: the mode of /lib/firmware/pipeline-board is drwxr-xr-x, and its owner has the number 0',
    ],
    ['a failed self-test', board.replace('ok      u-dma-buf', 'failed  u-dma-buf'), 'self-test: u-dma-buf'],
  ])('is a problem with a fix on %s', (_, output, expected) => {
    const problems = findings(output).filter(({ status }) => status === 'problem');
    expect(problems.map(({ topic, text }) => `${topic}: ${text}`)).toEqual([expected]);
    expect(problems[0]?.fix).not.toBe('');
  });

  it('includes sftp, and the server only as far as it is installed', () => {
    const problems = findings(without('fact version'), false).filter(({ status }) => status === 'problem');
    expect(problems.map(({ topic }) => topic)).toEqual(['sftp', 'server']);
  });

  it('computes the frequency of the clock only for the I/O PLL', () => {
    const [clock] = findings(board.replace('0x00200500', '0x00200520')).filter(
      ({ topic }) => topic === 'FCLK0',
    );
    expect(clock).toMatchObject({ status: 'ok', text: 'runs' });
  });

  it('computes the frequency of the clock from the crystal of the board', () => {
    const output = board.replace('0x0001E008', '0x00014008');
    const [clock] = findings(output, true, 50).filter(({ topic }) => topic === 'FCLK0');
    expect(clock).toMatchObject({ status: 'ok', text: 'runs at 100.0 MHz' });
  });

  it('includes a stopped clock only under a loaded bitstream, for the server starts it before a load', () => {
    const output = board
      .replace('state operating', 'state unknown')
      .replace('0xF8000178 0x00000000', '0xF8000178 0x00000001');
    const [clock] = findings(output).filter(({ topic }) => topic === 'FCLK0');
    expect(clock).toMatchObject({ status: 'ok', text: 'stopped; the server starts it before a load' });
  });

  it('is nothing that the board cannot tell', () => {
    const unknown = findings('').filter(({ status }) => status === 'unknown');
    expect(unknown.map(({ topic }) => topic)).toEqual([
      'model',
      'clock',
      'link',
      'system registers',
      'FCLK0',
      'HP0',
      'watchdog',
    ]);
  });
});
