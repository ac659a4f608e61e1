import { createHash } from 'node:crypto';
import type { Digest } from '../../base/digest.ts';
import { dialect } from '../graph.ts';
import { int32Bytes } from '../tensor.ts';
import type { Submodel } from './submodel.ts';

/**
 * A submodel's id: sha256 over its ordered nodes (op, attributes, local wiring), every tensor's shape, datatype and
 * layout, and the parameters' values as int32 little-endian. Never over original names, protobuf bytes or position.
 */
export function submodelId({ graph }: Submodel): Digest {
  const hash = createHash('sha256');
  const line = (value: unknown): void => {
    hash.update(`${JSON.stringify(value)}\n`);
  };
  line(['submodel', 1, dialect]);
  for (const { opType, domain, attributes, inputs, outputs } of graph.nodes)
    line([opType, domain, Object.entries(attributes).sort(byName), inputs, outputs]);

  for (const [name, { shape, datatype, layout }] of graph.tensors) {
    line([name, shape, datatype, layout]);
    // The preceding shape determines how many bytes follow.
    const values = graph.parameters.get(name);
    if (values !== undefined) hash.update(int32Bytes(values));
  }
  line([graph.inputs, graph.outputs]);
  return hash.digest('hex');
}

function byName([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}
