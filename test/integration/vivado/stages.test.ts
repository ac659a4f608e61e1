import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import type { ExecutionEvent } from '../../../core/contracts/events.ts';
import { pipeline } from '../../rig/command.ts';
import { labels } from '../../rig/events.ts';
import { temporaryFolderForSuite } from '../../rig/project.ts';
import { counterpart } from '../rig/counterparts.ts';
import type { VivadoProject } from '../rig/vivado-project.ts';
import { vivadoProject } from '../rig/vivado-project.ts';

const minutes = 60_000;

const stages = `
toolchain: {frontend: finn, backend: vivado, vivado: 2024.2}
stages:
  preprocess: {kind: finn/preprocess, with: {model: network/model.onnx, specialize: network/specialize.json}}
  estimate: {kind: finn/estimate, needs: {model: preprocess}, with: {folding: network/folding.json}}
  split: {kind: split, needs: {model: estimate}, with: {strategy: manual, cuts: [{after: MVAU_hls_0}]}}
  build: {kind: finn/build, foreach: split.submodels, with: {implementation: Performance_Explore}}
  package: {kind: package, foreach: build.bitstreams}
cluster: {zed0: {board: zedboard}, zed1: {board: zedboard}}
`;

/** The stages with a strategy of synthesis, or of implementation, that no build had so far. */
const byStrategy = (strategy: string): string =>
  strategy.startsWith('Flow_')
    ? stages.replace('{implementation:', `{synthesis: ${strategy}, implementation:`)
    : stages.replace('Performance_Explore', strategy);

const ran = (events: readonly ExecutionEvent[]): readonly string[] => labels(events, 'action-succeeded');

/** Code, message and detail of what an action failed with. */
function failure(events: readonly ExecutionEvent[], action: string): string {
  const event = events.find((one) => one.type === 'action-failed' && one.action === action);
  if (event?.type !== 'action-failed') return 'it did not fail';
  return event.diagnostics
    .map(({ code, message, hint = '', detail = '' }) => [code, message, hint, detail].join('\n'))
    .join('\n');
}

function outputOf(events: readonly ExecutionEvent[], action: string): string {
  return events
    .flatMap((event) => (event.type === 'action-output' && event.action === action ? [event.text] : []))
    .join('');
}

