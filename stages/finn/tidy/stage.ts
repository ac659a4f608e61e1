import { builtin, defineStage } from '../../define.ts';
import { embeddedTools } from '../frontend.ts';
import { schema } from './params.ts';

/** QONNX file in; the same network tidied out, for FINN to lower. A step of `finn/preprocess` with the front end finn. */
export const tidy = defineStage<{ readonly model: string; readonly data?: string }>()({
  kind: 'finn/tidy',
  recipe: 1,
  about: 'Brings a QONNX network into the form that both front ends read.',
  schema,
  files: {
    model: { as: 'content', name: 'model.onnx' },
    data: { as: 'content', name: 'model.data' },
  },
  inputs: {},
  foreach: null,
  outputs: () => [{ port: 'model' }],
  action: () => ({ ...builtin('tidy', {}), tools: embeddedTools }),
});
