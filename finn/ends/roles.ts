import { infoOf } from '../../onnx/extract.ts';
import type { OnnxModel, OnnxNode } from '../../onnx/model.ts';
import { operators } from '../lower/import/index.ts';
import { isProduct } from '../../qonnx/is-product.ts';
import type { Flow } from './flow.ts';

/** Whether a node makes integers of floats. */
export function isQuantiser({ opType }: OnnxNode): boolean {
  return opType === 'Quant' || opType === 'BipolarQuant';
}

/**
 * The nodes of which no front end makes hardware: those of other operators, and behind the last layer whatever FINN can only
 * move into the next quantiser.
 */
export function hostNodes(model: OnnxModel, { nodes, activationsOf }: Flow): ReadonlySet<OnnxNode> {
  const known = new Set(operators);
  const leadsOn = new Set<string>();
  const found = new Set<OnnxNode>();
  for (const node of nodes.toReversed()) {
    const isLast = !node.outputs.some((name) => leadsOn.has(name));
    if (!known.has(node.opType) || (isLast && !isLayer(node) && !canBeLast(node, model))) found.add(node);
    if (!isLast || isLayer(node)) for (const name of activationsOf(node)) leadsOn.add(name);
  }
  return found;
}

/** Whether a node becomes hardware by itself or with what is in front of it. */
function isLayer(node: OnnxNode): boolean {
  return isProduct(node) || ['BipolarQuant', 'MaxPool', 'Quant', 'Trunc'].includes(node.opType);
}

/** Whether what is behind the last layer is left to the lowering, which makes hardware of what it can. */
function canBeLast(node: OnnxNode, model: OnnxModel): boolean {
  switch (node.opType) {
    case 'Add':
    case 'BatchNormalization':
    case 'Div':
    case 'Dropout':
    case 'Flatten':
    case 'Identity':
    case 'Mul':
    case 'Reshape':
    case 'Sub':
    case 'Transpose':
      return true;
    case 'ArgMax':
    case 'TopK':
      return choosesLargest(node, infoOf(model, node.inputs[0] ?? '').shape?.length ?? null);
    default:
      return false;
  }
}

/** Whether a node takes the first of the largest values along the last of its axes, if their number is known. */
function choosesLargest({ opType, attributes }: OnnxNode, rank: number | null): boolean {
  const number = (name: string, absent: number): number => {
    const attribute = attributes.get(name);
    return attribute?.type === 'int' ? attribute.value : absent;
  };
  const axis = number('axis', opType === 'TopK' ? -1 : 0);
  const isLast = axis === -1 || (rank === null ? axis > 0 : axis === rank - 1);
  return isLast && number('largest', 1) === 1 && number('select_last_index', 0) === 0;
}
