import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Deployment } from '../../boards/deployment.ts';
import { parseDeployment } from '../../boards/deployment.ts';
import { writeNewKey } from '../../boards/keys.ts';
import type { Package } from '../../boards/package/directory.ts';
import { deploy } from '../../stages/deploy/work.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Part } from '../boards/fixture.ts';
import { cutParts, packageOf, temporaryDirectory } from '../boards/fixture.ts';
import { runStage } from './stage.ts';

const zed = (name: string) => ({ name, type: 'zedboard', emulated: true });
const cluster = [zed('zed0'), zed('zed1')];
const real = {
  name: 'zed0',
  type: 'zedboard',
  emulated: false,
  address: { host: '127.0.0.1', port: 1 },
  ssh: 'zed0',
};

let parts: readonly Part[];
let directory: string;
let stage = 0;

beforeAll(async () => {
  parts = await cutParts('MVAU_hls_0', 'MVAU_hls_2');
});
beforeEach(async () => {
  const temporary = await temporaryDirectory();
  directory = temporary.path;
  return temporary.remove;
});

function gathered(packages: readonly Package[]): { readonly [path: string]: Uint8Array } {
  return Object.fromEntries(
    packages.flatMap(({ descriptionBytes, payload }, position) => {
      const place = `packages/${String(position).padStart(2, '0')}`;
      const files = [...payload].map(([path, bytes]) => [`${place}/${path}`, bytes] as const);
      return [[`${place}/package.json`, descriptionBytes] as const, ...files];
    }),
  );
}

function deployPackages(
  packages: readonly Package[],
  board: JsonObject = cluster[0]!,
  boards: readonly JsonObject[] = cluster,
  more: JsonObject = {},
  params: JsonObject = {},
) {
  const world = { board, boards, boardsDir: join(directory, 'boards'), ...more };
  const place = join(directory, `stage${stage++}`);
  return runStage(deploy, place, gathered(packages), { world, params });
}

const packages = () => parts.map((part) => packageOf(part));
const summary = (sent: string) => ({ summary: expect.stringContaining(sent) as string });

describe('deploying', () => {
  test('copies packages and deployment to the board, and writes a receipt', async () => {
    const made = packages();
    const { result, out, log } = await deployPackages(made);
    expect(result).toMatchObject({ ok: true, emulated: true, ...summary('3 of 3 packages sent') });
    expect(log).toEqual(made.map(({ id }) => `zed0: package ${id.slice(0, 12)} sent`));
    const receipt = JSON.parse(await readFile(join(out, 'receipt/receipt.json'), 'utf8')) as JsonObject;
    expect(receipt).toMatchObject({
      board: 'zed0',
      packages: made.map(({ id }) => id),
      assignment: ['zed0', 'zed1', 'zed0'],
    });
    const kept = join(directory, 'boards/zed0');
    expect((await readdir(join(kept, 'packages'))).sort()).toEqual(made.map(({ id }) => id).sort());
    const held = parseDeployment(await readFile(join(kept, 'deployment.json'), 'utf8'), 'it');
    expect(held.deployment).toBe(receipt['deployment']);
  });

  test('a second time sends and changes nothing, and writes the same receipt', async () => {
    const first = await deployPackages(packages());
    const kept = join(directory, 'boards/zed0/deployment.json');
    const before = await stat(kept, { bigint: true });
    const second = await deployPackages(packages());
    expect(second.result).toMatchObject(summary('0 of 3 packages sent'));
    expect((await stat(kept, { bigint: true })).ino).toBe(before.ino);
    const receipts = await Promise.all(
      [first, second].map(({ out }) => readFile(join(out, 'receipt/receipt.json'))),
    );
    expect(receipts[0]).toEqual(receipts[1]);
  });

  test('sends only what changed, keeps what was there, and is another deployment', async () => {
    const made = packages();
    const first = await deployPackages(made);
    const second = await deployPackages([made[0]!, packageOf(parts[1]!, { clockMHz: 50 }), made[2]!]);
    expect(second.result).toMatchObject(summary('1 of 3 packages sent'));
    expect((await readdir(join(directory, 'boards/zed0/packages'))).length).toBe(4);
    const [a, b] = await Promise.all(
      [first, second].map(async ({ out }) =>
        parseDeployment(await readFile(join(out, 'receipt/receipt.json'), 'utf8'), 'it'),
      ),
    );
    expect(a!.deployment).not.toBe(b!.deployment);
  });

  test('keeps the given number of old packages, the last deployed ones, and deletes stale transfers', async () => {
    const [kept, made] = [join(directory, 'boards/zed0/packages'), packages()];
    const variant = (clockMHz: number) => [packageOf(parts[0]!, { clockMHz }), made[1]!, made[2]!];
    for (const clockMHz of [10, 20, 30]) await deployPackages(variant(clockMHz));
    // The oldest one is deployed again and so becomes the newest.
    await deployPackages(variant(10));
    const [stale, fresh] = [join(kept, '.incoming-stale'), join(kept, '.incoming-fresh')];
    for (const path of [stale, fresh]) await mkdir(path);
    await utimes(stale, 1e9, 1e9);
    const { log } = await deployPackages(variant(40), cluster[0], cluster, {}, { keep: 1 });
    expect(log.filter((line) => line.includes('old package'))).toHaveLength(2);
    const ids = [...variant(40), ...variant(10)].map(({ id }) => id);
    expect((await readdir(kept)).sort()).toEqual(['.incoming-fresh', ...new Set(ids)].sort());
  });

  test('replaces a damaged package, a damaged deployment and what a killed deploy left', async () => {
    const made = packages();
    await deployPackages(made);
    const kept = join(directory, 'boards/zed0');
    await writeFile(join(kept, 'packages', made[1]!.id, 'model.onnx'), 'x');
    await writeFile(join(kept, 'deployment.json'), '{');
    await writeFile(join(kept, 'packages', `.incoming-${made[1]!.id}`), 'half');
    expect((await deployPackages(made)).result).toMatchObject(summary('1 of 3 packages sent'));
    expect((await deployPackages(made)).result).toMatchObject(summary('0 of 3 packages sent'));
    expect((await readdir(join(kept, 'packages'))).length).toBe(3);
  });

  test('sends each board only the packages of its type', async () => {
    const big = { name: 'big', type: 'zcu104', emulated: true };
    const mixed = [
      packageOf(parts[0]!),
      packageOf(parts[1]!, { board: 'zcu104', part: 'xczu7ev-ffvc1156-2-e' }),
      packageOf(parts[2]!),
    ];
    const receipts: Deployment[] = [];
    for (const board of [...cluster, big]) {
      const { result, out } = await deployPackages(mixed, board, [...cluster, big]);
      expect(result).toMatchObject(summary(board === big ? '1 of 1' : '2 of 2'));
      receipts.push(parseDeployment(await readFile(join(out, 'receipt/receipt.json'), 'utf8'), 'it'));
    }
    expect(receipts[0]!.assignment).toEqual(['zed0', 'big', 'zed0']);
    expect(receipts.every((receipt) => receipt.deployment === receipts[0]!.deployment)).toBe(true);
  });
});

