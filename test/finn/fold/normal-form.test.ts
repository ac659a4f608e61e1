import { describe, expect, test } from 'vitest';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import { annotateEstimates } from '../../../finn/estimate/annotate.ts';
import { choicesOf } from '../../../finn/estimate/alternatives.ts';
import { applyFolding } from '../../../finn/fold/apply.ts';
import { defaultOf } from '../../../finn/fold/defaults.ts';
import { describeFolding } from '../../../finn/fold/describe.ts';
import { inNormalForm } from '../../../finn/fold/normal-form.ts';
import type { AttributeValue, HardwareGraph } from '../../../finn/graph.ts';
import { minimiseBitWidths } from '../../../finn/minimise/bit-widths.ts';
import { opOf, ops } from '../../../finn/ops/index.ts';
import { cutGraph } from '../../../finn/split/submodel.ts';
import { submodelId } from '../../../finn/split/identity.ts';
import { convolution, convs } from '../ops/convs.ts';
import { unfoldedTfc } from '../network.ts';

const tfc = unfoldedTfc();

function folded(graph: HardwareGraph, folding: object): HardwareGraph {
  return inNormalForm(annotateEstimates(minimiseBitWidths(applyFolding(graph, folding))), graph);
}

function textOf(graph: HardwareGraph): string {
  return Buffer.from(writeHardwareGraph(graph)).toString('latin1');
}

/** Writes every default that a folding may set and that the layer lacks. */
function allDefaults(graph: HardwareGraph): object {
  const layers = graph.nodes.map((node) => {
    const lacking = Object.entries(opOf(node).attributes).filter(
      ([attribute, { from, initial }]) =>
        from === 'folding' && initial !== null && !Object.hasOwn(node.attributes, attribute),
    );
    return [node.name, Object.fromEntries(lacking.map(([attribute, { initial }]) => [attribute, initial]))];
  });
  return Object.fromEntries(layers) as object;
}

function objectOf(settings: readonly (readonly [string, AttributeValue])[]): object {
  return Object.fromEntries(settings);
}

const networks = [
  ['tfc-w2a2', tfc] as const,
  ...convs.map((name) => [name, convolution(name).graph] as const),
];

describe('a folding that means the same makes the same file', () => {
  test.each(networks)('%s with every default written', (_, graph) => {
    expect(textOf(folded(graph, allDefaults(graph)))).toBe(textOf(folded(graph, {})));
  });

  test.each(networks)('%s with its folding as `pipeline fold --write` writes it', (_, graph) => {
    const once = folded(graph, {});
    expect(textOf(folded(graph, describeFolding(once, graph)))).toBe(textOf(once));
  });

  test('in another order', () => {
    const settings: readonly (readonly [string, AttributeValue])[] = [
      ['outFIFODepths', [64]],
      ['ram_style', 'block'],
      ['SIMD', 49],
      ['resType', 'dsp'],
      ['slr', 1],
    ];
    const inOrder = folded(tfc, { MVAU_hls_0: objectOf(settings) });
    const reversed = folded(tfc, { MVAU_hls_0: objectOf(settings.toReversed()) });
    expect(textOf(reversed)).toBe(textOf(inOrder));
  });

  test('and a submodel keeps its id', () => {
    const [before] = cutGraph(folded(tfc, { MVAU_hls_0: { PE: 4 } }), []);
    const written = { PE: 4, ram_style_thresholds: 'auto', runtime_writeable_weights: 0 };
    const [after] = cutGraph(folded(tfc, { MVAU_hls_0: written }), []);
    expect(submodelId(after!)).toBe(submodelId(before!));
  });
});

test('what is not a default stays', () => {
  const settings = { ram_style_thresholds: 'block', runtime_writeable_weights: 1, inFIFODepths: [4] };
  const { attributes } = folded(tfc, { MVAU_hls_0: settings }).nodes[2]!;
  expect(attributes).toMatchObject(settings);
});

test('a default of one layer is a setting of another', () => {
  const [hls, rtl] = ['MVAU_hls', 'VVAU_rtl'].map((opType) => ({ ...tfc.nodes[2]!, opType }));
  expect([defaultOf(hls!, 'SIMD'), defaultOf(rtl!, 'SIMD')]).toEqual([null, 1]);
});

test('a network without a folding keeps its attributes, its defaults among them', () => {
  const before = annotateEstimates(minimiseBitWidths(tfc));
  const after = inNormalForm(before, tfc);
  expect(after.nodes).toEqual(before.nodes);
  expect(after.nodes[2]!.attributes).toMatchObject({ inFIFODepths: [2], mem_mode: 'internal_decoupled' });
});

const settable = Object.entries(ops).flatMap(([opType, { attributes }]) =>
  Object.entries(attributes).flatMap(([attribute, { from, initial }]) =>
    from === 'folding' && initial !== null && /_(hls|rtl)$/.test(opType)
      ? [[opType, attribute] as const]
      : [],
  ),
);

test.each(settable)(
  '%s.%s: FINN writes the default into every layer, or it may be left out',
  (opType, name) => {
    const node = { ...tfc.nodes[2]!, opType };
    const isAlwaysWritten = choicesOf(node).some(({ attribute }) => attribute === name);
    expect(isAlwaysWritten || defaultOf(node, name) !== null).toBe(true);
  },
);
