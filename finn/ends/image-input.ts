import { extract, infoOf } from '../../onnx/extract.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import type { Front } from './front.ts';

/**
 * Divides a network behind the Reshape that makes an image of its input, such as a sequence: the host does it, and the boards
 * are fed the image. Any other network remains whole.
 */
export function imageInput(model: OnnxModel): Front {
  const { inputs, outputs, nodes, annotations } = model.graph;
  const [input, ...more] = inputs;
  const readers = nodes.filter((node) => input && node.inputs.includes(input.name));
  const [reader] = readers;
  const [name = ''] = reader?.outputs ?? [];
  const image = infoOf(model, name);
  const isMade = reader?.opType === 'Reshape' && image.shape?.length === 4 && input?.shape?.length !== 4;
  if (!isMade || readers.length > 1 || more.length > 0)
    return { front: extract(model, inputs, inputs), rest: model };
  const datatype = annotations.get(input?.name ?? '')?.get('finn_datatype');
  const rest = extract(model, [image], outputs);
  const annotated =
    datatype === undefined
      ? rest.graph.annotations
      : new Map([...rest.graph.annotations, [name, new Map([['finn_datatype', datatype]])]]);
  return {
    front: extract(model, inputs, [image]),
    rest: { ...rest, graph: { ...rest.graph, annotations: annotated } },
  };
}
