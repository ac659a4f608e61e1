import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../base/json.ts';
import { hardwareGraphPieces } from '../../../finn/dialect/write.ts';
import type { TimingReport } from '../../../finn/cycles/report.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import { fifoResources } from '../../../finn/overheads/fifo.ts';
import { sumResources } from '../../../finn/split/board.ts';
import { timing as timingKind } from '../../../stages/finn/timing/stage.ts';
import { timing } from '../../../stages/finn/timing/work.ts';
import { cut } from '../../integration/rig/rtl/faulty.ts';
import { residualBlock } from '../../finn/cycles/residual-block.ts';
import { temporaryFolder } from '../../rig/project.ts';
import { runStage } from '../stage.ts';

const target = { board: 'zedboard', part: 'xc7z020clg484-1', clockMHz: 100 };
const emulated = { mvauQueue: 'deep', isForVivado: false, target };
const counting = { model: 'rtl', limits: {}, isModelled: false };
const uniform = { type: 'uniform' };
const minimal = { type: 'minimal' };
const sized = { type: 'sized', rate: null };

async function timed(graph: HardwareGraph, params: JsonObject) {
  const model = Buffer.concat([...hardwareGraphPieces(graph)]);
  const run = await runStage(
    timing,
    temporaryFolder(),
    { 'submodel/submodel.onnx': model },
    {
      params: { ...emulated, ...params },
    },
  );
  const read = async (path: string) => JSON.parse(await readFile(join(run.out, path), 'utf8')) as JsonObject;
  return { ...run, read };
}

describe('a submodel', () => {
  test('has FIFOs of 33 words by default, as FINN is told them, and a report of its pace', async () => {
    const { result, read } = await timed(residualBlock(2), { fifos: uniform });
    expect(result).toMatchObject({
      ok: true,
      summary: expect.stringMatching(
        /^interval 4608 cycles \(21701 img\/s\), latency \d+\.\d\d µs, HLS assumed$/,
      ) as string,
      warnings: [],
    });
    expect(await read('depths/depths.json')).toMatchObject({
      DuplicateStreams_hls_0: { inFIFODepths: [33] },
      Thresholding_rtl_0: { inFIFODepths: [33], outFIFODepths: [33] },
      ElementwiseAdd_hls_0: { inFIFODepths: [33, 33], outFIFODepths: [33] },
    });
    expect(await read('report/timing.json')).toMatchObject({
      format: 1,
      clockMHz: 100,
      pace: { interval: 4608 },
      source: { type: 'cycles' },
      unbounded: 4608,
      assumed: ['DuplicateStreams_hls_0', 'ElementwiseAdd_hls_0'],
      deadlock: [],
    });
  });

  test('keeps a depth that the folding asks for', async () => {
    const { read } = await timed(residualBlock(513), { fifos: uniform });
    expect(await read('report/timing.json')).toMatchObject({
      fifos: expect.arrayContaining([
        expect.objectContaining({ from: 'DuplicateStreams_hls_0', to: 'ElementwiseAdd_hls_0', depth: 513 }),
      ]) as unknown,
    });
  });
});

describe('a submodel that deadlocks', () => {
  test('is reported with the chain of waits, and emulated', async () => {
    const { result, read } = await timed(residualBlock(2), { fifos: minimal });
    expect(result).toMatchObject({
      ok: true,
      warnings: [
        {
          code: 'timing/deadlock',
          detail: expect.stringContaining(
            'DuplicateStreams_hls_0 has a word that ElementwiseAdd_hls_0 does not take',
          ) as string,
        },
      ],
    });
    expect(await read('report/timing.json')).toMatchObject({ pace: null });
  });

  test('is refused before it is synthesised', async () => {
    const { result } = await timed(residualBlock(2), { fifos: minimal, isForVivado: true });
    expect(result).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'timing/deadlock', severity: 'error' }],
    });
  });
});

describe('a layer whose hardware FINN gets wrong', () => {
  const wrong = cut({ image: [6, 4], kernel: [3, 3], attributes: { parallel_window: 1 } });
  const fault = {
    code: 'fold/hardware-fault',
    message:
      'ConvolutionInputGenerator_rtl_0 keeps at most one word of a line between its windows, and the RTL of such a line buffer is wrong: so are results',
    hint: 'set its parallel_window to 0',
  };

  test('is a warning on emulated boards, which compute in software', async () => {
    const { result } = await timed(wrong, { fifos: uniform });
    expect(result).toMatchObject({ ok: true, warnings: [{ ...fault, severity: 'warning' }] });
  });

  test('is refused before it is synthesised', async () => {
    const { result } = await timed(wrong, { fifos: uniform, isForVivado: true });
    expect(result).toEqual({ ok: false, diagnostics: [{ ...fault, severity: 'error' }] });
  });
});

