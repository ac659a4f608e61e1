import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { BoardConnection } from '../../../boards/client/connection.ts';
import { connectBoard } from '../../../boards/client/connection.ts';
import { makeKey } from '../../../boards/keys.ts';
import type { RunningBoard } from '../../boards/conformance/rig.ts';
import { deployTo, refusal, temporaryDirectory } from '../../boards/fixture.ts';
import type { ServerBuild } from '../rig/boards/server.ts';
import { buildNatively, startProgram, startServer } from '../rig/boards/server.ts';
import { counterpart } from '../rig/counterparts.ts';
import { fabricPackage, layOutFabric } from '../rig/boards/fake-fabric.ts';

// Two INT4 in rows of 3, of which the logic gets one in each byte: what it computes on is the folded layout.
const network = {
  input: { shape: [1, 2, 3], datatype: 'INT4' },
  output: { shape: [1, 1], datatype: 'UINT8' },
  foldedInput: [1, 2, 3, 1],
  foldedOutput: [1, 1, 1],
};

/** Sums the bytes of each image; takes one configuration and refuses any other. */
const program = `
import { readSync, writeSync } from 'node:fs';
const bytes = (count) => {
  const all = Buffer.alloc(count);
  for (let had = 0; had < count; ) {
    const read = readSync(0, all, had, count - had, null);
    if (read === 0) process.exit();
    had += read;
  }
  return all;
};
const line = () => {
  for (let text = ''; ; ) {
    const letter = bytes(1).toString();
    if (letter === '\\n') return text.split(' ');
    text += letter;
  }
};
for (let configured = ''; ; ) {
  const [command, argument] = line();
  if (command === 'configure') {
    configured ||= argument;
    writeSync(1, argument === configured ? '6 1 1000\\n' : 'refuse it is another\\n');
  } else {
    const images = bytes(6 * Number(argument));
    const sums = Array.from({ length: Number(argument) }, (_, image) =>
      images.subarray(6 * image, 6 * image + 6).reduce((sum, byte) => sum + byte, 0),
    );
    writeSync(1, Uint8Array.from(sums));
  }
}
`;

const seconds = 20;

counterpart('cmake', () => {
  let build: ServerBuild;
  let state: Awaited<ReturnType<typeof temporaryDirectory>>;
  let logic: Awaited<ReturnType<typeof startProgram>>;
  let board: RunningBoard;
  let zed0: BoardConnection;
  const key = makeKey();

  beforeAll(() => {
    build = buildNatively();
  }, 600_000);
  beforeEach(async () => {
    state = await temporaryDirectory();
    const paths = await layOutFabric(join(state.path, 'fabric'), 1 << 20);
    const script = join(state.path, 'sums.mjs');
    await writeFile(script, program);
    const command = [join(state.path, 'fabric'), process.execPath, script];
    logic = await startProgram(build, 'fake-accelerator', command);
    const settings = { backEnd: 'sysfs', simulated: true, paths } as const;
    board = await startServer(build, join(state.path, 'zed0'), 'zed0', key, settings);
    zed0 = await connectBoard('zed0', board.address, key, seconds);
    await zed0.acquire(60, seconds);
  });
  afterEach(async () => {
    zed0.close();
    await board.stop();
    await logic.stop();
    await state.remove();
    expect(logic.lines.filter((line) => line.startsWith('violation'))).toEqual([]);
  });

  test('a program computes what the logic gets, in the time that it says, and may refuse', async () => {
    const packages = [fabricPackage(network, 'works'), fabricPackage(network, 'works', { clockMHz: 50 })];
    const { deployment } = await deployTo(join(state.path, 'zed0'), packages, ['zed0', 'zed0'], key);
    const [first, second] = packages.map((found, position) => ({ deployment, position, package: found.id }));
    await zed0.load(first!, seconds);
    // Rows of 3 INT4 in two bytes: 1 2 3 and 4 5 image, of which the logic gets every element by itself.
    const images = 100;
    const packed = Uint8Array.from(
      { length: images * 4 },
      (_, at) => [0x21, 0x03, 0x54, (at >> 2) % 8][at % 4]!,
    );
    const answer = await zed0.infer({ ...first!, images, packed }, seconds);
    expect([...answer.packed]).toEqual(Array.from({ length: images }, (_, image) => 15 + (image % 8)));
    expect(answer.emulated).toBe(true);
    expect(answer.measuredSeconds).toBeGreaterThan(0.1);
    await expect(zed0.load(second!, seconds)).rejects.toThrow(
      refusal('board/load-failed', 'the FPGA manager reports: write error'),
    );
    await zed0.load(first!, seconds);
    expect(logic.lines.filter((line) => line.startsWith('configured'))).toHaveLength(2);
    expect(logic.lines).toContain(`refused pipeline-board/${second!.package}.bin: refuse it is another`);
  });
});
