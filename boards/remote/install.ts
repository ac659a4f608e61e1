import { chmod, copyFile as copyHere, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Refusal } from '../../base/refusal.ts';
import { parseFields } from '../../base/fields.ts';
import { byteSize } from '../../base/units.ts';
import { quoted } from '../../base/shell-word.ts';
import type { ClusterKey } from '../keys.ts';
import { encodeKey } from '../keys.ts';
import { asRoot } from './as-root.ts';
import { copyFiles } from './copy.ts';
import { forgottenFolder, mountsScript } from './mounts.ts';
import { reportProgress } from './progress.ts';
import type { Login, RemoteShell } from './shell.ts';
import { openRemoteShell } from './shell.ts';

export interface ServerInstallation {
  readonly login: Login;
  /** The part of the board's configuration that the cluster determines. */
  readonly settings: {
    readonly name: string;
    readonly boardType: string;
    readonly part: string;
    readonly crystalMegahertz: number | null;
    readonly port: number;
  };
  /** Absolute path of `pipeline-board`, built for the board. */
  readonly program: string;
  /** The folder `server/deploy`. */
  readonly scripts: string;
  readonly key: ClusterKey;
}

/**
 * Installs or upgrades the server of a board and starts it. Manual changes to its configuration are kept. `now` returns
 * milliseconds. Refuses a board that cannot be reached or written to, is not a board, or would forget its server at the next
 * reboot (`boards/forgets`), or whose `install.sh` refuses (`boards/install-failed`).
 */
export async function installServer(
  { login, settings, program, scripts, key }: ServerInstallation,
  say: (line: string) => void,
  now: () => number,
): Promise<void> {
  const shell = await openRemoteShell(login);
  try {
    const root = await asRoot(shell);
    await mustRemember(shell);
    const { folder, backEnd, manager, configuration } = await look(shell, root);
    try {
      const configured = configure(configuration, { backEnd, manager }, settings, login.board);
      say(`back end ${configured.backEnd}`);
      const local = (name: string): string => join(shell.folder, name);
      await writeFile(local('board.json'), `${JSON.stringify(configured, null, 2)}\n`);
      await writeFile(local('cluster.key'), `${encodeKey(key)}\n`, { mode: 0o600 });
      // Under the name that the script expects, whatever the user's file is called.
      await copyHere(program, local('pipeline-board'));
      await chmod(local('pipeline-board'), 0o755);
      const own = ['pipeline-board', 'board.json', 'cluster.key'].map(local);
      const others = ['install.sh', 'permit.sh', 'pipeline-board.service', 'pipeline-board.init'];
      await send(shell, [...own, ...others.map((name) => join(scripts, name))], folder, say, now);
      const command = `chmod 755 pipeline-board && ${root}sh install.sh ./pipeline-board ./board.json ./cluster.key`;
      const { status, output } = await shell.run(`cd ${quoted(folder)} && ${command}`, installSeconds);
      if (status !== 0) throw notInstalled(login.board, output);
    } finally {
      await shell.run(`rm -rf ${quoted(folder)}`, answerSeconds).catch(() => undefined);
    }
  } finally {
    await shell.close();
  }
}

const answerSeconds = 30;
/** The server's self-test takes a while on a slow processor. */
const installSeconds = 180;

interface Found {
  /** A new folder on the board, readable only by this user. */
  readonly folder: string;
  /** How programs can load bitstreams; '' if they cannot. */
  readonly backEnd: string;
  /** Name of the FPGA manager; '' if there is none. */
  readonly manager: string;
  /** The existing configuration; '' if there is none. */
  readonly configuration: string;
}

function notInstalled(board: string, output: string): Refusal {
  const reason = output.trim().split('\n').slice(-5).join('; ');
  return new Refusal(
    'boards/install-failed',
    `${board} could not install its server: ${reason}`,
    // install.sh replaces everything before it starts the service.
    reason.includes('the service ')
      ? `it is installed and will be started again and again; \`pipeline boards doctor ${board}\` shows what it lacks`
      : 'the previous installation is still in place',
  );
}

