import type { PreflightContext, PreflightProblem } from '../../../core/contracts/stage.ts';
import { builtin, defineStage } from '../../define.ts';
import type { Toolchain } from '../../toolchain.ts';
import { embeddedTools } from '../frontend.ts';
import type { PreprocessParams } from './params.ts';
import { schema } from './params.ts';

/** QONNX network in; FINN's hardware graph, not yet folded, and the part that stays on the host out. */
export const preprocess = defineStage<PreprocessParams>()({
  kind: 'finn/preprocess',
  recipe: 3,
  about: "Lowers a QONNX network to FINN's hardware graph.",
  schema,
  files: {
    model: { as: 'content', name: 'model.onnx' },
    data: { as: 'content', name: 'model.data' },
    specialize: { as: 'json' },
    module: { as: 'content', name: 'steps.py' },
  },
  inputs: {},
  foreach: null,
  outputs: () => [{ port: 'model' }, { port: 'host' }, { port: 'original' }],
  preflight: onlyForFinn,
  // With the front end finn, the stage is divided into two steps instead.
  action: ({ params: { specialize = null, finn: { preset, standalone_thresholds } = {} }, target }) => ({
    ...builtin('preprocess', {
      specialize,
      // Only the part of the target matters here: it decides between hls and rtl by default.
      part: target.part,
      ...(preset === undefined ? {} : { preset }),
      ...(standalone_thresholds === true ? { standalone_thresholds } : {}),
    }),
    tools: embeddedTools,
  }),
});

/** Parameters that the embedded front end would ignore. */
function onlyForFinn({
  name,
  params,
  toolchain,
}: PreflightContext<PreprocessParams, Toolchain>): readonly PreflightProblem[] {
  if (toolchain.frontend === 'finn') return [];
  const given = [
    ...(params.finn?.steps === undefined ? [] : [['finn', 'steps']]),
    ...(params.module === undefined ? [] : [['module']]),
  ];
  return given.map((path) => {
    const parameter = path.join('.');
    return {
      code: 'config/other-frontend',
      message: `"${parameter}" of "${name}" is for the front end finn; the front end ${toolchain.frontend} does not support it`,
      hint: `use toolchain: {frontend: finn}, or remove "${parameter}"`,
      at: ['with', ...path],
      mark: 'key',
    };
  });
}
