import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lower } from '../../../finn/lower/lower.ts';
import { readModel } from '../../../onnx/read.ts';

const golden = new URL('../../golden/mlp/', import.meta.url);
const model = readModel(readFileSync(new URL('specialised.onnx', golden)));
const part = 'xc7z020clg484-1';

const made = (specialize: unknown) => lower(model, part, specialize).graph.nodes.map((node) => node.name);

test('without a file FINN’s rules choose', () => {
  expect(made(null)).toEqual(['Thresholding_rtl_0', 'MVAU_hls_0', 'MVAU_rtl_0', 'LabelSelect_hls_0']);
});

test('a layer gets the implementation that the file requests', () => {
  expect(made({ MVAU_1: { preferred_impl_style: 'hls' } })).toEqual([
    'Thresholding_rtl_0',
    'MVAU_hls_0',
    'MVAU_hls_1',
    'LabelSelect_hls_0',
  ]);
});

test('defaults apply to op types, and a layer’s own entry overrides them', () => {
  const config = {
    Defaults: { preferred_impl_style: ['hls', ['Thresholding', 'MVAU']] },
    Thresholding_0: { preferred_impl_style: 'rtl' },
  };
  expect(made(config)).toEqual(['Thresholding_rtl_0', 'MVAU_hls_0', 'MVAU_hls_1', 'LabelSelect_hls_0']);
});

test('an impossible choice falls back and is reported', () => {
  const { fallbacks } = lower(model, part, {
    MVAU_0: { preferred_impl_style: 'rtl' },
    LabelSelect_0: { preferred_impl_style: 'rtl' },
  });
  expect(fallbacks).toEqual([
    { name: 'MVAU_0', asked: 'rtl', given: 'hls' },
    { name: 'LabelSelect_0', asked: 'rtl', given: 'hls' },
  ]);
});

test('7-series DSPs do not multiply by the smallest weight, later ones do', () => {
  const full = readModel(readFileSync(new URL('ultrascale.onnx', golden)));
  const nodes = (fpga: string) => lower(full, fpga, null).graph.nodes.map((node) => node.opType);
  expect(nodes('xc7z020clg484-1')).toContain('MVAU_hls');
  expect(nodes('xczu7ev-ffvc1156-2-e')).toContain('MVAU_rtl');
});

test('layers whose kind does not occur in the network are ignored and reported', () => {
  const { unusedPreferences, graph } = lower(model, part, {
    ChannelwiseOp_0: { preferred_impl_style: 'hls' },
    MVAU_1: { preferred_impl_style: 'hls' },
  });
  expect(unusedPreferences).toEqual(['ChannelwiseOp_0']);
  expect(graph.nodes.map(({ name }) => name)).toContain('MVAU_hls_1');
});

test.each([
  [{ NoSuchLayer_0: {} }, 'specialize/unknown-layer', /known: Thresholding_0/],
  [{ MVAW_0: {} }, 'specialize/unknown-layer', /did you mean MVAU_0/],
  [{ classifier: {} }, 'specialize/unknown-layer', /known: Thresholding_0/],
  [{ MVAU_7: {} }, 'specialize/unknown-layer', /did you mean MVAU_/],
  [{ MVAU_hls_0: {} }, 'specialize/unknown-layer', /before specialisation: MVAU_0/],
  [{ MVAU_0: { PE: 4 } }, 'specialize/unknown-attribute', /folding file/],
  [{ MVAU_0: { preferred_impl_style: 'vhdl' } }, 'specialize/illegal-value', /"hls" and "rtl"/],
  [{ MVAU_0: 'hls' }, 'specialize/malformed', /^$/],
  [{ Defaults: { preferred_impl_style: 'hls' } }, 'specialize/malformed', /^$/],
  [[], 'specialize/malformed', /^$/],
])('%j is refused', (config, code, hint) => {
  expect(() => made(config)).toThrow(
    expect.objectContaining({
      code,
      hint: code === 'specialize/malformed' ? undefined : (expect.stringMatching(hint) as string),
    }),
  );
});
