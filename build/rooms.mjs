/**
 * The rooms of the program, each with the rooms that it may import in addition to itself. `core/contracts/` is the
 * vocabulary that rooms use to talk to the engine; `base/` imports only Node's own modules, and every room may import it.
 */
export const rooms = {
  base: [],
  core: ['base/'],
  onnx: ['base/'],
  qonnx: ['base/', 'onnx/'],
  finn: ['base/', 'onnx/', 'qonnx/'],
  vivado: ['base/'],
  images: ['base/'],
  boards: ['base/', 'core/contracts/', 'qonnx/', 'finn/', 'vivado/'],
  cluster: ['base/', 'core/contracts/', 'boards/', 'qonnx/', 'finn/'],
  stages: ['base/', 'core/contracts/', 'onnx/', 'qonnx/', 'finn/', 'vivado/', 'boards/', 'cluster/'],
  inference: ['base/', 'core/contracts/', 'onnx/', 'qonnx/', 'finn/', 'boards/', 'stages/', 'images/'],
  cache: ['base/', 'core/contracts/'],
  runners: ['base/', 'core/contracts/'],
  reporters: ['base/', 'core/contracts/'],
  toolchain: ['base/', 'core/contracts/', 'vivado/'],
  cli: [
    'base/',
    'core/',
    'stages/',
    'inference/',
    'images/',
    'cache/',
    'runners/',
    'reporters/',
    'boards/',
    'toolchain/',
    'build/generated/',
    'package.json',
  ],
};
