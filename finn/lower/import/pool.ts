import { scalarValue } from '../constant.ts';
import type { Constant } from '../float-graph.ts';
import { unsupported } from '../refuse.ts';
import type { ImportRule, ResolvedNode } from './source.ts';
import { activationAt, constantAt, integerAttribute, numberAt, only, placed } from './source.ts';
import { windowOf } from './window.ts';

/** The largest value under a window. */
export const maxPool: ImportRule = (source) => {
  const window = windowOf(source, null);
  if (window.dilation.some((size) => size !== 1))
    throw unsupported(source, 'is dilated', 'FINN does not support dilated pooling; use dilations of 1');
  checkWholeWindows(source, window);
  return only({ op: 'MaxPool', ...placed(source), window, channelsLast: false });
};

/** The average under a window, which FINN supports only together with the Trunc after it. */
export const averagePool: ImportRule = (source) => {
  const window = windowOf(source, null);
  checkWholeWindows(source, window);
  return only({ op: 'AveragePool', ...placed(source), window });
};

/** The average of each channel of an image. */
export const globalAveragePool: ImportRule = (source) => only({ op: 'GlobalAveragePool', ...placed(source) });

/** Drops the lowest bits of a number; version 2 of the operator states the scale of the result (QONNX 1.0.0 `Trunc`). */
export const trunc: ImportRule = (source) => {
  const version = truncVersion(source);
  if (numberAt(source, 2) !== 0)
    throw unsupported(source, `has the zero point ${numberAt(source, 2)}`, 'truncate with zero point 0');
  const rounding = source.node.attributes.get('rounding_mode');
  const mode = rounding?.type === 'string' ? rounding.value.toUpperCase() : 'FLOOR';
  if (mode !== 'FLOOR')
    throw unsupported(
      source,
      `rounds by ${mode}`,
      "use FLOOR, as Brevitas does with float_to_int_impl_type='floor'; FINN supports no other mode",
    );
  const scale = positiveNumber(source, constantAt(source, 1));
  return only({
    op: 'Trunc',
    ...placed(source),
    version,
    scale,
    outputScale: version === 1 ? scale : positiveNumber(source, constantAt(source, 4)),
    inputBits: numberAt(source, 3),
    outputBits: numberAt(source, version === 1 ? 4 : 5),
  });
};

function truncVersion(source: ResolvedNode): 1 | 2 {
  const version = source.quantiserVersion;
  if (version !== 1 && version !== 2)
    throw unsupported(source, `is of version ${version}`, 'versions 1 and 2 of the operator are supported');
  const { length } = source.node.inputs;
  if (length === version + 4) return version;
  throw unsupported(
    source,
    `has ${length} inputs, and version ${version} of the operator has ${version + 4}`,
    "state the version of the file's QONNX operators; with qonnx: set_opset_import('qonnx.custom_op.general', 2)",
  );
}

function positiveNumber(source: ResolvedNode, constant: Constant): Constant {
  if (constant.values.length === 1 && scalarValue(constant) > 0) return constant;
  throw unsupported(
    source,
    'has a scale that is not one positive number',
    'use one scale for the whole tensor',
  );
}

function checkWholeWindows(
  source: ResolvedNode,
  { kernel, stride, pads }: ReturnType<typeof windowOf>,
): void {
  if (integerAttribute(source, 'ceil_mode', 0) === 0) return;
  const [, , ...image] = activationAt(source, 0).shape;
  const whole = image.every((size, axis) => {
    const room = size + (pads[axis] ?? 0) + (pads[axis + 2] ?? 0) - (kernel[axis] ?? 1);
    return room % (stride[axis] ?? 1) === 0;
  });
  if (!whole)
    throw unsupported(
      source,
      'lets windows extend past the edge (ceil_mode)',
      'use ceil_mode=0, or pad the image',
    );
}
