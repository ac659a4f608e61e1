/**
 * The route from a network to hardware; the names are FINN's. The preset selects one of FINN's sequences of steps:
 * `default` for most networks, `mobilenet` for those with scales per channel before depthwise convolutions, `residual` for
 * those with branches.
 */
export interface Route {
  readonly preset: 'default' | 'mobilenet' | 'residual';
  /** Whether thresholds become standalone layers rather than part of the product before them; always true for `mobilenet`. */
  readonly standaloneThresholds: boolean;
}
