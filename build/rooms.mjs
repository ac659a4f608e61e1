/**
 * The rooms of the program, each with the rooms that it may import in addition to itself. `core/contracts/` is the
 * vocabulary that rooms use to talk to the engine; `base/` imports only Node's own modules, and every room may import it.
 */
export const rooms = {
  base: [],
  core: ['base/'],
  onnx: ['base/'],
  finn: ['base/', 'onnx/'],
  vivado: ['base/'],
  images: ['base/'],
  boards: ['base/', 'core/contracts/', 'finn/', 'vivado/'],
  cluster: ['base/', 'core/contracts/', 'boards/', 'finn/'],
  stages: ['base/', 'core/contracts/', 'onnx/', 'finn/', 'vivado/', 'boards/', 'cluster/'],
  inference: ['base/', 'core/contracts/', 'onnx/', 'finn/', 'boards/', 'stages/', 'images/'],
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
