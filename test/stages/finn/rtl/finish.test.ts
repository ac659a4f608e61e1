import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../base/json.ts';
import { writeHardwareGraph } from '../../../../finn/dialect/write.ts';
import type { SimulatedWords } from '../../../../stages/finn/rtl/compare.ts';
import { finishRtl } from '../../../../stages/finn/rtl/finish.ts';
import { readJson } from '../../../finn/network.ts';
import { runStage } from '../../stage.ts';
import type { GoldenChain } from './golden-chains.ts';
import { goldenChains } from './golden-chains.ts';

const [chain] = goldenChains() as readonly [GoldenChain];
const { segment, images, queue } = chain;
const last = segment.nodes.at(-1)!;

/** The finisher after a job that simulated the chain. */
async function finished(
  words: SimulatedWords = chain.words,
  leftOut: readonly string[] = [],
  depths: readonly number[] = segment.depths,
) {
  // Written anew, it has the names of a graph of its own.
  const alone = { ...segment, depths, input: 'global_in', output: 'global_out' };
  const bytes = ({ buffer, byteOffset, byteLength }: Uint8Array | Int32Array) =>
    new Uint8Array(buffer, byteOffset, byteLength);
  const params = {
    ...{ images, queue, stalls: [0], seed: 1, standIns: false },
    target: { board: 'zedboard', part: 'xc7z020clg484-1', clockMHz: 100 },
  };
  return runStage(
    finishRtl,
    mkdtempSync(join(tmpdir(), 'rtl-finish-')),
    {
      'submodel/submodel.onnx': writeHardwareGraph(chain.graph),
      '../out/raw/segments.json': JSON.stringify({ segments: [alone], leftOut }),
      '../out/raw/0/input.bin': bytes(words.input),
      '../out/raw/0/output.bin': bytes(words.output),
      '../out/raw/0/cycles.bin': bytes(words.cycles),
      '../out/outcome.json': JSON.stringify({ ok: true, versions: { verilator: '5.48' } }),
    },
    { params: params as unknown as JsonObject, exitCode: 0 },
  );
}

describe('after a simulation of RTL', () => {
  it('equal words and cycles are reported', async () => {
    const { result, out } = await finished(chain.words, ['MVAU_hls_0']);
    expect(result).toEqual({
      ok: true,
      summary: `${segment.nodes.length} RTL layers equal in simulation; 1 HLS layer not simulated`,
      warnings: [],
    });
    const { nodes, stalls, depths } = segment;
    expect(readJson(join(out, 'report', 'rtl.json'))).toEqual({
      format: 1,
      images,
      segments: [
        {
          ...{ nodes, stalls, depths, words: chain.words.cycles.length },
          cycles: chain.words.cycles.at(-1),
        },
      ],
      leftOut: ['MVAU_hls_0'],
    });
  });

  it('a wrong word is a failure that names the layer and both words', async () => {
    const output = Uint8Array.from(chain.words.output);
    const size = output.length / chain.words.cycles.length;
    output[2 * size]! ^= 1;
    const word = (all: Uint8Array) =>
      Buffer.from(all.subarray(2 * size, 3 * size))
        .reverse()
        .toString('hex');
    const { result } = await finished({ ...chain.words, output });
    expect(result).toMatchObject({
      ok: false,
      diagnostics: [
        {
          code: 'verify/rtl-mismatch',
          message: `word 2 behind ${last} is ${word(output)} instead of ${word(chain.words.output)}`,
        },
      ],
    });
  });

  it('another cycle is a warning: the hardware is right', async () => {
    const cycles = Int32Array.from(chain.words.cycles);
    cycles[1]! += 1;
    const { result } = await finished({ ...chain.words, cycles });
    const modelled = chain.words.cycles[1]!;
    expect(result).toMatchObject({
      ok: true,
      warnings: [
        {
          code: 'verify/rtl-cycles',
          message: `word 1 leaves ${last} in cycle ${modelled + 1}, by the cycle model in cycle ${modelled}: pace and latency of this submodel are off`,
        },
      ],
    });
  });

  it('FIFOs of other depths than the model expects are refused', async () => {
    const depths = [...segment.depths.slice(1), 1234];
    const { result } = await finished(chain.words, [], depths);
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'verify/rtl-mismatch' }] });
  });
});
