/** An axis that is resized from one size to another; the scale need not be their quotient. */
export interface ResizedAxis {
  readonly from: number;
  readonly to: number;
  readonly scale: number;
}

/**
 * The coordinate in the tensor of a place of the result, by one of ONNX's `coordinate_transformation_mode`s, in float32; null
 * for a mode that is not supported.
 */
export function coordinateAlong(
  { from, to, scale }: ResizedAxis,
  place: number,
  mode: string,
): number | null {
  const { fround } = Math;
  const centred = fround((place + 0.5) / fround(scale)) - 0.5;
  switch (mode) {
    case 'half_pixel':
      return centred;
    case 'pytorch_half_pixel':
      return to > 1 ? centred : 0;
    case 'half_pixel_symmetric':
      return (from / 2) * (1 - to / (scale * from)) + centred;
    case 'align_corners':
      return to > 1 ? fround((place * (from - 1)) / (to - 1)) : 0;
    case 'asymmetric':
      return fround(place / fround(scale));
    case 'tf_half_pixel_for_nn':
      return centred + 0.5;
    default:
      return null;
  }
}

/**
 * The place nearest to a coordinate, by one of ONNX's `nearest_mode`s or by `simple`, which is how Resize did it before it had
 * them; null for a mode that does not exist.
 */
export function nearestPlace(coordinate: number, mode: string, scale: number): number | null {
  switch (mode) {
    case 'round_prefer_floor':
      return Math.ceil(coordinate - 0.5);
    case 'round_prefer_ceil':
      return Math.floor(coordinate + 0.5);
    case 'floor':
      return Math.floor(coordinate);
    case 'ceil':
      return Math.ceil(coordinate);
    case 'simple':
      return scale < 1 ? Math.ceil(coordinate) : Math.floor(coordinate);
    default:
      return null;
  }
}
