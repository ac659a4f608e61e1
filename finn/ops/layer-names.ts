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

function kindOf(opType: string): string {
  return opType.replace(/_(hls|rtl)$/, '');
}

/** Kinds that FINN+ 1.6.1 inserts during the build, and some of older releases that files still name. */
const elsewhere = [
  ...['StreamingFIFO', 'StreamingDataWidthConverter', 'IODMA', 'TLastMarker', 'CheckSum'],
  ...['ChannelwiseOp', 'StreamingMaxPool'],
];

const known: ReadonlySet<string> = new Set([...Object.keys(ops).map(kindOf), ...elsewhere]);
