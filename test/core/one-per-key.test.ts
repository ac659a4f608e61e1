import { expect, it } from 'vitest';
import { loadPlan } from '../../core/config/load.ts';
import { registryWith } from '../rig/engine.ts';

const about =
  "Share of a board that may be used, 0 to 1: one number per resource; 1 by default, FINN's own limits under Vivado.";
const text = (limits: string, more = ''): string => `version: 1
stages:
  p: {kind: finn/preprocess, with: {model: m}}
  split: {kind: split, needs: {model: p}, with: {strategy: greedy, limits: ${limits}}${more}}
`;

it.each([
  [
    text('70'),
    '"stages.split.with.limits" must be a mapping',
    `such as limits: {LUT: 0.7, BRAM_18K: 0.7, DSP: 0.7, URAM: 0.7, FF: 0.7}. ${about}`,
  ],
  [
    text('0.85'),
    '"stages.split.with.limits" must be a mapping',
    `such as limits: {LUT: 0.85, BRAM_18K: 0.85, DSP: 0.85, URAM: 0.85, FF: 0.85}. ${about}`,
  ],
  [text('[70]'), '"stages.split.with.limits" must be a mapping', about],
  [
    text('{}', ', uses: 4'),
    '"stages.split.uses" must be a mapping',
    'such as uses: {cores: 4}. What one action takes of the resources while it runs; not part of the key.',
  ],
  [
    text('{}').replace('needs: {model: p}', 'needs: p'),
    '"stages.split.needs" must be a mapping',
    'such as needs: {NAME: p}. Input port: STAGE or STAGE.PORT.',
  ],
])('one value where a mapping is due: the line that may be meant is shown', async (file, message, hint) => {
  const loaded = await loadPlan('pipeline.yaml', file, null, registryWith([]));
  expect(loaded.ok || loaded.diagnostics.map((each) => [each.message, each.hint])).toContainEqual([
    message,
    hint,
  ]);
});
