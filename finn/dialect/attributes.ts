/** Attributes that FINN+ 1.6.1 stores as float even if the value is a whole number; every other number is an int. */
export const floatAttributes: ReadonlySet<string> = new Set([
  'BiasActQKMatMul',
  'BiasActAVMatMul',
  'BiasActASoftmax',
  'DequantSoftmax',
  'epsilon',
]);

/** Attributes that FINN+ 1.6.1 stores as lists of strings; needed because an empty list does not show its type. */
export const textListAttributes: ReadonlySet<string> = new Set(['inputDataTypes', 'network_connections']);
