import { defined } from '../../../base/defined.ts';
import { datatype } from '../../datatype.ts';
import type { HardwareGraph } from '../../graph.ts';
import { tensorOf } from '../../graph.ts';
import type { Op } from '../../ops/op.ts';
import type { Range } from '../../ops/ranges.ts';
import type { NodeView } from '../../ops/view.ts';
import type { Complaint } from './complaint.ts';

/** A datatype that is not what FINN infers from the node's inputs. */
export function otherThanInferred(graph: HardwareGraph, view: NodeView, op: Op): Complaint | null {
  const { attributes = {}, datatypes = {} } = op.inferDatatypes(view);
  for (const [attribute, inferred] of Object.entries(attributes)) {
    const stated = view.node.attributes[attribute];
    if (String(stated) !== String(inferred))
      return disagreeing(`has ${attribute} ${String(stated)}, but its inputs are ${String(inferred)}`);
  }
  for (const [name, inferred] of Object.entries(datatypes)) {
    const stated = tensorOf(graph, name).datatype;
    if (stated !== inferred) return disagreeing(`makes ${inferred}, but ${name} is ${stated}`);
  }
  return null;
}

/** A constant whose values its datatype does not hold. */
export function narrowConstant(view: NodeView, op: Op, ranges: ReadonlyMap<string, Range>): Complaint | null {
  const streams = op.inputStreams(view);
  const rules = op.constants?.(view) ?? [];
  for (const index of view.node.inputs.keys()) {
    if (!view.constant(index)) continue;
    const { name, minimum, maximum } = datatype(
      rules[index - streams]?.datatype ?? view.input(index).datatype,
    );
    const range = defined(ranges.get(view.node.inputs[index] ?? ''), 'the range of every parameter is known');
    if (range.minimum >= minimum && range.maximum <= maximum) continue;
    return {
      what: `holds values from ${range.minimum} to ${range.maximum} as ${name} at input ${index}`,
      hint: `${name} holds ${minimum} to ${maximum}`,
    };
  }
  return null;
}

function disagreeing(what: string): Complaint {
  return { what, hint: "the file contradicts itself: run FINN's InferDataTypes before saving it" };
}
