// Figures of the board server, native and as ARM code under qemu: round trips, transfers through INFER on loopback and on
// the link of 100 Mbit/s of the tests' laboratory, packing, and memory. Needs root, for the laboratory.
//
//   node bench/boards.mjs [--rounds 5]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  endWithParent,
  inTemporaryFolder,
  numbers,
  options,
  qemu,
  run,
  secondsOf,
  sources,
  startedFor,
  takeTurns,
} from './measure.mjs';

const {
  connectBoard,
  dialBoard,
  encodeRequest,
  makeDeployment,
  storeDeployment,
  storePackage,
  makeKey,
  encodeKey,
  parseKey,
  buildNatively,
  buildForArm,
  startServer,
  xorSample,
  openLaboratory,
} = await sources({
  'boards/client/connection.ts': ['connectBoard'],
  'boards/client/dial.ts': ['dialBoard'],
  'boards/protocol/codec.ts': ['encodeRequest'],
  'boards/deployment.ts': ['makeDeployment'],
  'boards/emulated/store.ts': ['storeDeployment', 'storePackage'],
  'boards/keys.ts': ['makeKey', 'encodeKey', 'parseKey'],
  'test/integration/rig/boards/server.ts': ['buildNatively', 'buildForArm', 'startServer', 'xorSample'],
  'test/integration/rig/boards/fake-boards.ts': ['openLaboratory'],
});

const { rounds } = options({ rounds: 5 });
const seconds = 60;
const mebibyte = 1 << 20;
const trips = 2000;
const transferred = { requests: 64, bytes: mebibyte / 4 };
const amount = transferred.requests * transferred.bytes;
const oneStream = { request: 1 << 16, reply: 1 << 16 };
const described = `${transferred.requests} requests of ${transferred.bytes >> 10} KiB and answers as large`;

const [role, ...parameters] = process.argv.slice(2);
if (role === '--echo') await echo(...parameters.map(Number));
else if (role === '--link') await onLink(JSON.parse(parameters[0]));
else await inTemporaryFolder(main);

async function main(folder, onEnd) {
  const builds = { native: buildNatively(), 'ARM, qemu': await buildForArm(qemu()) };
  const key = makeKey();
  for (const [name, build] of Object.entries(builds)) {
    const at = (what) => join(folder, `${what}-${build.interpreter.length}`, 'zed0');
    const start = (what) =>
      startedFor(onEnd, startServer(build, at(what), 'zed0', key), (board) => board.stop());
    console.log(name);
    await measureTrips(await start('trips'), key, at('trips'), onEnd);
    await measureTransfers(await start('transfers'), key, at('transfers'), onEnd);
    await measureMemory(await start('memory'), key, at('memory'));
    measurePacking(build);
  }
  await inLaboratory(folder, builds, key, onEnd);
}

/** STATUS compared with a bare echo of as many bytes. */
async function measureTrips({ address }, key, directory, onEnd) {
  const { line } = await occupy(address, key, directory, mebibyte);
  const sizes = await sizesOfStatus(address, key);
  const peer = await startEcho(sizes, [], onEnd);
  const socket = await dial('127.0.0.1', peer.port);
  const request = Buffer.alloc(sizes.request);
  const bare = async () => {
    socket.write(request);
    await received(socket, sizes.reply);
  };
  const micro = (figure) => `${(figure * 1e6).toFixed(0)} µs`;
  const results = await takeTurns(
    [
      { name: `bare echo of ${sizes.request} and ${sizes.reply} bytes`, measure: () => medianOf(bare) },
      { name: 'STATUS', measure: () => medianOf(() => line.status(seconds)) },
    ],
    rounds,
  );
  print(`round trip, median of ${trips}`, results, micro);
  line.close();
  socket.destroy();
}

async function medianOf(trip) {
  const times = [];
  for (const at of numbers(trips)) times[at] = await secondsOf(trip);
  return times.sort((a, b) => a - b)[trips >> 1];
}

/** Bytes of the frames of a STATUS and its answer. */
async function sizesOfStatus(address, key) {
  const { socket, session } = await dialBoard('zed0', address, key, seconds);
  const request = encodeRequest(1, { type: 'status' }, session.seal);
  socket.write(request);
  const [reply] = await once(socket, 'data');
  socket.destroy();
  return { request: request.length, reply: reply.length };
}

