/** Names that every JavaScript object, class or promise has a meaning for. */
export const meaningfulNames = [
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'prototype',
  'then',
  'length',
] as const;
