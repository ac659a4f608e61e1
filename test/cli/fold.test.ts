import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { examples, golden, readJson } from '../finn/network.ts';
import { pipeline } from '../rig/command.ts';
import { parseEvents } from '../rig/events.ts';
import { copyOf, projectWith, temporaryFolderForSuite, writeIn } from '../rig/project.ts';

const written = 'folding: folding.json';
const file = `version: 1
stages:
  preprocess:
    kind: finn/preprocess
    with: { model: model.onnx, specialize: specialize.json }
  estimate:
    kind: finn/estimate
    needs: { model: preprocess }
    with: { ${written} }
  split:
    kind: split
    needs: { model: estimate }
    with: { strategy: manual }
`;

const original = temporaryFolderForSuite();
beforeAll(async () => {
  for (const name of ['model.onnx', 'specialize.json', 'folding.json'])
    cpSync(join(examples, 'tfc-w2a2', name), join(original, name));
  writeIn(original, 'pipeline.yaml', file);
  expect((await pipeline(original, 'run', 'preprocess')).code).toBe(0);
});

/** A project of the smallest example, in which preprocess has run; `change` edits its pipeline.yaml. */
function example(change: (file: string) => string = (text) => text): string {
  const folder = copyOf(original);
  writeIn(folder, 'pipeline.yaml', change(file));
  return folder;
}

/** The same before anything has run in it. */
function fresh(change?: (file: string) => string): string {
  const folder = example(change);
  rmSync(join(folder, '.pipeline'), { recursive: true });
  return folder;
}

