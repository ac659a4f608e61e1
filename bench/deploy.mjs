// Deploys six packages, each with a bitstream as large as a Zedboard's, to three boards of the tests' laboratory at once,
// each on a link of 100 Mbit/s: from no package to deployed, and again. Compared with a plain scp of the same files to the
// three boards at once. Needs root, for the laboratory.
//
//   node bench/deploy.mjs [--rounds 5]
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  endWithParent,
  inTemporaryFolder,
  numbers,
  options,
  pipeline,
  qemu,
  run,
  secondsOf,
  sources,
  startedFor,
  takeTurns,
} from './measure.mjs';

const { buildNatively, buildForArm, openLaboratory, fabricPackage, writePackage, deploy } = await sources({
  'test/integration/rig/boards/server.ts': ['buildNatively', 'buildForArm'],
  'test/integration/rig/boards/fake-boards.ts': ['openLaboratory'],
  'test/integration/rig/boards/fake-fabric.ts': ['fabricPackage'],
  'boards/package/directory.ts': ['writePackage'],
  'stages/deploy/work.ts': ['deploy'],
});

const { rounds } = options({ rounds: 5 });
const names = ['zed0', 'zed1', 'zed2'];
const packages = 6;
/** Of an XC7Z020. */
const bitstreamBytes = 4_045_564;
const bitsPerSecond = 100e6;
const port = 7411;

const [role, parameters] = process.argv.slice(2);
if (role === '--inside') await inside(JSON.parse(parameters));
else await inTemporaryFolder(main);

async function main(folder, onEnd) {
  const native = buildNatively();
  const arm = await buildForArm(qemu());
  const opening = openLaboratory({
    folder: join(folder, 'laboratory'),
    names,
    fakeAccelerator: join(native.folder, 'fake-accelerator'),
    submodels: folder,
  });
  const { boards, sshConfig, execute } = await startedFor(onEnd, opening, ({ close }) => close());
  const program = `#!/bin/sh\nexec ${arm.interpreter.join(' ')} ${join(arm.folder, 'pipeline-board')} "$@"\n`;
  writeFileSync(join(folder, 'pipeline-board'), program, { mode: 0o755 });
  writeFileSync(join(folder, 'pipeline.yaml'), projectOf(boards, sshConfig));
  for (const at of numbers(packages)) await writePackage(join(folder, 'in', 'packages', String(at)), made());

  const succeed = async (...command) => {
    const { code, out, error } = await execute(command, folder);
    if (code === 0) return out;
    throw new Error(`${command.join(' ').slice(0, 200)} ended with ${code}\n${out}${error}`);
  };
  for (const { address } of boards) {
    const simulated = `mkdir -p /etc/pipeline-board && echo '{"simulated": true}' >/etc/pipeline-board/board.json`;
    await succeed('ssh', '-F', sshConfig, address, simulated);
  }
  await succeed(...pipeline, 'boards', 'keygen');
  await succeed(...pipeline, 'boards', 'install', '--program', 'pipeline-board');
  const addresses = boards.map(({ address }) => address);
  const task = JSON.stringify({ folder, addresses, sshConfig, rounds });
  process.stdout.write(await succeed(process.execPath, import.meta.filename, '--inside', task));
}

function projectOf(boards, sshConfig) {
  const cluster = boards.map(({ name, address }) => `  ${name}: { board: zedboard, address: ${address} }\n`);
  return [
    'version: 1',
    `tools: { boards: { ssh-config: '${sshConfig}' } }`,
    // A pipeline.yaml requires stages.
    "stages: { none: { kind: shell, with: { command: 'true', outputs: [o] } } }",
    `cluster:\n${cluster.join('')}`,
  ].join('\n');
}

/** A package whose bitstream does not compress; its input and output fit those of its neighbours. */
function made() {
  const side = { shape: [1, 64], datatype: 'UINT8' };
  const bitstream = randomBytes(bitstreamBytes);
  // What the kernel looks for.
  bitstream.writeUInt32LE(0xaa995566, 64);
  const network = { input: side, output: side, foldedInput: [1, 64], foldedOutput: [1, 64] };
  return fabricPackage(network, 'works', { bitstream });
}