counterpart('finn', (python) => {
  counterpart('tcl', () => {
    describe('tfc-w2a2 through FINN and stand-ins for Vivado', () => {
      let project: VivadoProject;
      let first: readonly ExecutionEvent[];
      beforeAll(async () => {
        project = vivadoProject(temporaryFolderForSuite(), inject('finn').python, stages, 'tfc-w2a2');
        first = await project.run();
      }, 5 * minutes);

      it('goes from QONNX to packages, and a second run does nothing', async () => {
        expect(ran(first)).toEqual([
          ...['build.hardware/0', 'build.hardware/1', 'build.probe/0', 'build.timing/0', 'build.timing/1'],
          ...['build/0', 'build/1', 'estimate', 'package/0', 'package/1'],
          ...['preprocess', 'preprocess.tidy', 'split'],
        ]);
        const summaries = first.flatMap((event) =>
          event.type === 'action-succeeded' ? [`${event.action}: ${event.summary ?? ''}`] : [],
        );
        expect(summaries.find((line) => line.startsWith('build/0'))).toContain('STAND-IN');
        expect(summaries.find((line) => line.startsWith('estimate'))).toContain('52 BRAM18, 15456 LUT');
        expect(ran(await project.run())).toEqual([]);
      });

      it('packages what a real board would take, marked as emulated', async () => {
        const { code, out } = await pipeline(project.folder, 'inspect', 'package/0', '--json');
        expect(code, out).toBe(0);
        const engine = (name: string, address: number) => ({ name, address, range: 4096, width: 64 });
        expect(JSON.parse(out)).toMatchObject({
          emulated: true,
          versions: { finn: '1.6.1', vivado: expect.stringContaining('STAND-IN') as string },
          bitstream: { design: expect.stringContaining('STAND-IN') as string },
          files: [{ path: 'accelerator.json' }, { path: 'bitstream.bin' }],
          accelerator: { input: engine('idma0', 0x40000000), output: engine('odma0', 0x40001000) },
        });
        const summaries = first.flatMap((event) =>
          event.type === 'action-succeeded' ? [[event.action, event.emulated] as const] : [],
        );
        expect(Object.fromEntries(summaries)).toMatchObject({ 'build/0': true, 'package/0': true });
      });

      it('makes the same artifacts in another folder', { timeout: 5 * minutes }, async () => {
        // In a Python of its own, while the first project shares one with other tests.
        const other = vivadoProject(temporaryFolderForSuite(), python, stages, 'tfc-w2a2');
        await other.run();
        expect(other.digests()).toEqual(project.digests());
      });

      it('refuses a board that Vivado lacks before high-level synthesis, and asks once', async () => {
        project.setIn('network/folding.json', 'MVAU_hls_1', 'PE', 2);
        project.describe(`target: {boardPart: 'em.avnet.com:zed:part0:1.4'}\n${stages}`);
        const failed = await project.run();
        project.setIn('network/folding.json', 'MVAU_hls_1', 'PE', 8);
        expect(failure(failed, 'build.probe/0')).toMatch(
          /^vivado\/no-board-part\nthis Vivado has no board part em\.avnet\.com:zed:part0:1\.4 for zedboard\nit has avnet\.com:zedboard:part0:1\.4, digilentinc/,
        );
        expect(
          labels(failed, 'action-started').filter((label) => /^build(\/|\.(?!timing))/.test(label)),
        ).toEqual(['build.probe/0']);
      });

      it('repeats only the last step for another board part', async () => {
        const named = "target: {boardPart: 'digilentinc.com:zedboard:part0:1.0'}\n";
        project.describe(`${named}${stages}`);
        expect(labels(await project.run(), 'action-started')).toEqual([
          ...['build.probe/0', 'build/0', 'build/1', 'package/0', 'package/1'],
        ]);
        project.describe(stages);
        expect(labels(await project.run(), 'action-started')).toEqual([]);
      });

      it(
        'makes the initialisation script of Vivado an input of all steps that run it',
        { timeout: 2 * minutes },
        async () => {
          project.write('init.tcl', 'puts "said by the script"\n');
          project.describe(stages, 'init: init.tcl');
          const events = await project.run('build.probe');
          expect(ran(events)).toEqual(['build.probe/0']);
          expect(outputOf(events, 'build.probe/0')).toContain('said by the script');
          project.describe(stages);
        },
      );

      it('repeats only place and route for another strategy', async () => {
        project.describe(stages.replace('Performance_Explore', 'Performance_ExtraTimingOpt'));
        expect(labels(await project.run(), 'action-started')).toEqual(['build/0', 'build/1']);
      });

      describe('where the tools fail', () => {
        it.each([
          ['exit', 'Flow_AreaOptimized_high', 'implement/failed', /ERROR: \[/],
          ['silent', 'Flow_AreaOptimized_medium', 'implement/no-bitstream', /top_wrapper\.bit/],
          ['no-report', 'Flow_AreaMultThresholdDSP', 'implement/no-report', /synth_report\.xml|timing\.rpt/],
          [
            'late',
            'Flow_AlternateRoutability',
            'implement/timing-missed',
            /misses its clock of 100 MHz by 0\.412 ns\n[^]*from  top_i\/idma0/,
          ],
          ['over-utilised', 'Area_Explore', 'implement/over-utilised', /62628 of 53200 Slice LUTs/],
          ['killed', 'Area_ExploreSequential', 'vivado/out-of-memory', /RDI_PROG/],
          ['no-licence', 'Flow_PerfOptimized_high', 'vivado/no-licence', /XILINXD_LICENSE_FILE/],
          ['crash', 'Flow_PerfThresholdCarry', 'implement/crashed', /signal 11/],
        ])('says so, keeps nothing, and does not repeat HLS: %s', async (how, synthesis, code, words) => {
          project.describe(byStrategy(synthesis));
          project.setFaults(`implement ${how}\n`);
          const failed = await project.run('build/1');
          project.setFaults('');
          // What memory ran out for is tried once more, alone.
          const tries = how === 'killed' ? ['build/1', 'build/1'] : ['build/1'];
          expect(labels(failed, 'action-started')).toEqual(tries);
          expect(failure(failed, 'build/1')).toMatch(new RegExp(`^${code}`));
          expect(failure(failed, 'build/1')).toMatch(words);
          // Nothing was stored: the same action runs once more, and now succeeds.
          expect(ran(await project.run('build/1'))).toEqual(['build/1']);
        });

        it('ends a tool that hangs when the time is over', async () => {
          project.describe(
            byStrategy('Flow_RuntimeOptimized').replace(
              'kind: finn/build,',
              'kind: finn/build, timeout: 3 s,',
            ),
          );
          project.setFaults('implement hang\n');
          const failed = await project.run('build/1');
          project.setFaults('');
          expect(failure(failed, 'build/1')).toContain('action/timed-out');
          expect(standInsRunning(project.folder)).toEqual([]);
        });

        it.each([
          ['hls MVAU_hls_1 exit', 'hls/failed', /MVAU_hls_1/],
          ['hls MVAU_hls_1 silent', 'hls/no-output', /MVAU_hls_1/],
          ['stitch exit', 'stitch/failed', /ERROR/],
          ['stitch no-licence', 'vivado/no-licence', /license/],
        ])('in hardware: %s', { timeout: 2 * minutes }, async (fault, code, words) => {
          project.describe(stages);
          project.setFaults(`${fault}\n`);
          const failed = await project.run('build.hardware/1', '--force');
          project.setFaults('');
          expect(failure(failed, 'build.hardware/1')).toMatch(new RegExp(`^${code}`));
          expect(failure(failed, 'build.hardware/1')).toMatch(words);
        });
      });

      it('builds one submodel for one changed folding', { timeout: 3 * minutes }, async () => {
        project.describe(stages);
        project.setIn('network/folding.json', 'MVAU_hls_1', 'PE', 4);
        const events = await project.run();
        expect(ran(events)).toEqual([
          ...['build.hardware/1', 'build.timing/1', 'build/1', 'estimate', 'package/1', 'split'],
        ]);
      });

      it('takes the same submodels from the embedded front end, once FINN has checked them', async () => {
        project.describe(stages.replace('frontend: finn', 'frontend: embedded'));
        const events = await project.run();
        expect(ran(events)).toEqual(['estimate', 'estimate.cross-check', 'preprocess']);
        expect(
          events.flatMap((event) =>
            event.type === 'action-succeeded' && event.unchanged ? [event.action] : [],
          ),
          // The host's models have other names inside.
        ).toEqual(['estimate']);
      });
    });

    it(
      'another version of Vivado is refused before anything is built',
      { timeout: 3 * minutes },
      async () => {
        const text = stages.replace('2024.2', '2023.1');
        const project = vivadoProject(temporaryFolderForSuite(), inject('finn').python, text, 'tfc-w2a2');
        const events = await project.run('build.hardware/0');
        const found = events.flatMap((event) => (event.type === 'run-checked' ? event.diagnostics : []));
        expect(found).toMatchObject([
          {
            code: 'vivado/wrong-version',
            message: expect.stringMatching(/^Vivado 2023\.1 .*2024\.2$/) as string,
          },
        ]);
        expect(labels(events, 'action-started')).toEqual([]);
      },
    );
  });
});

/** Work directories of processes that work below a folder. */
function standInsRunning(folder: string): readonly string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid) => {
      try {
        return [readlinkSync(`/proc/${pid}/cwd`)];
      } catch {
        return [];
      }
    })
    .filter((cwd) => cwd.startsWith(join(folder, '.pipeline')));
}
