// Instructions of the board server as ARM code, counted by qemu one by one: of a LOAD, the first of a package and a later one,
// and of an image in a batch. The logic is that of the tests; waiting for it is counted too, and there is little of it.
//
//   node bench/instructions.mjs [--images 8]
import { spawn, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { inTemporaryFolder, options, qemu, sources, startedFor } from './measure.mjs';

const {
  connectBoard,
  makeKey,
  buildNatively,
  buildForArm,
  startServer,
  startProgram,
  layOutFabric,
  fabricPackage,
  makeDeployment,
  storeDeployment,
  storePackage,
} = await sources({
  'boards/client/connection.ts': ['connectBoard'],
  'boards/keys.ts': ['makeKey'],
  'boards/deployment.ts': ['makeDeployment'],
  'boards/emulated/store.ts': ['storeDeployment', 'storePackage'],
  'test/integration/rig/boards/server.ts': ['buildNatively', 'buildForArm', 'startServer', 'startProgram'],
  'test/integration/rig/boards/fake-fabric.ts': ['layOutFabric', 'fabricPackage'],
});

const { images } = options({ images: 8 });
const seconds = 3600;
// An image of MobileNetV1, and the length of an uncompressed bitstream of a Zynq 7020.
const network = {
  input: { shape: [1, 224, 224, 3], datatype: 'UINT8' },
  output: { shape: [1, 1000], datatype: 'UINT8' },
  foldedInput: [1, 224, 224, 1, 3],
  foldedOutput: [1, 1000, 1],
};
const bitstreamBytes = 4_045_564;

await inTemporaryFolder(async (folder, onEnd) => {
  const build = await buildForArm(qemu());
  const native = buildNatively();
  const totals = {};
  for (const [name, loads, batches] of [
    ['nothing', 0, 0],
    ['one load', 1, 0],
    ['two loads', 2, 0],
    ['two loads, a batch', 2, 1],
    ['two loads, two batches', 2, 2],
  ])
    totals[name] = await counted(
      join(folder, name.replaceAll(/\W+/g, '-')),
      build,
      native,
      loads,
      batches,
      onEnd,
    );
  const between = (more, less) => totals[more] - totals[less];
  for (const [what, count] of [
    ['start, with a new deployment', totals.nothing],
    ['first LOAD of a package', between('one load', 'nothing')],
    ['a later LOAD', between('two loads', 'one load')],
    [`an image of ${images}`, Math.round(between('two loads, two batches', 'two loads, a batch') / images)],
  ])
    console.log(`${what.padEnd(30)}${count.toLocaleString('en').padStart(13)}`);
});

/** Starts the server, has it load and compute, stops it, and gives the number of instructions that it executed. */
async function counted(folder, build, native, loads, batches, onEnd) {
  const at = (...parts) => join(folder, ...parts);
  execFileSync('mkdir', ['-p', folder]);
  execFileSync('mkfifo', [at('executed')]);
  const count = spawn('sh', ['-c', `wc -l <'${at('executed')}'`]);
  let counted = '';
  count.stdout.on('data', (text) => (counted += text));
  const ended = once(count, 'close');
  const paths = await layOutFabric(at('fabric'), 64 << 20);
  const logic = await startedFor(onEnd, startProgram(native, 'fake-accelerator', [at('fabric')]), (program) =>
    program.stop(),
  );
  const stepping = ['-singlestep', '-d', 'exec,nochain', '-D', at('executed')];
  const slow = { folder: build.folder, interpreter: [...build.interpreter, ...stepping] };
  const key = makeKey();
  const deadlines = { loadSeconds: 600, computeSeconds: 600, greetingSeconds: 600, stallSeconds: 600 };
  const settings = { backEnd: 'sysfs', simulated: true, paths, deadlines };
  const bitstream = Buffer.alloc(bitstreamBytes, 0xff);
  Buffer.of(0x66, 0x55, 0x99, 0xaa).copy(bitstream, 48);
  bitstream.write(`${224 * 224 * 3} 1000 1 works\0`, 52);
  const found = fabricPackage(network, 'works', { bitstream });
  await storePackage(at('zed0'), 'zed0', found);
  const made = makeDeployment([found.id], ['zed0']);
  await storeDeployment(at('zed0'), 'zed0', made, key);
  const { deployment } = made;
  const place = { deployment, position: 0, package: found.id };
  const board = await startedFor(onEnd, startServer(slow, at('zed0'), 'zed0', key, settings), (server) =>
    server.stop(),
  );
  const zed0 = await connectBoard('zed0', board.address, key, seconds);
  for (let load = 0; load < loads; load++) {
    await own(zed0);
    await zed0.load(place, seconds);
  }
  const packed = new Uint8Array(images * 224 * 224 * 3);
  for (let batch = 0; batch < batches; batch++) {
    await own(zed0);
    await zed0.infer({ ...place, images, packed }, seconds);
  }
  zed0.close();
  await board.stop();
  await logic.stop();
  await ended;
  return Number(counted);
}

/** A lease lasts a minute, which is short for a server that is stepped through. */
async function own(zed0) {
  await zed0.acquire(60, seconds);
}
