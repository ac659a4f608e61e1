/**
 * The rooms of the program, each with the rooms that it may import besides itself. `core/contracts/` is the vocabulary by
 * which rooms speak with the engine; `base/` imports nothing but Node's own modules, and everybody may import it.
 */
export const rooms = {
  base: [],
  core: ['base/'],
  onnx: ['base/'],
  finn: ['base/', 'onnx/'],
  vivado: ['base/'],
  boards: ['base/', 'core/contracts/', 'finn/', 'vivado/'],
  cluster: ['base/', 'core/contracts/', 'boards/', 'finn/'],
  stages: ['base/', 'core/contracts/', 'onnx/', 'finn/', 'vivado/', 'boards/', 'cluster/'],
  cache: ['base/', 'core/contracts/'],
  runners: ['base/', 'core/contracts/'],
  reporters: ['base/', 'core/contracts/'],
  toolchain: ['base/', 'core/contracts/'],
  cli: [
    'base/',
    'core/',
    'stages/',
    'cache/',
    'runners/',
    'reporters/',
    'boards/',
    'toolchain/',
    'build/generated/',
    'package.json',
  ],
};