/** INFER with 1 and 4 requests in flight, compared with a bare echo of as many bytes, on loopback. */
async function measureTransfers({ address }, key, directory, onEnd) {
  const board = await occupy(address, key, directory, transferred.bytes);
  const peer = await startEcho(oneStream, [], onEnd);
  const bare = await bareStream('127.0.0.1', peer.port);
  const results = await takeTurns([bare, ...transfersBy('INFER', board)], rounds);
  print(`${described} on loopback`, results, perSecond);
  board.line.close();
  bare.close();
}

/** Resident memory while idle, and at its peak while four requests of 16 MiB are processed. */
async function measureMemory({ address, pid }, key, directory) {
  const { line, batch } = await occupy(address, key, directory, 16 * mebibyte);
  const idle = memoryOf(pid, 'VmRSS');
  await transfer({ line, batch }, 4, 12);
  console.log(
    `  memory: idle ${idle} MB, at the peak ${memoryOf(pid, 'VmHWM')} MB (4 requests and 4 answers of 16 MiB)`,
  );
  line.close();
}

/** In MB. */
function memoryOf(pid, what) {
  const kibibytes = new RegExp(`^${what}:\\s+(\\d+) kB`, 'm').exec(
    readFileSync(`/proc/${pid}/status`, 'utf8'),
  )[1];
  return ((Number(kibibytes) * 1024) / 1e6).toFixed(1);
}

/** The server's packing compared with a plain loop over the elements, as test/server/packing.cpp measures them. */
function measurePacking({ folder, interpreter }) {
  const ratios = new Map();
  for (const round of numbers(rounds + 1)) {
    const lines = run([...interpreter, join(folder, 'packing'), '--figures'], folder)
      .trim()
      .split('\n');
    for (const { datatype, pack, packPlainly, unpack, unpackPlainly } of round > 0
      ? lines.map((line) => JSON.parse(line))
      : [])
      for (const [name, ratio] of Object.entries({
        pack: pack / packPlainly,
        unpack: unpack / unpackPlainly,
      }))
        ratios.set(`${name} ${datatype}`, [...(ratios.get(`${name} ${datatype}`) ?? []), ratio]);
  }
  console.log('  packing, times as fast as the plain loop');
  for (const [name, found] of ratios) {
    const sorted = found.sort((a, b) => a - b);
    console.log(
      `    ${name.padEnd(20)} min ${sorted[0].toFixed(1)}  median ${sorted[sorted.length >> 1].toFixed(1)}`,
    );
  }
}

/** The same transfers over a link of 100 Mbit/s to a board of the laboratory. */
async function inLaboratory(folder, builds, key, onEnd) {
  const opening = openLaboratory({
    folder: join(folder, 'laboratory'),
    names: ['zed0'],
    fakeAccelerator: join(builds.native.folder, 'fake-accelerator'),
    submodels: folder,
  });
  const { boards, sshConfig, execute } = await startedFor(onEnd, opening, ({ close }) => close());
  const { address } = boards[0];
  const task = JSON.stringify({ folder, builds, key: encodeKey(key), sshConfig, host: address, rounds });
  const { code, out, error } = await execute(
    [process.execPath, import.meta.filename, '--link', task],
    folder,
  );
  process.stdout.write(out);
  if (code !== 0) throw new Error(error);
}

/** Runs inside the laboratory's network. */
async function onLink({ folder, builds, key: digits, sshConfig, host, rounds }) {
  endWithParent();
  const key = parseKey(digits, 'the key');
  const ssh = ['ssh', '-F', sshConfig, host];
  const ends = [];
  const settings = { backEnd: 'emulated', listen: { host: '0.0.0.0', port: 0 } };
  const candidates = [];
  for (const [at, [name, build]] of Object.entries(builds).entries()) {
    const directory = join(folder, `link-${at}`, 'zed0');
    const started = { ...build, interpreter: [...ssh, ...build.interpreter] };
    const { address, stop } = await startServer(started, directory, 'zed0', key, settings);
    ends.push(stop);
    const board = await occupy({ ...address, host }, key, directory, transferred.bytes);
    ends.push(board.line.close);
    candidates.push(...transfersBy(`${name}, INFER`, board));
  }
  const peer = await startEcho(oneStream, ssh, (end) => ends.push(end));
  const bare = await bareStream(host, peer.port);
  ends.push(bare.close);
  const results = await takeTurns([bare, ...candidates], rounds);
  print(`${described} on a link of 100 Mbit/s`, results, perSecond);
  for (const end of ends) await end();
}

