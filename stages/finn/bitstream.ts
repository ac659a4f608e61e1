import type { Fields } from '../../base/fields.ts';
import { parseBoundary, parseCycles } from '../../boards/package/format.ts';
import type { Target } from '../../core/contracts/types.ts';

/** The part of `bitstream.json` that is the same for every back end; `submodel` is the description of the submodel that was built. */
export function describeBitstream(submodel: Fields, { board, part, clockMHz }: Target) {
  return {
    submodel: submodel.text('id'),
    board,
    part,
    clockMHz,
    input: parseBoundary(submodel.object('input')),
    output: parseBoundary(submodel.object('output')),
    cycles: parseCycles(submodel.object('cycles')),
  };
}