/** Runs inside the laboratory's network. */
async function inside({ folder, addresses, sshConfig, rounds }) {
  endWithParent();
  const boards = names.map((name, at) => ({
    name,
    type: 'zedboard',
    emulated: false,
    address: { host: addresses[at], port },
    ssh: addresses[at],
  }));
  const onBoards = (command) =>
    Promise.all(addresses.map((address) => finished('ssh', ['-F', sshConfig, address, command])));
  const [kept, target] = ['/var/lib/pipeline-board', '/var/lib/copied'];
  const empty = () =>
    onBoards(`rm -rf ${kept}/packages/* ${kept}/deployment.json ${target} && mkdir ${target} && sync`);
  const toAll = async (sent) => {
    const world = {
      boards,
      boardsDir: folder,
      project: folder,
      tools: { boards: { 'ssh-config': sshConfig } },
    };
    const results = await Promise.all(
      boards.map((board) => {
        const outDir = join(folder, 'out', board.name);
        rmSync(outDir, { recursive: true, force: true });
        mkdirSync(outDir, { recursive: true });
        const job = {
          params: {},
          world: { ...world, board },
          exitCode: null,
          inDir: join(folder, 'in'),
          outDir,
        };
        return deploy({
          ...job,
          log: () => undefined,
          exitCode: null,
          now: () => Date.now(),
          elapsed: () => performance.now(),
        });
      }),
    );
    for (const result of results)
      if (!result.ok || !result.summary.includes(`, ${sent} of ${packages} packages sent`))
        throw new Error(JSON.stringify(result));
    return results;
  };

  const files = numbers(packages).map((at) => join(folder, 'in', 'packages', String(at)));
  const copy = () =>
    Promise.all(
      addresses.map((address) =>
        finished('scp', ['-q', '-r', '-F', sshConfig, ...files, `${address}:${target}`]),
      ),
    );
  const bytes = Number(
    run(['sh', '-c', `cat ${files.map((each) => `${each}/*`).join(' ')} | wc -c`], folder),
  );
  const wires = { deploy: [], 'deploy again': [] };
  const onWire = async (name, work) => {
    const before = sentOnWires();
    const seconds = await secondsOf(work);
    wires[name].push(sentOnWires() - before);
    return seconds;
  };
  const [copied, first, again, login] = await takeTurns(
    [
      { name: 'scp', measure: () => empty().then(() => secondsOf(copy)) },
      {
        name: 'deploy',
        measure: () => empty().then(() => onWire('deploy', () => toAll(packages))),
      },
      { name: 'deploy again', measure: () => onWire('deploy again', () => toAll(0)) },
      { name: 'ssh', measure: () => secondsOf(() => onBoards('true')) },
    ],
    rounds,
  );
  const bound = (bytes * 8) / bitsPerSecond;
  const limit = { name: 'bound', minimum: bound, median: bound };
  console.log(
    `${packages} packages, ${bytes} bytes, to each of ${names.length} boards at once, 100 Mbit/s each`,
  );
  for (const { name, minimum, median } of [limit, copied, first, again, login])
    console.log(`  ${name.padEnd(14)} min ${minimum.toFixed(2)} s  median ${median.toFixed(2)} s`);
  const ratios = [
    [copied, limit],
    [first, limit],
    [first, copied],
    [again, login],
  ];
  for (const [of, to] of ratios) {
    const [low, middle] = [of.minimum / to.minimum, of.median / to.median].map((ratio) => ratio.toFixed(2));
    console.log(`  ${`${of.name} : ${to.name}`.padEnd(20)} ${low} (min) ${middle} (median)`);
  }
  for (const [name, counts] of Object.entries(wires))
    console.log(
      `  ${name}: at most ${Math.ceil(Math.max(...counts) / names.length)} bytes to a board, on average`,
    );
}

/** Bytes that went out to the boards since the network was set up, with all that ssh and TCP add. */
function sentOnWires() {
  const links = JSON.parse(run(['ip', '-j', '-s', 'link', 'show', 'type', 'veth'], '/'));
  return links.reduce((sum, { stats64 }) => sum + stats64.tx.bytes, 0);
}

async function finished(program, args) {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}`);
}
