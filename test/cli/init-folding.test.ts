import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { golden } from '../finn/network.ts';
import { pipeline } from '../rig/command.ts';
import { temporaryFolder } from '../rig/project.ts';

const cnn = (name: string): string => join(golden, 'cnns', `${name}.onnx`);
const textIn = (folder: string): string => readFileSync(join(folder, 'pipeline.yaml'), 'utf8');

describe('a network that stops on boards without a folding', () => {
  it('gets one with which it runs, if there is any', async () => {
    const folder = temporaryFolder();
    const { code, error } = await pipeline(folder, 'init', cnn('line72'));
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(textIn(folder)).toContain('    with: { target_fps: 1 }\n');
    expect(textIn(folder)).toContain('1 submodel, with this folding.');
    const run = await pipeline(folder, 'run');
    expect(run.out).not.toContain('warning[');
    expect(run.code).toBe(0);
  });

  it('is told of by init if there is none, and by the boards with what helps', async () => {
    const folder = temporaryFolder();
    const { code, error } = await pipeline(folder, 'init', cnn('binary52'));
    expect(code).toBe(0);
    expect(error).toContain(
      'warning[fold/hardware-fault]: ConvolutionInputGenerator_rtl_2 has too few positions and groups of channels for the counters that FINN generates, which then fails\n  hint: change the kernel or the stride in the network: no folding helps\n',
    );
    expect(error).toContain('warning[timing/deadlock]: the network stops: its layers wait for each other\n');
    expect(error).toContain('  hint: emulated boards stop too: change what the other warnings name first\n');
    const run = await pipeline(folder, 'run');
    expect(run.code).toBe(1);
    expect(run.out).toContain('error[board/deadlock]: board0: the logic stops');
    expect(run.out).toContain(
      'hint: ConvolutionInputGenerator_rtl_2 has too few positions and groups of channels for the counters that FINN generates, which then fails: change the kernel or the stride in the network: no folding helps',
    );
    expect(run.out).not.toContain('toolchain.fifos');
  });
});

it('a fault that no folding removes leaves the network without one, and is told', async () => {
  const folder = temporaryFolder();
  const { error } = await pipeline(folder, 'init', cnn('binary24'));
  expect(error).toContain('warning[fold/hardware-fault]: MVAU_hls_2 has inputs of 0 and 1');
  expect(textIn(folder)).not.toContain('target_fps:');
});
