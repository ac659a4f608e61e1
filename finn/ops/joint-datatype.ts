import { datatype, integerDatatype } from '../datatype.ts';

/** QONNX name of the narrowest integers that hold 0 and the values of all datatypes; FLOAT32 if one is not of integers (FINN+ 1.6.1 `StreamingConcat`). */
export function jointDatatype(names: readonly string[]): string {
  const types = names.map(datatype);
  if (!types.every((type) => type.integer)) return 'FLOAT32';
  const smallest = Math.min(0, ...types.map(({ minimum }) => minimum));
  const largest = Math.max(0, ...types.map(({ maximum }) => maximum));
  if (smallest >= 0) return integerDatatype(false, Math.ceil(Math.log2(largest + 1))).name;
  return integerDatatype(true, Math.ceil(Math.log2(Math.max(-smallest, 1 + largest)) + 1)).name;
}
