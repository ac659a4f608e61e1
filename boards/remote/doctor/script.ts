import { mountsScript } from '../mounts.ts';

/** Options of the kernel that the server, or its way to load bitstreams, depends on. */
export const kernelOptions: readonly string[] = [
  'FPGA_MGR_ZYNQ_FPGA',
  'DEVMEM',
  'DMA_CMA',
  'UIO_PDRV_GENIRQ',
  'OF_OVERLAY',
];

/** Registers of a Zynq 7000 (TRM, appendix B): they belong to the processor and answer whatever the logic does. */
export const registers = {
  lock: '0xF800000C',
  ioPll: '0xF8000108',
  clock: '0xF8000170',
  gate: '0xF8000178',
  levelShifters: '0xF8000900',
  readPort: '0xF8008000',
  writePort: '0xF8008014',
} as const;

/**
 * A script that prints what is known of a board, in lines for `readFacts`; nothing it does changes the board. `root` is
 * the prefix of commands that require root, and null if none works.
 */
export function doctorScript(root: string | null): string {
  const prefix = root ?? '';
  return [
    'PATH=$PATH:/usr/local/bin:/usr/sbin:/sbin',
    'say() { [ -z "$2" ] || echo "fact $1 $2"; }',
    'read_file() { cat "$1" 2>/dev/null | tr -d "\\0"; }',
    'say kernel "$(uname -r)"',
    'say model "$(read_file /proc/device-tree/model)"',
    'say compatible "$(cat /proc/device-tree/compatible 2>/dev/null | tr "\\0" " ")"',
    'say time "$(date +%s)"',
    "sed -n 's/^\\(MemTotal\\|CmaTotal\\): *\\([0-9]*\\) kB/fact \\1 \\2/p' /proc/meminfo",
    '[ ! -e /proc/config.gz ] || { say config known; zcat /proc/config.gz | ' +
      `sed -n 's/^CONFIG_\\(${kernelOptions.join('\\|')}\\)=[ym]$/fact option \\1/p'; }`,
    'if [ -d /run/systemd/system ]; then say init systemd; elif [ -d /etc/rc5.d ]; then say init sysvinit; fi',
    ...fabric(prefix),
    ...server(prefix),
    ...(root === null ? [] : [selftest(root)]),
    `say user "$(id -un)"`,
    `say root ${root === null ? 'no' : 'yes'}`,
    'for port in /sys/class/net/*; do',
    '  [ "$(read_file $port/operstate)" != up ] || say link "${port##*/} $(cat $port/speed 2>/dev/null)"',
    'done',
    "df -Pk /var/lib | sed 's/^/df /'",
    mountsScript,
    'true',
  ].join('\n');
}

function fabric(root: string): readonly string[] {
  const { levelShifters, readPort, writePort, ...harmless } = registers;
  const register = (address: string): string =>
    `say register "${address} $(${root}devmem ${address} 2>/dev/null)"`;
  return [
    'manager=/sys/class/fpga_manager/fpga0',
    'say manager "$(read_file $manager/name)"',
    'say state "$(read_file $manager/state)"',
    '[ ! -e $manager/firmware ] || say firmware-attribute yes',
    '[ ! -d /sys/kernel/config/device-tree/overlays ] || say overlays yes',
    'say buffer "$(read_file /sys/class/u-dma-buf/udmabuf0/size)"',
    'for device in /sys/class/uio/uio*; do',
    '  [ ! -e $device/maps/map0/addr ] || say uio "${device##*/} $(read_file $device/maps/map0/addr) $(read_file $device/maps/map0/size)"',
    'done',
    '[ ! -e /dev/watchdog ] || say watchdog yes',
    'if command -v devmem >/dev/null; then',
    ...[...Object.values(harmless), levelShifters].map((address) => `  ${register(address)}`),
    // The ports to the memory may have no clock before a bitstream is loaded.
    `  if [ $(( $(${root}devmem ${levelShifters} 2>/dev/null || echo 0) & 15 )) = 15 ]; then`,
    `    ${register(readPort)}`,
    `    ${register(writePort)}`,
    '  fi',
    'fi',
  ];
}

function server(root: string): readonly string[] {
  return [
    'say server-user "$(id -u pipeline-board 2>/dev/null)"',
    `say version "$(${program} --version 2>/dev/null)"`,
    'if [ -d /run/systemd/system ]; then systemctl --quiet is-active pipeline-board; else /etc/init.d/pipeline-board status; fi ' +
      '>/dev/null 2>&1 && say running yes',
    `say key "$(${root}ls -ln /etc/pipeline-board/cluster.key 2>/dev/null | awk '{ print $1, $3 }')"`,
    `say firmware-folder "$(ls -ldn /lib/firmware/pipeline-board/. 2>/dev/null | awk '{ print $1, $3 }')"`,
  ];
}

/** As the user that the server runs as, which only root can become. */
function selftest(root: string): string {
  const command = `${root}${program} --as pipeline-board --selftest --config /etc/pipeline-board/board.json`;
  return `[ ! -x ${program} ] || ${command} 2>&1 | sed 's/^/fact selftest /'`;
}

const program = '/usr/local/bin/pipeline-board';