describe('sized FIFOs', () => {
  test('are as cheap as full pace allows, and kept', async () => {
    const { result, read } = await timed(residualBlock(2), { fifos: sized, counting });
    expect(result).toMatchObject({ ok: true });
    const lock = await read('lock/lock.json');
    const again = await timed(residualBlock(2), { fifos: sized, counting, lock });
    expect(await again.read('lock/lock.json')).toEqual(lock);
    const { pace, unbounded } = (await read('report/timing.json')) as unknown as {
      readonly pace: { readonly interval: number };
      readonly unbounded: number;
    };
    expect(pace.interval).toBeLessThanOrEqual(unbounded * 1.01);
  });

  test('that were built last are kept although cheaper ones exist, which are offered', async () => {
    const found = (await (await timed(residualBlock(2), { fifos: sized, counting })).read('lock/lock.json'))[
      'depths'
    ];
    const depths = (found as readonly number[]).map((depth) => Math.max(depth, 257));
    const { result, read } = await timed(residualBlock(2), { fifos: sized, counting, lock: { depths } });
    expect(await read('lock/lock.json')).toEqual({ depths });
    expect(result).toMatchObject({ ok: true, warnings: [{ code: 'timing/cheaper-depths' }] });
  });

  test('that cannot reach a rate are those for full pace, and say what full pace is', async () => {
    const { result, read } = await timed(residualBlock(2), { fifos: { type: 'sized', rate: 1e9 }, counting });
    expect(await read('report/timing.json')).toMatchObject({ pace: { interval: 4608 } });
    expect(result).toMatchObject({
      ok: true,
      warnings: [
        {
          code: 'timing/out-of-reach',
          message:
            'no FIFOs let the submodel reach 1000000000 img/s; with FIFOs that never fill it reaches 21701.4',
        },
      ],
    });
  });

  test('say that the board has no room for depths without which nothing runs', async () => {
    const full = { ...counting, limits: { LUT: 0, BRAM_18K: 0 } };
    const { result, read } = await timed(residualBlock(2), { fifos: sized, counting: full });
    const { fifos } = (await read('report/timing.json')) as unknown as TimingReport;
    const costs = fifos.map(({ depth, width }) => fifoResources(depth, width, false));
    const { LUT, BRAM_18K } = sumResources(costs);
    expect(result).toMatchObject({
      ok: true,
      warnings: [
        {
          code: 'timing/no-room',
          message: 'the board has no room for the FIFOs without which the submodel stops',
          hint: `they cost ${LUT} LUT and ${BRAM_18K} BRAM18; cut elsewhere or raise the limits of the split`,
        },
      ],
    });
  });

  test('that were built for something else are chosen anew', async () => {
    const fresh = await (await timed(residualBlock(2), { fifos: sized, counting })).read('lock/lock.json');
    for (const depths of [[2], (fresh['depths'] as readonly number[]).map(() => 2)]) {
      const { read } = await timed(residualBlock(2), { fifos: sized, counting, lock: { depths } });
      expect(await read('lock/lock.json')).toEqual(fresh);
    }
  });
});

describe('the key of the step', () => {
  const keyOf = (params: JsonObject, toolchain: JsonObject): string =>
    JSON.stringify(
      timingKind.action({
        ...{ params, target, platform: {}, boardPart: null, cluster: [], item: null, board: null },
        toolchain: { mvauQueue: 'deep', backend: 'emulated', model: 'rtl', ...toolchain },
      }),
    );
  const lock = { depths: [2, 65] };

  test('has the policy, the queue, the back end and, if depths are sized, limits, model and lock', () => {
    const split = { limits: { LUT: 0.5 } };
    const keys = [
      keyOf({ fifos: uniform }, {}),
      keyOf({ fifos: minimal }, {}),
      keyOf({ fifos: uniform }, { mvauQueue: 'finn' }),
      keyOf({ fifos: uniform }, { backend: 'vivado' }),
      keyOf({ fifos: sized, split }, {}),
      keyOf({ fifos: sized, split: { limits: { LUT: 0.6 } } }, {}),
      keyOf({ fifos: sized, split }, { model: 'finn' }),
      keyOf({ fifos: sized, split, lock }, {}),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('has no depths of a time when they were sized, once they are not any more', () => {
    expect(keyOf({ fifos: uniform, lock }, {})).toBe(keyOf({ fifos: uniform }, {}));
  });

  test('has no model of resources unless depths are sized', () => {
    expect(keyOf({ fifos: uniform }, { model: 'finn' })).toBe(keyOf({ fifos: uniform }, {}));
  });
});

test('a network with a layer that has no cycle model gets the estimates of FINN, and says so', async () => {
  const graph = residualBlock(2);
  const nodes = graph.nodes.map((node) =>
    node.opType === 'MVAU_rtl' ? { ...node, attributes: { ...node.attributes, pumpedCompute: 1 } } : node,
  );
  const { result, read } = await timed({ ...graph, nodes }, { fifos: uniform });
  expect(result).toMatchObject({
    ok: true,
    summary: expect.stringContaining("by FINN's estimates") as string,
    warnings: [
      {
        code: 'timing/estimated',
        message: "pace and latency are FINN's estimates: no cycle model for MVAU_rtl_0 (MVAU_rtl)",
      },
    ],
  });
  expect(await read('report/timing.json')).toMatchObject({ source: { type: 'finn' } });
});
