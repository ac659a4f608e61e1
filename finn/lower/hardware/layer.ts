import type { AttributeValue } from '../../graph.ts';
import type { Constant } from '../float-graph.ts';
import type { TensorLayout } from '../layouts.ts';
import type { GraphView } from '../graph-view.ts';
import type { Route } from '../route.ts';
import type { Some } from '../some.ts';
import type { HostOp } from './host-op.ts';

/** A hardware layer, or an operation of the host; FINN's name for a layer follows from its position. */
export interface Layer {
  /** Name of the user's node that it implements. */
  readonly name: string;
  /** Op type before specialisation; ONNX's for the host. */
  readonly opType: string;
  /** Name of the user's quantiser whose integers it makes; null for a layer that makes others. */
  readonly quantiser: string | null;
  /** Names of the activation tensors. */
  readonly inputs: Some<string>;
  readonly outputs: Some<LayerTensor>;
  /** In the order of the layer's inputs, after the activations. */
  readonly parameters: readonly LayerParameter[];
  /** In FINN's order. */
  readonly attributes: { readonly [name: string]: AttributeValue };
  /** Null for hardware. */
  readonly host: HostOp | null;
}

export interface LayerTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** QONNX datatype name. */
  readonly datatype: string;
  /** As in the streamlined network; null for a tensor that is not in it. */
  readonly layout: TensorLayout;
}

export interface LayerParameter {
  readonly name: string;
  readonly constant: Constant;
  readonly layout: readonly string[] | null;
}

/** The facts about a graph from which layers are made of its nodes. */
export interface Context {
  readonly graph: GraphView;
  readonly route: Route;
  /** QONNX's name for a constant of the streamlined network, such as `MatMul_0_param0`. */
  readonly parameterName: (constant: Constant) => string;
}

/** A hardware layer with the given attributes and `backend`. */
export function hardware(layer: Omit<Layer, 'host' | 'quantiser'>, quantiser?: string): Layer {
  return {
    ...layer,
    quantiser: quantiser ?? null,
    attributes: sorted({ ...layer.attributes, backend: 'fpgadataflow' }),
    host: null,
  };
}

/** A tensor of the streamlined network, with the layer's own datatype if it states one. */
export function layerTensor(
  name: string,
  { graph }: Context,
  datatype = graph.datatypeOf(name),
): LayerTensor {
  return { name, shape: graph.shapeOf(name), datatype, layout: graph.layoutOf(name) };
}

/** ONNX's helper writes attributes in this order. */
function sorted(attributes: Layer['attributes']): Layer['attributes'] {
  return Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
}
