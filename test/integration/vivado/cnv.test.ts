import { expect, inject, it } from 'vitest';
import { labels } from '../../rig/events.ts';
import { temporaryFolder } from '../../rig/project.ts';
import { counterpart } from '../rig/counterparts.ts';
import { vivadoProject } from '../rig/vivado-project.ts';

const minutes = 60_000;

const cnv = `
toolchain: {frontend: embedded, backend: vivado, vivado: 2024.2}
stages:
  preprocess: {kind: finn/preprocess, with: {model: network/model.onnx, specialize: network/specialize.json}}
  estimate: {kind: finn/estimate, needs: {model: preprocess}, with: {folding: network/folding.json}}
  split: {kind: split, needs: {model: estimate}, with: {strategy: manual, cuts: [{after: MVAU_hls_5}]}}
  build: {kind: finn/build, foreach: split.submodels}
  package: {kind: package, foreach: build.bitstreams}
cluster: {zed0: {board: zedboard}, zed1: {board: zedboard}}
`;

counterpart('finn', () => {
  counterpart('tcl', () => {
    it(
      'cnv-w2a2 goes through the cross-check and both steps of a build; a changed folding builds one submodel',
      { timeout: 15 * minutes },
      async () => {
        const project = vivadoProject(temporaryFolder(), inject('finn').python, cnv, 'cnv-w2a2');
        const first = await project.run();
        expect(labels(first, 'action-failed')).toEqual([]);
        expect(labels(first, 'action-succeeded')).toContain('estimate.cross-check');
        expect(labels(first, 'action-succeeded')).toContain('package/1');
        expect(labels(await project.run(), 'action-started')).toEqual([]);

        project.setIn('network/folding.json', 'MVAU_hls_7', 'PE', 1);
        const built = labels(await project.run(), 'action-succeeded').filter((label) =>
          label.startsWith('build'),
        );
        expect(built.toSorted()).toEqual(['build.hardware/1', 'build.timing/1', 'build/1']);
      },
    );
  });
});
