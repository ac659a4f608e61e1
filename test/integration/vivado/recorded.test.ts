import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { watchSteps } from '../../../core/execution/steps.ts';
import { finishImplement } from '../../../stages/finn/implement/finish.ts';
import { vivadoStep } from '../../../stages/finn/implement/steps.ts';
import { checkPart, rawBitstream, readBitfile } from '../../../vivado/bitfile.ts';
import { causeIn } from '../../../vivado/causes.ts';
import { overuse } from '../../../vivado/fit.ts';
import { readHandoff } from '../../../vivado/handoff.ts';
import { criticalWarnings, errorLines } from '../../../vivado/log.ts';
import { missingMemories, unreadMemories } from '../../../vivado/memories.ts';
import { readTiming } from '../../../vivado/timing.ts';
import { readUtilization } from '../../../vivado/utilization.ts';
import { worstPath } from '../../../vivado/worst-path.ts';
import { temporaryFolder } from '../../rig/project.ts';
import { runStage } from '../../stages/stage.ts';
import { counterpart } from '../rig/counterparts.ts';

const target = { board: 'pynq-z2', part: 'xc7z020clg400-1', clockMHz: 100 };
const submodel = JSON.stringify({
  id: 'a'.repeat(64),
  input: { shape: [1, 784], datatype: 'INT2', folded: [1, 49, 16] },
  output: { shape: [1, 64], datatype: 'INT2', folded: [1, 4, 16] },
  cycles: { perNode: { a: 196 }, max: 196, total: 196 },
});

