import type { OnnxAttribute, OnnxNode } from '../../onnx/model.ts';
import { integerOf, integersOf, withAttribute } from './attributes.ts';
import { imageConstant } from './image-constant.ts';
import type { Pass } from './pass.ts';
import { constantReshape } from './reshapes.ts';
import type { Replacement } from './rewrite.ts';
import { joined, rewriting } from './rewrite.ts';
import type { SequenceKind } from './sequences.ts';
import { sequenceNodes } from './sequences.ts';
import type { View } from './view.ts';
import { viewOf } from './view.ts';

/**
 * The model with images of one column in place of sequences: tensors of shape [batch, channels, length] around convolutions and
 * pooling get a last axis of 1, and kernels are of k × 1, as if the network had been written so. Reshapes lead to such
 * a part and out of it.
 */
export const withImages: Pass = (model) => {
  const kinds = sequenceNodes(model.graph.nodes, viewOf(model));
  const given = new Set<string>();
  return rewriting((node, view) => {
    const kind = kinds.get(node.outputs[0] ?? '');
    if (kind === undefined) return null;
    // Several nodes may read a tensor, whose image is made once, and not of what has been made of an image.
    const parts = node.inputs.flatMap((name, index) => {
      if (!isChanged(name, index, kind, view) || given.has(name)) return [];
      given.add(name);
      return [view.isActivation(name) ? imageOf(name, view) : imageConstant(name, view)];
    });
    for (const name of node.outputs) given.add(name);
    const inputs = node.inputs.map((name, index) =>
      isChanged(name, index, kind, view) ? imageName(name) : name,
    );
    const image = { ...asImage(node, kind), inputs, outputs: node.outputs.map(imageName) };
    const back = node.outputs.map((name) =>
      constantReshape({ ...node, inputs: [imageName(name)], outputs: [name] }, view.shapeOf(name) ?? []),
    );
    return joined([...parts, { nodes: [image] }, ...back]);
  })(model);
};

function imageName(name: string): string {
  return `${name}:image`;
}

/** Whether an input gets the additional axis; constants per channel and single values do not. */
function isChanged(name: string, index: number, kind: SequenceKind, view: View): boolean {
  if (name === '') return false;
  if (view.isActivation(name)) return true;
  switch (kind) {
    case 'window':
      return index === 1;
    case 'along':
      return view.shapeOf(name)?.length === 3;
    case 'elementwise':
      return (view.shapeOf(name) ?? []).some((extent) => extent !== 1);
    case 'channelwise':
    case 'global':
      return false;
  }
}

function imageOf(name: string, view: View): Replacement {
  const image = imageName(name);
  const node = { name: image, opType: 'Reshape', domain: '', inputs: [name], outputs: [image] };
  return constantReshape({ ...node, attributes: new Map() }, [...(view.shapeOf(name) ?? []), 1]);
}

function asImage(node: OnnxNode, kind: SequenceKind): OnnxNode {
  switch (kind) {
    case 'window':
      return withColumn(node);
    case 'along': {
      const axis = integerOf(node, 'axis', 0);
      return withAttribute(node, 'axis', { type: 'int', value: axis < 0 ? axis + 3 : axis });
    }
    case 'elementwise':
    case 'channelwise':
    case 'global':
      return node;
  }
}

/** The window with one column. */
function withColumn(node: OnnxNode): OnnxNode {
  const changed = Object.entries(columns).flatMap(([name, column]): [string, OnnxAttribute][] => {
    const value = integersOf(node, name);
    return value ? [[name, { type: 'ints', value: column(value) }]] : [];
  });
  return { ...node, attributes: new Map([...node.attributes, ...changed]) };
}

const one = (lengths: readonly number[]): readonly number[] => [...lengths, 1];
const none = (lengths: readonly number[]): readonly number[] => [...lengths, 0];

const columns: { readonly [attribute: string]: (lengths: readonly number[]) => readonly number[] } = {
  dilations: one,
  kernel_shape: one,
  output_padding: none,
  output_shape: one,
  pads: ([begin = 0, end = 0]) => [begin, 0, end, 0],
  strides: one,
};
