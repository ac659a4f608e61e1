import type { ElementType, OnnxModel, OnnxNode, OnnxTensor, ValueInfo } from '../../../onnx/model.ts';
import type { Layer, LayerTensor } from './layer.ts';

/** The version of ONNX's operators in the models of host parts. */
const opset = 13;

/** The ONNX model of layers that the host runs in a row; without layers its input is its output. */
export function hostModel(layers: readonly Layer[], input: LayerTensor, elementType: ElementType): OnnxModel {
  const infos: ValueInfo[] = [{ name: input.name, elementType, shape: input.shape }];
  const initializers = new Map<string, OnnxTensor>();
  const nodes = layers.flatMap(({ name, host, inputs, outputs: [output] }): readonly OnnxNode[] => {
    if (!host) return [];
    const constants = host.constants.map((constant, index) => {
      const constantName = `${output.name}:constant${index}`;
      initializers.set(constantName, constant);
      return constantName;
    });
    const before = infos.at(-1)?.elementType ?? elementType;
    infos.push({
      name: output.name,
      elementType: host.elementType === 'as before' ? before : host.elementType,
      shape: output.shape,
    });
    return [
      {
        name,
        opType: host.opType,
        domain: '',
        inputs: [...inputs, ...constants],
        outputs: host.opType === 'TopK' ? [`${output.name}:values`, output.name] : [output.name],
        attributes: host.attributes,
      },
    ];
  });
  return {
    opsets: new Map([['', opset]]),
    metadata: new Map(),
    graph: {
      name: '',
      nodes,
      initializers,
      inputs: infos.slice(0, 1),
      outputs: infos.slice(-1),
      valueInfo: new Map(infos.slice(1, -1).map((info) => [info.name, info])),
      annotations: new Map([[input.name, new Map([['finn_datatype', input.datatype]])]]),
    },
  };
}
