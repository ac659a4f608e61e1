/**
 * The way from a network to hardware; the names are FINN's. The preset chooses one of FINN's sequences of steps:
 * `default` for most networks, `mobilenet` for those with scales per channel in front of depthwise convolutions.
 */
export interface Route {
  readonly preset: 'default' | 'mobilenet';
  /** Whether thresholds become layers of their own rather than part of the product in front; always so with `mobilenet`. */
  readonly standaloneThresholds: boolean;
}
