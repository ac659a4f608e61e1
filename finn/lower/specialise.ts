import { datatype } from '../datatype.ts';
import type { HardwareGraph, HardwareNode } from '../graph.ts';
import { nodeOf, ops } from '../ops/index.ts';
import { isVersal } from '../part.ts';

export type Style = 'hls' | 'rtl';

export interface Specialised {
  readonly graph: HardwareGraph;
  /** Layers that could not get the requested implementation. */
  readonly fallbacks: readonly { readonly name: string; readonly asked: Style; readonly given: Style }[];
}

/**
 * Chooses the HLS or RTL implementation of every layer for an FPGA part and renames the layers accordingly (FINN+
 * 1.6.1 `SpecializeLayers`). `preferences` are by the previous name, such as `MVAU_0`; one that cannot be met falls
 * back as in FINN. Datatypes must be minimised.
 */
export function specialise(
  graph: HardwareGraph,
  part: string,
  preferences: ReadonlyMap<string, Style>,
): Specialised {
  const fallbacks: { name: string; asked: Style; given: Style }[] = [];
  const counts = new Map<string, number>();
  const nodes = graph.nodes.map((node): HardwareNode => {
    const asked = preferences.get(node.name);
    const given = styleOf(graph, node, part, asked);
    if (asked !== undefined && asked !== given) fallbacks.push({ name: node.name, asked, given });
    const opType = `${node.opType}_${given}`;
    const count = counts.get(opType) ?? 0;
    counts.set(opType, count + 1);
    return { ...node, opType, name: `${opType}_${count}`, domain: `${node.domain}.${given}` };
  });
  return { graph: { ...graph, nodes }, fallbacks };
}

function styleOf(graph: HardwareGraph, node: HardwareNode, part: string, asked: Style | undefined): Style {
  switch (node.opType) {
    case 'MVAU':
      return ofProduct(node, asked, rtlPossible(graph, node, part));
    case 'VVAU':
      return ofProduct(node, asked, depthwiseRtlPossible(node, part));
    default: {
      const [only, other] = implementations(node.opType);
      return other === undefined ? only : (asked ?? 'rtl');
    }
  }
}

/** The supported implementations of a layer. */
function implementations(opType: string): readonly [Style] | readonly [Style, Style] {
  const [hls, rtl] = [`${opType}_hls` in ops, `${opType}_rtl` in ops];
  if (hls && rtl) return ['hls', 'rtl'];
  if (!hls && !rtl) throw new Error(`no implementation of ${opType} is supported`);
  return [hls ? 'hls' : 'rtl'];
}

function ofProduct(node: HardwareNode, asked: Style | undefined, possible: boolean): Style {
  if (asked === 'hls' || !possible) return 'hls';
  const wide = typeOf(node, 'inputDataType').bits >= 4 && typeOf(node, 'weightDataType').bits >= 4;
  return asked === 'rtl' || wide ? 'rtl' : 'hls';
}

/** FINN+ 1.6.1 `_vvu_rtl_possible`: no thresholds inside, on Versal, up to 9 by 8 bits. */
function depthwiseRtlPossible(node: HardwareNode, part: string): boolean {
  if (node.attributes['noActivation'] !== 1 || !isVersal(part)) return false;
  const input = typeOf(node, 'inputDataType');
  const weights = typeOf(node, 'weightDataType');
  return input.bits <= (input.minimum < 0 ? 9 : 8) && weights.bits <= 8 && weights.minimum < 0;
}

/** FINN+ 1.6.1 `_mvu_rtl_possible`: no thresholds inside, signed weights, widths that fit the DSP. */
function rtlPossible(graph: HardwareGraph, node: HardwareNode, part: string): boolean {
  if (node.attributes['noActivation'] !== 1 || node.attributes['binaryXnorMode'] === 1) return false;
  const weights = typeOf(node, 'weightDataType');
  if (!weights.signed || weights.bits < 2) return false;
  const dsp = dspOf(part);
  const { values } = nodeOf(graph, node).view.parameter(1);
  if (dsp.narrowWeights && values.includes(weights.minimum)) return false;
  return fitsDsp(node, dsp);
}

function fitsDsp(node: HardwareNode, { activation, weight, accumulator }: Dsp): boolean {
  const input = typeOf(node, 'inputDataType');
  return (
    input.bits >= 2 &&
    input.bits - (input.signed ? 1 : 0) < activation &&
    typeOf(node, 'weightDataType').bits <= weight &&
    typeOf(node, 'outputDataType').bits <= accumulator
  );
}

/** Operand widths of a DSP in bits, and whether it takes narrow-range weights only. */
interface Dsp {
  readonly activation: number;
  readonly weight: number;
  readonly accumulator: number;
  readonly narrowWeights: boolean;
}

/** The DSP of a part's family. */
function dspOf(part: string): Dsp {
  if (isVersal(part)) return { activation: 24, weight: 27, accumulator: 58, narrowWeights: false };
  if (part[2] === '7') return { activation: 18, weight: 25, accumulator: 48, narrowWeights: true };
  return { activation: 18, weight: 27, accumulator: 48, narrowWeights: false };
}

function typeOf(node: HardwareNode, attribute: string): ReturnType<typeof datatype> {
  return datatype(String(node.attributes[attribute]));
}
