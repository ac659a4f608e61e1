import { expect, inject, it } from 'vitest';
import { labels } from '../../rig/events.ts';
import { temporaryFolder } from '../../rig/project.ts';
import { counterpart } from '../rig/counterparts.ts';
import { vivadoProject } from '../rig/vivado-project.ts';

const minutes = 60_000;

const mobilenet = `
toolchain: {frontend: finn}
stages:
  preprocess:
    kind: finn/preprocess
    with: {model: network/model.onnx, specialize: network/specialize.json, finn: {preset: mobilenet}}
  estimate: {kind: finn/estimate, needs: {model: preprocess}, with: {folding: network/folding.json}}
  split: {kind: split, needs: {model: estimate}, with: {strategy: greedy}}
cluster: {zed0: {board: zedboard}, zed1: {board: zedboard}, zed2: {board: zedboard}}
`;

counterpart('finn', () => {
  it(
    'MobileNetV1 is the same network by FINN and by the embedded front end, and six submodels',
    { timeout: 15 * minutes },
    async () => {
      const project = vivadoProject(temporaryFolder(), inject('finn').python, mobilenet, 'mobilenetv1');
      const byFinn = await project.run();
      expect(labels(byFinn, 'action-failed')).toEqual([]);
      const summaries = byFinn.flatMap((event) =>
        event.type === 'action-succeeded' ? [`${event.action}: ${event.summary ?? ''}`] : [],
      );
      expect(summaries.find((line) => line.startsWith('estimate'))).toContain(
        '1070 BRAM18, 60649 LUT, 684 DSP',
      );
      expect(summaries.find((line) => line.startsWith('split'))).toContain('6 submodels');
      const hardware = (): object => {
        const { preprocess, estimate, split } = project.digests();
        return { model: preprocess!['model'], original: preprocess!['original'], estimate, split };
      };
      const submodels = hardware();

      project.describe(mobilenet.replace('frontend: finn', 'frontend: embedded'));
      const byUs = await project.run();
      expect(labels(byUs, 'action-failed')).toEqual([]);
      // The host's models name their tensors otherwise, and a Flatten may be a Reshape.
      expect(hardware()).toEqual(submodels);
    },
  );
});
