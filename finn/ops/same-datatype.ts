import type { NodeChange } from './op.ts';
import type { NodeView } from './view.ts';

/** `inferDatatypes` of a layer that passes values on as they are: its outputs have the datatype of its input. */
export function sameDatatype(node: NodeView): NodeChange {
  const { datatype } = node.input(0);
  return {
    attributes: { inputDataType: datatype },
    datatypes: Object.fromEntries(node.node.outputs.map((name) => [name, datatype])),
  };
}
