import type { OnnxNode, OnnxTensor } from '../../onnx/model.ts';
import { rewriting } from './rewrite.ts';
import type { View } from './view.ts';

/**
 * The model with the scale and the zero point of a quantised bias of convolutions, if they are single values, as lists of
 * one: QONNX 1.0.0 `ExtractBiasFromConv` fails on single values of any other shape.
 */
export const withPlainBiases = rewriting((node, view) => {
  const [output = ''] = node.outputs;
  if (node.opType !== 'Quant' || view.isActivation(output) || !isBias(output, view)) return null;
  const [values = '', scale = '', zero = '', ...more] = node.inputs;
  const names = [scale, zero];
  const constants = names.map((name) => asList(view.constantOf(name)));
  if (constants.every((constant) => constant === null)) return null;
  const listed = names.map((name, place) => (constants[place] ? `${output}:${parts[place]}` : name));
  return {
    nodes: [{ ...node, inputs: [values, ...listed, ...more] }],
    constants: new Map(
      listed.flatMap((name, place) => {
        const constant = constants[place];
        return constant ? [[name, constant] as const] : [];
      }),
    ),
  };
});

const parts = ['scale', 'zero'] as const;

function isBias(name: string, view: View): boolean {
  const isIts = (reader: OnnxNode): boolean => reader.opType === 'Conv' && reader.inputs[2] === name;
  return view.readersOf(name).some(isIts);
}

/** Null for a tensor that is a list, or of several values. */
function asList(constant: OnnxTensor | null): OnnxTensor | null {
  return constant?.values.length === 1 && constant.shape.length !== 1 ? { ...constant, shape: [1] } : null;
}
