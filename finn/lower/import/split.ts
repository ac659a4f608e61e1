import { unsupported } from '../refuse.ts';
import type { ImportRule } from './source.ts';
import { activationAt, integerAttribute, integersAt, integersAttribute, only, placed } from './source.ts';

/** An activation divided along an axis into several. */
export const split: ImportRule = (source) => {
  const { shape } = activationAt(source, 0);
  const axis = integerAttribute(source, 'axis', 0);
  const along = axis < 0 ? axis + shape.length : axis;
  const extents = source.version < 13 ? integersAttribute(source, 'split', []) : integersAt(source, 1);
  const [first = '', ...others] = source.node.outputs;
  if (extents.length !== others.length + 1 || extents.reduce((sum, each) => sum + each, 0) !== shape[along])
    throw unsupported(
      source,
      `splits ${shape[along] ?? 'no'} channels into [${extents.join(', ')}]`,
      'let the parts make up the whole',
    );
  return only({ op: 'Split', ...placed(source, first), axis: along, extents, others });
};