counterpart('recorded', (folder) => {
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const log = (name: string, file: string) => ({ name, text: read(file) });
  /** The whole `.bit` was not recorded: behind its beginning come zeros up to its length. */
  const bitfile = Buffer.alloc(4_045_671);
  readFileSync(join(folder, 'finn.bit.first4k')).copy(bitfile);
  const accelerator = log('top_StreamingDataflowPartition_1_0_synth_1', 'ip-synth.runme.log');
  const succeeded = [accelerator, log('impl_1', 'impl.runme.log'), log('vivado', 'vivado.log')];
  const failed = ['impl.runme.log', 'vivado.log'].map((file) =>
    log(file === 'vivado.log' ? 'vivado' : 'impl_1', `failed-over-utilised/${file}`),
  );
  const lost =
    "CRITICAL WARNING: [Synth 8-4445] could not open $readmem data file 'memblock.dat'; please make sure the file is added to project and has read permission, ignoring [a.v:23]";

  /** The finisher over a whole output of Vivado. */
  const finish = (raw: { readonly [name: string]: string | Buffer }, exitCode: number) =>
    runStage(
      finishImplement,
      temporaryFolder(),
      {
        'hardware/submodel.json': submodel,
        'hardware/versions.json': '{"finn": "1.6.1"}',
        ...Object.fromEntries(
          Object.entries(raw).map(([name, text]) => [`../out/raw/${name}`, text] as const),
        ),
      },
      { params: { target }, exitCode },
    );
  const whole = {
    'top_wrapper.bit': bitfile,
    'top.hwh': read('finn.hwh'),
    'synth_report.xml': read('synth_report.xml'),
    'timing.rpt': read('timing_summary_postroute_physopted.rpt'),
    'versions.txt': 'Vivado v2022.1 (64-bit)\n',
    'exit-code.txt': '0\n',
    ...Object.fromEntries(succeeded.slice(0, 2).map(({ name, text }) => [`runs/${name}.log`, text])),
    'vivado.log': read('vivado.log'),
  };

  describe('a build that succeeded', () => {
    it('has a bitstream for its part, of the size of the part', () => {
      const bit = readBitfile(bitfile);
      expect(bit).toMatchObject({ part: '7z020clg400', date: '2022/12/28' });
      expect(bit.design).toMatch(/^top_wrapper;.*Version=2022\.1$/);
      expect(rawBitstream(bit)).toHaveLength(4_045_564);
      expect(() => {
        checkPart(bit, 'xc7z020clg400-1');
      }).not.toThrow();
      expect(() => {
        checkPart(bit, 'xc7z020clg484-1');
      }).toThrow('7z020clg400');
    });

    it('has one engine for input and one for output in its handoff', () => {
      const { clock, inputs, outputs } = readHandoff(read('finn.hwh'), target.part);
      expect(clock).toEqual({ fclk0MHz: 100, acceleratorMHz: 100 });
      const engine = { range: 4096, width: 64, addressBits: 6 };
      expect(inputs).toMatchObject([{ name: 'idma0', address: 0x40000000, ...engine }]);
      expect(outputs).toMatchObject([{ name: 'odma0', address: 0x40001000, ...engine }]);
    });

    it('meets its clock, by less after it was optimised once more', () => {
      const [routed, optimised] = ['routed', 'postroute_physopted'].map((name) =>
        read(`timing_summary_${name}.rpt`),
      );
      expect(readTiming(routed!)).toMatchObject({ setup: 0.067 });
      expect(readTiming(optimised!)).toMatchObject({ setup: 0.067, hold: 0.019 });
      expect(worstPath(optimised!)).toMatchObject({ slack: 0.019, type: 'Hold' });
    });

    it('describes the path between its registers', () => {
      const setup = read('timing_summary_routed.rpt').split('Min Delay Paths')[0]!;
      expect(worstPath(setup)).toMatchObject({
        slack: 0.067,
        from: 'top_i/rst_zynq_ps_100M/U0/ACTIVE_LOW_PR_OUT_DFF[0].FDRE_PER_N/C',
        type: 'Setup',
        levels: 1,
        delay: '9.597ns  (logic 0.580ns (6.044%)  route 9.017ns (93.956%))',
      });
    });

    it('uses two thirds of the LUT', () => {
      expect(readUtilization(read('synth_report.xml'))).toMatchObject({ LUT: 35_630, BRAM_18K: 58, DSP: 0 });
    });

    it('has a shell of the size that docs/facts.md states, once routed', () => {
      const report = read('synth_report.xml');
      const lut = (cell: string): number =>
        Number(
          new RegExp(`contents=" {4}${cell}"[^]*?contents="[^"]*"[^]*?contents="(\\d+)"`).exec(report)?.[1],
        );
      const cells = ['idma0', 'odma0', 'smartconnect_0', 'axi_interconnect_0', 'rst_zynq_ps_100M'];
      expect(cells.map(lut)).toEqual([1047, 1220, 3982, 507, 17]);
    });

    it('has no reason of a failure in its logs', () => {
      expect(errorLines(succeeded)).toEqual([]);
      expect(causeIn(succeeded)).toBeNull();
      expect(overuse(succeeded)).toEqual([]);
      expect(missingMemories(succeeded)).toEqual([]);
      expect(criticalWarnings(succeeded)).toEqual({ 'PSU-1': 1, 'PSU-2': 1, 'PSU-3': 1, 'PSU-4': 1 });
    });

    it('passes, and leaves its figures', async () => {
      expect((await finish(whole, 0)).result).toMatchObject({
        ok: true,
        emulated: false,
        summary: '35630 LUT, 58 BRAM18, 0 DSP; slack 0.019 ns at 100 MHz',
        warnings: [],
      });
    });
  });

  describe('its memories', () => {
    it('are reported 100 times, and then not at all', () => {
      const files = [...accelerator.text.matchAll(/data file '\/build\/([^']*)' is read/g)].map(
        ([, file]) => [file!],
      );
      expect(files).toHaveLength(100);
      expect(unreadMemories(files, succeeded)).toBeNull();
      const uncut = { ...accelerator, text: accelerator.text.replaceAll('[Common 17-14]', '') };
      expect(unreadMemories([...files, ['project_x/y.dat']], [uncut])).toEqual(['project_x/y.dat']);
    });

    it.each(['8-3876', 'end'])(
      'are known to be lost by the log of the run alone, beside %s',
      async (place) => {
        const text =
          place === 'end'
            ? `${accelerator.text}${lost}\n`
            : accelerator.text.replace('INFO: [Synth 8-3876]', `${lost}\n$&`);
        const { result } = await finish({ ...whole, [`runs/${accelerator.name}.log`]: text }, 0);
        expect(result).toMatchObject({
          ok: false,
          diagnostics: [{ code: 'implement/empty-memories', detail: lost }],
        });
      },
    );
  });

  it('the steps of a build are seen in its main log, up to the one that failed', () => {
    const stepsIn = (text: string): readonly string[] => {
      const steps: string[] = [];
      watchSteps({ step: vivadoStep }, (step) => steps.push(step))(text);
      return steps;
    };
    const begun = ['synthesis 1/6', 'link_design 2/6', 'opt_design 3/6', 'place_design 4/6'];
    expect(stepsIn(read('vivado.log'))).toEqual([
      ...begun,
      'phys_opt_design',
      'route_design 5/6',
      'phys_opt_design',
      'write_bitstream 6/6',
    ]);
    expect(stepsIn(read('failed-over-utilised/vivado.log'))).toEqual(begun);
  });

  it('a build that does not fit is refused with the amounts', async () => {
    const amounts = [
      { what: 'RAMB18 and RAMB36/FIFO', needed: 356, available: 280 },
      { what: 'RAMB36/FIFO', needed: 178, available: 140 },
      { what: 'RAMB36E1', needed: 178, available: 140 },
      { what: 'Slice LUTs', needed: 62_628, available: 53_200 },
    ];
    expect(overuse(failed)).toEqual(amounts);
    const [run, main] = failed;
    const { result, out } = await finish({ 'runs/impl_1.log': run!.text, 'vivado.log': main!.text }, 1);
    expect(result).toMatchObject({
      diagnostics: [
        {
          code: 'implement/over-utilised',
          message:
            'the design does not fit the part: it needs 356 of 280 RAMB18 and RAMB36/FIFO, 178 of 140 RAMB36/FIFO, 178 of 140 RAMB36E1, 62628 of 53200 Slice LUTs',
        },
      ],
    });
    expect(JSON.parse(readFileSync(join(out, 'report/implementation.json'), 'utf8'))).toMatchObject({
      overuse: amounts,
    });
  });
});
