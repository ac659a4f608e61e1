import type { OnnxNode } from '../onnx/model.ts';

/** Whether a node multiplies its activation by weights, for which there are FPGAs. */
export function isProduct({ opType }: OnnxNode): boolean {
  return products.has(opType);
}

const products: ReadonlySet<string> = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul']);