describe('a board that runs no submodel', () => {
  const idle = { name: 'idle', type: 'pynq-z1', emulated: true };

  test('gets the deployment and no package', async () => {
    const { result, log } = await deployPackages(packages(), idle, [...cluster, idle]);
    expect(result).toMatchObject({ ok: true, ...summary('idle holds deployment ') });
    expect(result).toMatchObject(summary('0 of 0 packages sent'));
    expect(log).toEqual([]);
    const held = await readFile(join(directory, 'boards/idle/deployment.json'), 'utf8');
    expect(parseDeployment(held, 'it').assignment).toEqual(['zed0', 'zed1', 'zed0']);
  });

  test('keeps its old packages by the same rule', async () => {
    const ofIdle = packageOf(parts[0]!, { board: 'pynq-z1', part: 'xc7z020clg400-1' });
    await deployPackages([ofIdle, ...packages().slice(1)], idle, [...cluster, idle]);
    await deployPackages(packages(), idle, [...cluster, idle]);
    expect(await readdir(join(directory, 'boards/idle/packages'))).toEqual([ofIdle.id]);
    const { log } = await deployPackages(packages(), idle, [...cluster, idle], {}, { keep: 0 });
    expect(log).toEqual([`idle: old package ${ofIdle.id.slice(0, 12)} removed`]);
  });
});

describe('refused is', () => {
  test.each<[string, () => ReturnType<typeof deployPackages>, string, string]>([
    [
      'a real board whose cluster has no key',
      () => deployPackages(packages(), real, cluster, { project: directory, tools: {} }),
      'auth/key-file',
      'cluster.key',
    ],
    [
      'a real board that does not answer',
      async () => {
        await writeNewKey(join(directory, 'lab.key'));
        const tools = { boards: { key: 'lab.key' } };
        return deployPackages(packages(), real, cluster, { project: directory, tools });
      },
      'board/unreachable',
      'zed0 cannot be reached at 127.0.0.1:1',
    ],
    [
      'a real bitstream',
      () => deployPackages([packageOf(parts[0]!, { emulated: false })]),
      'package/not-emulated',
      'zed0 is an emulated board',
    ],
    [
      'another part',
      () => deployPackages([packageOf(parts[0]!, { part: 'xc7z010clg400-1' })]),
      'package/other-board',
      'zed0 is a zedboard (xc7z020clg484-1)',
    ],
    [
      'a type without board',
      () => deployPackages([packageOf(parts[0]!, { board: 'kv260' })]),
      'deploy/no-board',
      'the board type kv260',
    ],
    [
      'a wrong order',
      () => deployPackages(packages().reverse()),
      'package/neighbour-mismatch',
      'submodel 0 gives UINT8 [1, 1], but submodel 1 takes INT2 [1, 64]',
    ],
    [
      'a name with a way out',
      () => deployPackages(packages(), { name: '../zed0', type: 'zedboard', emulated: true }),
      'board/illegal-name',
      '"../zed0"',
    ],
  ])('%s', async (_what, run, code, message) => {
    expect((await run()).result).toMatchObject({
      ok: false,
      diagnostics: [{ code, message: expect.stringContaining(message) as string }],
    });
  });
});