async function mustRemember(shell: RemoteShell): Promise<void> {
  const { output } = await shell.run(mountsScript, answerSeconds);
  const forgotten = forgottenFolder(output);
  if (forgotten === null) return;
  throw new Refusal(
    'boards/forgets',
    `${forgotten.folder} of ${shell.login.board} is in memory (${forgotten.type}), so a reboot would remove the server and its key`,
    'give it a root filesystem on the card: in Petalinux, petalinux-config, Image Packaging Configuration, Root filesystem type EXT4',
  );
}

async function look(shell: RemoteShell, root: string): Promise<Found> {
  const manager = '/sys/class/fpga_manager/fpga0';
  const script = [
    'umask 077',
    'folder=$(mktemp -d) && echo "folder $folder"',
    // It holds the key, so it is removed whatever ends this session.
    '{ while kill -0 $$ && [ -d "$folder" ]; do sleep 1; done; rm -rf "$folder"; } </dev/null >/dev/null 2>&1 &',
    `if [ -e ${manager}/firmware ]; then echo "back end sysfs"; elif [ -d /sys/kernel/config/device-tree/overlays ]; then echo "back end overlay"; fi`,
    `[ ! -e ${manager} ] || echo "manager $(cat ${manager}/name)"`,
    `echo "configuration $(${root}cat /etc/pipeline-board/board.json 2>/dev/null | tr -d '\\n')"`,
  ].join('\n');
  const { output } = await shell.run(script, answerSeconds);
  const line = (what: string): string => new RegExp(`^${what} (.+)$`, 'm').exec(output)?.[1]?.trim() ?? '';
  const folder = line('folder');
  if (!folder.startsWith('/'))
    throw new Refusal(
      'deploy/not-writable',
      `${shell.login.board} cannot create a temporary folder: ${output.trim()}`,
    );
  return {
    folder,
    backEnd: line('back end'),
    manager: line('manager'),
    configuration: line('configuration'),
  };
}

function noLoader(manager: string, board: string): Refusal {
  if (manager === '')
    return new Refusal(
      'boards/no-fpga-manager',
      `the kernel of ${board} has no FPGA manager in /sys/class/fpga_manager`,
      'is this the board, and was its kernel built with CONFIG_FPGA_MGR_ZYNQ_FPGA?',
    );
  return new Refusal(
    'boards/no-loader',
    `the kernel of ${board} lets no program load a bitstream: its ${manager} has no attribute firmware, and there are no overlays`,
    "use Xilinx's kernel, or load dtbocfg; docs/image.md describes both",
  );
}

/** The board's configuration: first what the cluster determines, then manual settings, then what was detected. */
function configure(
  configuration: string,
  { backEnd, manager }: Pick<Found, 'backEnd' | 'manager'>,
  { name, boardType, part, crystalMegahertz, port }: ServerInstallation['settings'],
  board: string,
) {
  const what = `/etc/pipeline-board/board.json on ${board}`;
  const written = configuration === '' ? null : parseFields(configuration, what, 'boards/bad-configuration');
  const kept = written === null ? {} : (JSON.parse(configuration) as object);
  const listen = written?.has('listen') === true ? written.object('listen') : null;
  const wanted = written?.has('backEnd') === true ? written.text('backEnd') : backEnd;
  if (wanted === '') throw noLoader(manager, board);
  const host = listen?.has('host') === true ? listen.text('host') : '0.0.0.0';
  // By default the server believes in the Zedboard's.
  const crystal = crystalMegahertz === null ? {} : { crystalMegahertz };
  return { ...kept, name, boardType, part, ...crystal, backEnd: wanted, listen: { host, port } };
}

async function send(
  shell: RemoteShell,
  files: readonly string[],
  folder: string,
  say: (line: string) => void,
  now: () => number,
): Promise<void> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const copies = files.map((local) => ({ local, remote: `${folder}/${basename(local)}`, present: 0 }));
  await copyFiles(
    shell,
    copies,
    reportProgress({ total, present: 0 }, say, () => now() / 1000),
  );
  const { output } = await shell.run(`cat ${quoted(folder)}/* | wc -c`, answerSeconds);
  if (Number(output.trim()) !== total)
    throw new Refusal('boards/install-failed', 'the files did not arrive completely', 'install again');
  say(`${byteSize(total)} sent`);
}
