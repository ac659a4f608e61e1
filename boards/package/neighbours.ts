import { Refusal } from '../../base/refusal.ts';
import type { Boundary, PackageDescription } from './format.ts';

/** Refuses packages, in the order of the network, if the output of one is not the input of the next. */
export function checkNeighbours(packages: readonly PackageDescription[]): void {
  packages.forEach((consumer, position) => {
    const producer = packages[position - 1];
    if (producer === undefined || fits(producer.output, consumer.input)) return;
    throw new Refusal(
      'package/neighbour-mismatch',
      `submodel ${position - 1} gives ${described(producer.output)}, but submodel ${position} takes ${described(consumer.input)}`,
      'the packages come from different splits, or are in the wrong order',
    );
  });
}

// The folded shapes may differ, since activations are sent in the normal shape.
function fits(output: Boundary, input: Boundary): boolean {
  return (
    output.datatype === input.datatype &&
    output.shape.length === input.shape.length &&
    output.shape.every((extent, dimension) => extent === input.shape[dimension])
  );
}

function described({ shape, datatype }: Boundary): string {
  return `${datatype} [${shape.join(', ')}]`;
}