/** Makes a server hold and load a package whose images and results have this many bytes; returns the connection and a batch of one. */
async function occupy(address, key, directory, bytes) {
  const side = { shape: [1, bytes], datatype: 'UINT8' };
  // Hardly any modelled time, since the server would wait for it.
  const cycles = { perNode: { Xor_0: 1 }, max: 1, total: 1 };
  const sample = xorSample(0x5a, side, side);
  const found = sample.package({ cycles });
  const deployment = makeDeployment([found.id], ['zed0']);
  await storePackage(directory, 'zed0', found);
  await storeDeployment(directory, 'zed0', deployment, key);
  const line = await connectBoard('zed0', address, key, seconds);
  await line.acquire(60, seconds);
  const place = { deployment: deployment.deployment, position: 0, package: found.id };
  await line.load(place, seconds);
  return { line, place, batch: { ...place, images: 1, packed: sample.images(1).packed } };
}

function transfersBy(name, board) {
  return [1, 4].map((inFlight) => ({
    name: `${name}, ${inFlight} in flight`,
    measure: () => secondsOf(() => transfer(board, inFlight, transferred.requests)),
  }));
}

async function transfer({ line, batch }, inFlight, requests) {
  let left = requests;
  const ask = async () => {
    while (left-- > 0) await line.infer(batch, seconds);
  };
  await Promise.all(numbers(inFlight).map(ask));
}

/** A candidate: as many bytes as in a transfer, all echoed, over a connection that stays open. */
async function bareStream(host, port) {
  const socket = await dial(host, port);
  const there = Buffer.alloc(amount);
  const measure = () =>
    secondsOf(async () => {
      socket.write(there);
      await received(socket, amount);
    });
  return { name: 'bare echo', measure, close: () => socket.destroy() };
}

/** Starts `echo` by the command `through`; returns its port. */
async function startEcho({ request, reply }, through, onEnd) {
  const [command, ...args] = [...through, process.execPath, import.meta.filename, '--echo', request, reply];
  const child = spawn(command, args.map(String), { stdio: ['ignore', 'pipe', 'inherit'] });
  onEnd(() => child.kill());
  const [port] = await once(createInterface(child.stdout), 'line');
  return { port: Number(port) };
}

/** Answers every `request` bytes with `reply` bytes, whatever they are. */
async function echo(request, reply) {
  endWithParent();
  const answer = Buffer.alloc(reply);
  const server = createServer({ noDelay: true }, (socket) => {
    let waiting = 0;
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      for (waiting += chunk.length; waiting >= request; waiting -= request) socket.write(answer);
    });
  });
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  console.log(server.address().port);
}

async function dial(host, port) {
  const socket = connect({ host, port, noDelay: true });
  await once(socket, 'connect');
  return socket;
}

function received(socket, bytes) {
  return new Promise((resolve, reject) => {
    let left = bytes;
    const take = (chunk) => {
      left -= chunk.length;
      if (left > 0) return;
      socket.off('data', take).off('close', reject);
      resolve();
    };
    socket.on('data', take).once('close', reject);
  });
}

/** Prints times, and ratios to the first. */
function print(title, results, spoken) {
  console.log(`  ${title}`);
  const [first] = results;
  for (const { name, minimum, median } of results) {
    const ratios = [minimum / first.minimum, median / first.median].map((ratio) => ratio.toFixed(2));
    console.log(
      `    ${name.padEnd(38)} best ${spoken(minimum).padStart(10)}  median ${spoken(median).padStart(10)}` +
        `  ratio of times ${ratios[0]} (min) ${ratios[1]} (median)`,
    );
  }
}

function perSecond(figure) {
  return `${(amount / 1e6 / figure).toFixed(1)} MB/s`;
}