describe('pipeline fold', () => {
  it('shows every layer of the current folding, runs preprocess for it and says so', async () => {
    const folder = fresh();
    const { code, out, error } = await pipeline(folder, 'fold');
    expect(code).toBe(0);
    expect(error).toBe('preprocess is not up to date and runs first\n');
    const shown = [
      'estimate: folding.json, for zedboard at 100 MHz',
      '',
      '  layer               PE  SIMD  cycles     LUT  BRAM18  DSP',
      '▸ Reshape_rtl_0        1     -     784      0       0    0',
      '  Thresholding_rtl_0  49     -      16   1298       0    0',
      '  MVAU_hls_0          16    49      64  10772      44    0',
      '  MVAU_hls_1           8     8      64   1171       4    0',
      '  MVAU_hls_2           8     8      64   1180       4    0',
      '  MVAU_hls_3          10     8       8   1549       0    0',
      '  LabelSelect_hls_0    1     -      10      0       0    0',
      '  total                                  15970      52    0',
      '',
      '127551 img/s: Reshape_rtl_0 takes 784 cycles',
      '',
      "resources: what FINN's RTL instantiates; of HLS layers FINN's estimates",
      '',
      'as built: interval 784 cycles (127551 img/s), latency 10.35 µs, HLS assumed',
      '',
    ].join('\n');
    expect(out.slice(out.indexOf('estimate: '))).toBe(shown);
    expect(await pipeline(folder, 'fold', 'estimate')).toEqual({ code: 0, out: shown, error: '' });
  });

  it('shows FINN’s estimates if those decide', async () => {
    const folder = example((text) => `${text}toolchain: { model: finn }\n`);
    const { out } = await pipeline(folder, 'fold');
    expect(out).toContain('Thresholding_rtl_0  49     -      16    784       0    0\n');
    expect(out).toContain('total                                  15456      52    0\n');
    expect(out).not.toContain('RTL instantiates');
  });

  it('shows a rate beside it and marks the changes', async () => {
    const folder = example();
    const { code, out } = await pipeline(folder, 'fold', '--target-fps', '500000');
    expect(code).toBe(0);
    expect(out).toBe(
      [
        'estimate: folding.json → 500000 img/s, for zedboard at 100 MHz',
        '',
        '  layer                 PE   SIMD   cycles    LUT  BRAM18  DSP',
        '▸ Reshape_rtl_0        1→4      -  784→196     0       0    0',
        '  Thresholding_rtl_0  49→4      -   16→196   554*      0    0',
        '  MVAU_hls_0            16  49→16   64→196  3802*     15*   0',
        '  MVAU_hls_1           8→1   8→32   64→128   725*      2*   0',
        '  MVAU_hls_2           8→1   8→32   64→128   726*      2*   0',
        '  MVAU_hls_3          10→1    8→4    8→160   356*      1*   0',
        '  LabelSelect_hls_0      1      -       10     0       0    0',
        '  total                                      6163      20    0',
        '',
        '           now            then',
        '  rate     127551 img/s   510204 img/s',
        '  LUT      15970          6163',
        '  BRAM18   52             20',
        '  DSP      0              0',
        '  slowest  Reshape_rtl_0  Reshape_rtl_0',
        '',
        '*: changed',
        "resources: what FINN's RTL instantiates; of HLS layers FINN's estimates",
        '',
        'as built, now:  interval 784 cycles (127551 img/s), latency 10.35 µs, HLS assumed',
        'as built, then: interval 215 cycles (465116 img/s), latency 8.23 µs, HLS assumed',
        '',
      ].join('\n'),
    );
  });

  it('writes FINN’s folding as a file that the stage accepts, and overwrites none without --force', async () => {
    const folder = example();
    const { code, error } = await pipeline(folder, 'fold', '--target-fps', '1e5', '--write', 'new.json');
    expect(code).toBe(0);
    expect(error).toContain('wrote new.json\n');
    const found = JSON.stringify(readJson(join(folder, 'new.json')));
    expect(found).toBe(JSON.stringify(readJson(join(golden, 'tfc-fps1e5', 'auto_folding_config.json'))));

    const again = await pipeline(folder, 'fold', '--write', 'new.json');
    expect(again).toEqual({
      code: 2,
      out: '',
      error:
        'error[usage/file-exists]: new.json already exists\n  hint: use --force to overwrite it, or name another file\n',
    });
    expect((await pipeline(folder, 'fold', '--write', 'new.json', '--force')).code).toBe(0);
    expect(readJson(join(folder, 'new.json'))).toMatchObject({ MVAU_hls_0: { PE: 16, SIMD: 49 } });

    writeFileSync(join(folder, 'pipeline.yaml'), file.replace(written, 'folding: new.json'));
    const { out } = await pipeline(folder, 'run', 'estimate');
    expect(out).toContain('127551 img/s at 100 MHz (Reshape_rtl_0)');
  });

  it('writes the current folding as a file that makes the same submodels', async () => {
    const folder = example();
    const own = {
      ...readJson<object>(join(folder, 'folding.json')),
      MVAU_hls_1: { PE: 8, outFIFODepths: [2] },
    };
    writeFileSync(join(folder, 'folding.json'), JSON.stringify(own));
    await pipeline(folder, 'run', 'split');
    expect((await pipeline(folder, 'fold', '--write', 'folding.json', '--force')).code).toBe(0);
    expect(readJson<{ MVAU_hls_1: object }>(join(folder, 'folding.json')).MVAU_hls_1).toEqual({
      PE: 8,
      SIMD: 1,
      ram_style: 'auto',
      ram_style_thresholds: 'auto',
      resType: 'lut',
      mem_mode: 'internal_decoupled',
      runtime_writeable_weights: 0,
    });
    const { out } = await pipeline(folder, 'run', 'split', '--json');
    const ended = parseEvents(out).flatMap((event) =>
      event.type === 'action-succeeded' || event.type === 'action-cached' ? [[event.type, event.action]] : [],
    );
    expect(ended).toEqual([
      ['action-cached', 'preprocess'],
      ['action-succeeded', 'estimate'],
      ['action-cached', 'split'],
    ]);
  });

  it('reports figures as JSON', async () => {
    const folder = example();
    const { out } = await pipeline(folder, 'fold', '--target-fps', '1e5', '--json');
    expect(parseEvents(out)).toEqual([
      expect.objectContaining({
        type: 'folding',
        stage: 'estimate',
        target: { board: 'zedboard', part: 'xc7z020clg484-1', clockMHz: 100 },
        present: expect.objectContaining({ bottleneck: 'Reshape_rtl_0' }) as object,
        tried: expect.objectContaining({
          folding: readJson(join(golden, 'tfc-fps1e5', 'auto_folding_config.json')),
          total: expect.objectContaining({ URAM: 0 }) as object,
        }) as object,
      }),
    ]);
    expect(parseEvents((await pipeline(folder, 'fold', '--json')).out)[0]).not.toHaveProperty('tried');
  });

  it('changes only the file it writes', async () => {
    const folder = example();
    await pipeline(folder, 'run', 'estimate');
    const ledger = readFileSync(join(folder, '.pipeline', 'ledger.json'), 'utf8');
    expect((await pipeline(folder, 'fold', '--target-fps', '1e5')).code).toBe(0);
    expect(readFileSync(join(folder, '.pipeline', 'ledger.json'), 'utf8')).toBe(ledger);
    expect((await pipeline(folder, 'plan', 'estimate')).out).toContain('2 up to date');
  });

  it('shows the problems of a folding file at their lines, and still shows another folding', async () => {
    const folder = example();
    writeFileSync(join(folder, 'other.json'), '{\n  "MVAU_hls_0": { "PE": 3 }\n}\n');
    const wrong = await pipeline(folder, 'fold', '--folding', 'other.json');
    expect(wrong.code).toBe(1);
    expect(wrong.error).toContain(
      'error[fold/illegal-value]: MVAU_hls_0.PE cannot be 3\n  other.json:2:25\n  2 |   "MVAU_hls_0": { "PE": 3 }\n',
    );
    const broken = example((text) => text.replace(written, 'folding: other.json'));
    writeFileSync(join(broken, 'other.json'), '{ "MVAU_hls_0": { "PE": 3 } }\n');
    const shown = await pipeline(broken, 'fold', '--target-fps', '1e5');
    expect(shown.code).toBe(0);
    expect(shown.error).toContain('other.json:1:25\n');
    expect(shown.out).toContain('▸ Reshape_rtl_0');
  });

  it('refuses a rate with its line if it is in the file, without one if it is in the command', async () => {
    const folder = example((text) => text.replace(written, 'target_fps: 1000000'));
    const stated = await pipeline(folder, 'fold');
    expect(stated.code).toBe(1);
    expect(stated.error).toMatch(/error\[fold\/rate-illegal\]: .*\n {2}pipeline\.yaml:9:25\n/);
    const asked = await pipeline(example(), 'fold', '--target-fps', '1e6');
    expect(asked.code).toBe(1);
    expect(asked.error).toMatch(/error\[fold\/rate-illegal\]: .*\n {2}hint: ask for 892857 img\/s or less/);
  });

  it.each([
    [
      ['split'],
      'error[usage/nothing-to-fold]: "split" does not fold a network\n  hint: name one of estimate\n',
    ],
    [
      ['estimat'],
      'error[usage/unknown-target]: there is no stage "estimat"\n  hint: did you mean estimate?\n',
    ],
    [['--folding', 'none.json'], 'error[file/missing]: there is no file none.json\n'],
    [['--profile', 'none'], 'error[config/unknown-profile]'],
    [['--target-fps', '0'], "error: option '--target-fps <number>' argument '0' is invalid"],
    [['--target-fps', '5', '--folding', 'x'], 'cannot be used with option'],
  ])('refuses %j', async (args, message) => {
    const { code, out, error } = await pipeline(example(), 'fold', ...args);
    expect(error).toContain(message);
    expect(out).toBe('');
    expect(code).toBe(message.includes('file/missing') ? 1 : 2);
  });

  it('asks which of several stages is meant, and reports that there is none', async () => {
    const two = example((text) =>
      text.replace(
        '  split:\n',
        '  other: { kind: finn/estimate, needs: { model: preprocess } }\n  split:\n',
      ),
    );
    expect((await pipeline(two, 'fold')).error).toBe(
      'error[usage/which-stage]: several stages fold a network\n  hint: name one of estimate, other\n',
    );
    expect((await pipeline(two, 'fold', 'other')).out).toContain(
      'other: not folded, for zedboard at 100 MHz',
    );
    const none = projectWith({
      'pipeline.yaml': 'version: 1\nstages:\n  a: {kind: shell, with: {command: ls, outputs: [x]}}\n',
    });
    expect(await pipeline(none, 'fold')).toMatchObject({
      code: 2,
      error:
        'error[usage/nothing-to-fold]: no stage folds a network\n  hint: add a stage of kind finn/estimate\n',
    });
  });

  it('fails as preprocess does', async () => {
    const folder = fresh((text) => text.replace('model.onnx', 'none.onnx'));
    const { code, out, error } = await pipeline(folder, 'fold', '--write', 'new.json');
    expect(code).toBe(1);
    expect(error).toBe('preprocess is not up to date and runs first\n');
    expect(out).toContain('error[file/missing]');
    expect(existsSync(join(folder, 'new.json'))).toBe(false);
  });

  it('reports a file that it cannot write', async () => {
    const { code, error } = await pipeline(example(), 'fold', '--write', 'nowhere/new.json');
    expect(code).toBe(1);
    expect(error).toContain('error[file/not-written]: nowhere/new.json cannot be written: ENOENT');
  });
});
