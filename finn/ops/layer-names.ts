import type { HardwareGraph } from '../graph.ts';
import { ops } from './index.ts';

/**
 * Whether a name that is not in the graph names a layer of a kind that does not occur in the graph. That is not a mistake:
 * FINN's own configuration files name layers that are inserted later, and files of one network are used for its variants.
 */
export function isOfAbsentKind(name: string, graph: HardwareGraph): boolean {
  const kind = kindOf(name.replace(/_\d+$/, ''));
  const present = new Set(graph.nodes.map(({ opType }) => kindOf(opType)));
  return known.has(kind) && !present.has(kind) && /_\d+$/.test(name);
}

/**
 * Today's names of layers that are named as by a FINN that counted all layers of a kind together, whatever implements them, such
 * as MVAU_hls_0 for StreamingFCLayer_Batch_0. Without a kind of which the graph has fewer layers than the names count: its
 * layers may be others.
 */
export function namesToday(names: Iterable<string>, graph: HardwareGraph): ReadonlyMap<string, string> {
  const older = [...names].flatMap((name) => {
    const [, written = '', number = ''] = /^(.*)_(\d+)$/.exec(name) ?? [];
    if (written === '' || /_(hls|rtl)$/.test(written)) return [];
    const sameKind = graph.nodes.filter(({ opType }) => kindOf(opType) === kindOf(written));
    return [{ name, kind: kindOf(written), today: sameKind[Number(number)]?.name ?? null }];
  });
  const unclear = new Set(older.filter(({ today }) => today === null).map(({ kind }) => kind));
  return new Map(
    older.flatMap(({ name, kind, today }) =>
      today === null || unclear.has(kind) ? [] : [[name, today] as const],
    ),
  );
}

/** Today's kind for an op type of this or an older release, without its implementation. */
function kindOf(opType: string): string {
  const plain = opType.replace(/_(hls|rtl)$/, '').replace(/_Batch$/, '');
  return Object.hasOwn(renamed, plain) ? (renamed[plain] ?? plain) : plain;
}

/** Kinds of FINN 0.1 to 0.10, which also ended in `_Batch`, that have other names in FINN+ 1.6.1. */
const renamed: { readonly [older: string]: string } = {
  AddStreams: 'ElementwiseAdd',
  ConvolutionInputGenerator1D: 'ConvolutionInputGenerator',
  ConvolutionInputGenerator_MMV: 'ConvolutionInputGenerator',
  MatrixVectorActivation: 'MVAU',
  StreamingFCLayer: 'MVAU',
  VectorVectorActivation: 'VVAU',
  Vector_Vector_Activate: 'VVAU',
};

/** Kinds that FINN+ 1.6.1 inserts during the build, and some of older releases that files still name. */
const elsewhere = [
  ...['StreamingFIFO', 'StreamingDataWidthConverter', 'IODMA', 'TLastMarker', 'CheckSum'],
  ...['ChannelwiseOp', 'StreamingMaxPool', 'DownSampler'],
];

const known: ReadonlySet<string> = new Set([...Object.keys(ops).map(kindOf), ...elsewhere]);
